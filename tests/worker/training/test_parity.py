"""The same in every form: merged, and as a GGUF with the LoRA over it; a template that differs is refused."""

import json
import math
import random
from pathlib import Path

import pytest

from tests.jobs.lanes import model_path
from tests.worker.training.exporting import adapter_on, base_of, silent, tiny_gguf
from zishu_app.core.errors import DataError
from zishu_app.core.weights import weights_sha256
from zishu_app.jobs.specs import ConvertSpec, ExportSpec
from zishu_app.worker import pack
from zishu_app.worker.context import Context, JobStopped
from zishu_app.worker.training import convert, export

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")
PROMPTS = ("he", "she said hello", "你好")


@pytest.fixture(scope="module")
def room(tmp_path_factory) -> dict[str, Path]:
    """GGUF, base, adapter, and the adapter's two other forms."""
    place = tmp_path_factory.mktemp("forms")
    file = tiny_gguf(place / "tiny.gguf")
    base = base_of(file, place / "base")
    adapter = adapter_on(base, place / "adapter", spread=0.1)
    made = {
        "gguf": file,
        "base": base,
        "adapter": adapter,
        "merged": place / "merged",
        "lora": place / "lora.gguf",
    }
    export.run(ExportSpec("merged", str(base), str(adapter), str(made["merged"])), silent())
    export.run(ExportSpec("gguf", str(base), str(adapter), str(made["lora"])), silent())
    return made


def spec_of(room: dict[str, Path], **changes: object) -> ExportSpec:
    told = {"merged": str(room["merged"]), "gguf_base": str(room["gguf"]), "gguf_lora": str(room["lora"])}
    return ExportSpec("parity", str(room["base"]), str(room["adapter"]), prompts=PROMPTS, **(told | changes))


def test_a_merged_model_needs_nothing_else(room):
    folder = room["merged"]
    names = {one.name for one in folder.iterdir()}
    assert {
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "chat_template.jinja",
        "zishu.json",
    } <= names
    assert (folder / "chat_template.jinja").read_text() == (room["base"] / "chat_template.jinja").read_text()
    assert json.loads((folder / "zishu.json").read_text())["base_sha256"] == weights_sha256(room["base"])
    assert json.loads((folder / "config.json").read_text())["dtype"] == "bfloat16"
    assert weights_sha256(folder) != weights_sha256(room["base"])


def test_the_same_in_every_form(room):
    result = export.run(spec_of(room), silent())
    assert (result["prompts"], result["template"]) == (3, "same")
    assert 3 <= result["tokens"] <= 3 * 24
    for form in ("merged", "gguf"):
        assert result[form]["agreement"] > 0.9
        assert 0 <= result[form]["kl"] <= result[form]["worst_kl"]
        assert result[form]["kl"] < 0.02


def test_without_what_was_learnt_it_is_not_the_same(room):
    result = export.run(spec_of(room, merged="", gguf_lora=""), silent())
    assert "merged" not in result
    assert result["gguf"]["agreement"] < 0.9
    assert result["gguf"]["kl"] > 0.1


def test_a_template_that_differs_is_refused(room, tmp_path):
    other = tmp_path / "merged"
    other.mkdir()
    for one in room["merged"].iterdir():
        (other / one.name).write_bytes(one.read_bytes())
    template = other / "chat_template.jinja"
    template.write_text(template.read_text().replace("<|im_start|>assistant", "<|im_start|>bot"))
    with pytest.raises(DataError, match="chat template differs"):
        export.run(spec_of(room, merged=str(other)), silent())


def test_what_is_there_is_not_written_over_and_stopped_it_leaves_nothing(room, tmp_path):
    spec = ExportSpec("merged", str(room["base"]), str(room["adapter"]), str(room["merged"]))
    with pytest.raises(DataError, match="there already"):
        export.run(spec, silent())
    context = Context(lambda event: context.cancel())
    with pytest.raises(JobStopped):
        export.run(
            ExportSpec("merged", str(room["base"]), str(room["adapter"]), str(tmp_path / "m")), context
        )
    assert list(tmp_path.iterdir()) == []


def test_an_adapter_of_another_base_is_refused(room, tmp_path):
    adapter = tmp_path / "adapter"
    adapter.mkdir()
    for one in room["adapter"].iterdir():
        (adapter / one.name).write_bytes(one.read_bytes())
    (adapter / "zishu.json").write_text(json.dumps({"base_sha256": "0"}))
    with pytest.raises(DataError, match="another base"):
        export.run(ExportSpec("merged", str(room["base"]), str(adapter), str(tmp_path / "m")), silent())


def test_divergence_is_none_of_the_same_and_never_negative():
    pack.use()
    from zishu_app.worker.training.parity import divergence

    # not with Hypothesis: it reads the sources of all that is loaded, and torch is
    drawn = random.Random(3)
    for _ in range(300):
        one, other = ([drawn.uniform(0.01, 1) for _ in range(drawn.randint(2, 6))] for _ in range(2))
        places = [{at: math.log(share / sum(some)) for at, share in enumerate(some)} for some in (one, other)]
        assert divergence(places[0], places[0]) == pytest.approx(0, abs=1e-6)
        assert divergence(*places) >= 0


def test_smollm2_is_the_same_as_she_speaks_with_it(tmp_path, monkeypatch):
    """The model she comes with: quantised in the GGUF, and computed with in other ways."""
    pack.use()
    monkeypatch.setattr("zishu_app.worker.training.parity.TOKENS", 8)
    base, adapter = tmp_path / "base", tmp_path / "adapter"
    convert.run(ConvertSpec(str(model_path()), str(base)), silent())
    _on_queries(base, adapter)
    gguf, lora = str(model_path()), str(tmp_path / "lora.gguf")
    export.run(ExportSpec("gguf", str(base), str(adapter), lora, gguf_base=gguf), silent())
    spec = ExportSpec(
        "parity", str(base), str(adapter), gguf_base=gguf, gguf_lora=lora,
        prompts=("What is the capital of France?",),
    )  # fmt: skip
    result = export.run(spec, silent())
    assert result["gguf"]["agreement"] > 0.8
    assert result["gguf"]["kl"] < 0.1


def _on_queries(base: Path, folder: Path) -> None:
    """A random adapter on query and key, which llama.cpp keeps in another order; made without loading the base once more."""
    import torch
    from peft import LoraConfig
    from safetensors.torch import save_file

    torch.manual_seed(3)
    shape = json.loads((base / "config.json").read_text())
    hidden, head, rank = shape["hidden_size"], shape["head_dim"], 8
    tensors = {}
    for layer in range(shape["num_hidden_layers"]):
        for name, heads in (("q", shape["num_attention_heads"]), ("k", shape["num_key_value_heads"])):
            stem = f"base_model.model.model.layers.{layer}.self_attn.{name}_proj"
            tensors[f"{stem}.lora_A.weight"] = torch.randn(rank, hidden) * 0.04
            tensors[f"{stem}.lora_B.weight"] = torch.randn(heads * head, rank) * 0.1
    config = LoraConfig(r=rank, lora_alpha=16, target_modules=["q_proj", "k_proj"], task_type="CAUSAL_LM")
    config.save_pretrained(str(folder))
    save_file(tensors, folder / "adapter_model.safetensors")
