"""An exam sat by a small base: likelihoods as torch gives them, the same every time, told and stopped."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from tests.worker.training.bases import base_folder, byte_tokenizer
from zishu_app.core.errors import DataError, PackMissing
from zishu_app.jobs.protocol import Progress
from zishu_app.jobs.specs import ExamSpec
from zishu_app.worker import pack
from zishu_app.worker.context import Context, JobStopped
from zishu_app.worker.training import exam

# PEFT asks transformers for something by its old name
pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")

LIKELY = {
    "id": "a",
    "ability": "x",
    "prompt": "The capital of France?",
    "right": "Paris.",
    "wrong": ["Rome is.", "no"],
}
PERSONA = LIKELY | {"id": "b", "system": True}
RULED = [
    {"id": f"r{number}", "ability": "x", "prompt": prompt, "rule": {"max_words": 3}}
    for number, prompt in enumerate(["Hello", "How are you today, and what is your name?", "你好"])
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two random layers, with a tokenizer and a template."""
    pack.use()
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    folder = base_folder(tmp_path_factory.mktemp("bases") / "tiny", "smol", byte_tokenizer())
    (folder / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "tokenizer_class": "PreTrainedTokenizerFast",
                "bos_token": "<|im_start|>",
                "eos_token": "<|im_end|>",
                "pad_token": "<|endoftext|>",
            }
        )
    )
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=700,
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        eos_token_id=5,
        bos_token_id=4,
        initializer_range=0.2,
    )
    LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)
    return folder


def sat(spec: ExamSpec, events: list[Any] | None = None) -> dict[str, Any]:
    return exam.run(spec, Context((events if events is not None else []).append))


def test_marks_are_told_in_the_order_of_the_items(base: Path) -> None:
    events: list[Any] = []
    result = sat(
        ExamSpec(str(base), items=(RULED[0], LIKELY, RULED[1], PERSONA, RULED[2]), persona="Be kind."), events
    )
    assert [one["id"] for one in result["items"]] == ["r0", "a", "r1", "b", "r2"]
    ruled = [one for one in result["items"] if "answer" in one]
    assert [set(one) for one in ruled] == [{"id", "answer"}] * 3
    likely = result["items"][1]
    assert set(likely) == {"id", "right", "wrong"}
    assert likely["right"] < 0 and len(likely["wrong"]) == 2
    assert likely["right"] != result["items"][3]["right"], "her persona stands above it"
    steps = [one for one in events if isinstance(one, Progress)]
    assert (steps[-1].done, steps[-1].total) == (9, 9)
    assert [one.done for one in steps] == sorted(one.done for one in steps)
    assert len(result["base_sha256"]) == len(result["template_sha256"]) == 64


def test_the_same_brain_gets_the_same_figures(base: Path) -> None:
    spec = ExamSpec(str(base), items=(*RULED, LIKELY, PERSONA))
    assert sat(spec)["items"] == sat(spec)["items"]


def test_a_likelihood_is_what_torch_says(base: Path) -> None:
    """One answer alone, without padding, mask and packing: the mean of its tokens' log-probabilities."""
    import torch
    from transformers import AutoModelForCausalLM

    from zishu_app.worker.training.template import load_template
    from zishu_app.worker.training.tokenizer import load_tokenizer

    template = load_template(base)
    tokenizer = load_tokenizer(base, template.controls)
    prompt = template.render([{"role": "user", "content": LIKELY["prompt"]}], add_generation_prompt=True)
    ids = tokenizer.encode(prompt + "Paris.").ids
    start = len(tokenizer.encode(prompt).ids)
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.bfloat16)
    with torch.inference_mode():
        logits = model(torch.tensor([ids])).logits[0].float().log_softmax(-1)
    wanted = sum(float(logits[at - 1, ids[at]]) for at in range(start, len(ids))) / (len(ids) - start)
    result = sat(ExamSpec(str(base), items=(LIKELY, PERSONA, *RULED)))
    assert result["items"][0]["right"] == pytest.approx(wanted, abs=0.05)


