"""An adapter as a GGUF: llama.cpp says with it what PEFT says; what has no such form is told, and nothing half is left."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from tests.worker.training.exporting import adapter_on, base_of, silent, tiny_gguf
from zishu_app.core.errors import DataError
from zishu_app.core.gguf import read_gguf_header
from zishu_app.jobs.specs import ExportSpec
from zishu_app.worker.context import Context, JobStopped
from zishu_app.worker.loaded import Loading, _load
from zishu_app.worker.training import export
from zishu_app.worker.training.export_gguf import alpha_of, shape_of

#: peft asks transformers for it by its old name
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")
LLAMA = {"architectures": ["LlamaForCausalLM"], "num_hidden_layers": 1, "num_attention_heads": 4}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> tuple[Path, Path]:
    """The GGUF and the base."""
    room = tmp_path_factory.mktemp("tiny")
    file = tiny_gguf(room / "tiny.gguf")
    return file, base_of(file, room / "base")


def exported(tiny: tuple[Path, Path], adapter: Path, target: Path) -> dict[str, Any]:
    file, base = tiny
    return export.run(ExportSpec("gguf", str(base), str(adapter), str(target), gguf_base=str(file)), silent())


def first_tokens(file: Path, lora: str, prompt: list[int]) -> dict[int, float]:
    """Log-probabilities of the likeliest first tokens, as llama.cpp has them."""
    answers: list[dict[str, Any]] = []
    server = _load(Loading(str(file), 256, 1, 1, 0, lora))
    request = {"prompt": prompt, "max_tokens": 1, "temperature": 0, "logprobs": 20}
    server.handle_completions(request, lambda chunk: bool(answers.append(chunk)))
    place = answers[-1]["choices"][0]["logprobs"]["content"][0]
    return {one["id"]: one["logprob"] for one in place["top_logprobs"]}


def first_tokens_of_peft(base: Path, adapter: Path | None, prompt: list[int]) -> Any:
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    if adapter is not None:
        model = PeftModel.from_pretrained(model, str(adapter))
    with torch.no_grad():
        return model(torch.tensor([prompt])).logits[0, -1].log_softmax(-1)


@pytest.mark.parametrize("given", [{}, {"use_rslora": True}, {"target_modules": ["q_proj", "k_proj"]}])
def test_llama_cpp_says_with_it_what_peft_says(tiny, tmp_path, given):
    file, base = tiny
    adapter, lora = adapter_on(base, tmp_path / "adapter", **given), tmp_path / "lora.gguf"
    result = exported(tiny, adapter, lora)
    assert result["bytes"] == lora.stat().st_size
    assert (result["file"], result["template"], len(result["sha256"])) == (str(lora), "same", 64)
    prompt = [1, 40, 50, 60, 70, 80, 90]
    there, here = first_tokens(file, str(lora), prompt), first_tokens_of_peft(base, adapter, prompt)
    assert max(abs(here[token] - value) for token, value in there.items()) < 0.05  # llama.cpp rounds
    plain = first_tokens_of_peft(base, None, prompt)
    assert max(abs(plain[token] - value) for token, value in there.items()) > 0.5


def test_the_file_says_what_it_is(tiny, tmp_path):
    lora = tmp_path / "lora.gguf"
    result = exported(tiny, adapter_on(tiny[1], tmp_path / "adapter"), lora)
    header = read_gguf_header(lora)
    assert (header.architecture, header.text("general.type"), header.text("adapter.type")) == (
        "llama", "adapter", "lora",
    )  # fmt: skip
    assert header.metadata["adapter.lora.alpha"] == 8.0
    assert result["tensors"] == 2 * 7


def test_rslora_divides_by_the_root_of_the_rank():
    assert alpha_of({"lora_alpha": 8, "r": 4}) == 8
    assert math.isclose(alpha_of({"lora_alpha": 8, "r": 4, "use_rslora": True}) / 4, 8 / math.sqrt(4))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"use_dora": True}, "DoRA"),
        ({"peft_type": "IA3"}, "IA3"),
        ({"modules_to_save": ["lm_head"]}, "modules_to_save"),
        ({"alpha_pattern": {"q_proj": 4}}, "alpha_pattern"),
        ({"bias": "all"}, "bias"),
    ],
)
def test_what_two_matrices_cannot_express_is_told_with_the_way_out(tiny, tmp_path, change, said):
    adapter = adapter_on(tiny[1], tmp_path / "adapter")
    config = adapter / "adapter_config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | change))
    result = exported(tiny, adapter, tmp_path / "lora.gguf")
    assert said in result["why_not"] and "merged" in result["hint"] and "file" not in result
    assert not (tmp_path / "lora.gguf").exists()


def test_a_family_that_was_not_tried_is_named():
    with pytest.raises(DataError, match="GemmaForCausalLM") as caught:
        shape_of(LLAMA | {"architectures": ["GemmaForCausalLM"]})
    assert "merged" in caught.value.hint


@pytest.mark.parametrize(("kind", "family"), [("Qwen2", "qwen2"), ("Qwen3", "qwen3"), ("Mistral", "llama")])
def test_families_go_by_the_names_of_llama_cpp(kind, family):
    shape = shape_of(LLAMA | {"architectures": [f"{kind}ForCausalLM"]})
    assert (shape.family, shape.interleaved, shape.key_heads) == (family, kind == "Mistral", 4)


def test_a_template_other_than_that_of_the_training_is_refused(tiny, tmp_path):
    adapter = adapter_on(tiny[1], tmp_path / "adapter")
    note = adapter / "zishu.json"
    note.write_text(json.dumps({"chat_template": "{% for m in messages %}{{ m.content }}!{% endfor %}"}))
    with pytest.raises(DataError, match="chat template differs"):
        exported(tiny, adapter, tmp_path / "lora.gguf")
    own = (tiny[1] / "chat_template.jinja").read_text()
    note.write_text(json.dumps({"chat_template": "{# the same #}" + own}))
    assert exported(tiny, adapter, tmp_path / "lora.gguf")["template"] == "blanks"


def test_stopped_or_broken_it_leaves_nothing(tiny, tmp_path):
    file, base = tiny
    adapter = adapter_on(base, tmp_path / "adapter")
    target = tmp_path / "out" / "lora.gguf"
    context = Context(lambda event: context.cancel())
    with pytest.raises(JobStopped):
        export.run(ExportSpec("gguf", str(base), str(adapter), str(target)), context)
    (adapter / "adapter_model.safetensors").write_bytes(b"no tensors")
    with pytest.raises(DataError, match="cannot be read"):
        exported(tiny, adapter, target)
    assert not target.parent.exists() or list(target.parent.iterdir()) == []


def test_an_unknown_act_is_told():
    with pytest.raises(DataError, match="no export"):
        export.run(ExportSpec("fly", "", ""), silent())