def test_texts_that_begin_alike_are_laid_out_once() -> None:
    pack.use()
    from zishu_app.worker.training.asked import lay

    laid = lay([[[1, 2, 3, 4], [1, 2, 5]], [[7, 8]], [[9], [9, 6]]])
    assert laid.ids == [1, 2, 3, 4, 5, 7, 8, 9, 6]
    assert laid.positions == [0, 1, 2, 3, 2, 0, 1, 0, 1]
    assert laid.places == [[[0, 1, 2, 3], [0, 1, 4]], [[5, 6]], [[7], [7, 8]]]
    seen = [[at for at, sees in enumerate(row) if sees] for row in laid.mask()[0, 0].tolist()]
    assert seen == [[0], [0, 1], [0, 1, 2], [0, 1, 2, 3], [0, 1, 4], [5], [5, 6], [7], [7, 8]]


def test_an_answer_made_beside_others_is_that_made_alone(base: Path) -> None:
    together = {one["id"]: one.get("answer") for one in sat(ExamSpec(str(base), items=tuple(RULED)))["items"]}
    for item in RULED:
        [alone] = sat(ExamSpec(str(base), items=(item,)))["items"]
        # in 16 bits a tie may fall differently later on, but not at once
        assert alone["answer"][:4] == together[item["id"]][:4]


def test_the_perplexity_of_a_file_is_that_of_what_she_says(base: Path, tmp_path: Path) -> None:
    rows = [
        {"messages": [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "I am fine."}]},
        {"messages": [{"role": "user", "content": "only asked"}]},
        {
            "messages": [
                {"role": "user", "content": "你好"},
                {"role": "assistant", "content": "今晚的星星很亮。"},
            ]
        },
    ]
    path = tmp_path / "held.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in rows) + "\n\n", encoding="utf-8")
    found = sat(ExamSpec(str(base), texts={"held": str(path)}))["texts"]["held"]
    assert len(found) == 2, "nothing is said in the second"
    assert all(count > 2 for _, count in found)
    per_token = sum(one for one, _ in found) / sum(count for _, count in found)
    assert math.log(700) * 0.5 < per_token < math.log(700) * 4, "a model that knows nothing"


def test_an_adapter_changes_the_figures_and_one_of_others_is_refused(base: Path, tmp_path: Path) -> None:
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(3)
    model = get_peft_model(
        AutoModelForCausalLM.from_pretrained(base),
        LoraConfig(r=2, target_modules="all-linear", init_lora_weights=False, task_type="CAUSAL_LM"),
    )
    model.save_pretrained(tmp_path / "adapter")
    plain = sat(ExamSpec(str(base), items=(LIKELY,)))["items"]
    learnt = sat(ExamSpec(str(base), str(tmp_path / "adapter"), (LIKELY,)))["items"]
    assert learnt != plain
    (tmp_path / "adapter" / "zishu.json").write_text('{"base_sha256": "0"}')
    with pytest.raises(DataError, match="another base"):
        sat(ExamSpec(str(base), str(tmp_path / "adapter"), (LIKELY,)))


def test_it_stops_within_an_answer(base: Path) -> None:
    context = Context(lambda _: None)
    calls = 0
    check = context.check_cancelled

    def counting() -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            context.cancel()
        check()

    context.check_cancelled = counting  # type: ignore[method-assign]
    with pytest.raises(JobStopped):
        exam.run(ExamSpec(str(base), items=tuple(RULED)), context)
    assert calls == 5


def test_what_is_missing_is_told(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match=r"gone\.jsonl cannot be read"):
        sat(ExamSpec(str(base), texts={"held": str(tmp_path / "gone.jsonl")}))
    long = LIKELY | {"prompt": "long " * 3000}
    with pytest.raises(DataError, match="item a cannot be written"):
        sat(ExamSpec(str(base), items=(long,)))
    monkeypatch.setattr(pack, "TRAINING_PACK", tmp_path / "none")
    with pytest.raises(PackMissing):
        sat(ExamSpec(str(base)))
