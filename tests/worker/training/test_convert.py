"""A GGUF file becomes a base that transformers reads: with the weights it held, whole or not at all."""

import json
from pathlib import Path

import pytest

from tests.core.gguf_files import byte_alphabet, gguf
from zishu_app.core.errors import DataError, PackMissing
from zishu_app.core.weights import weights_sha256
from zishu_app.jobs.protocol import Progress
from zishu_app.jobs.specs import ConvertSpec
from zishu_app.worker import pack
from zishu_app.worker.context import Context, JobStopped
from zishu_app.worker.training import convert

HIDDEN, MIDDLE, HEADS = 64, 96, 4
TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *byte_alphabet(), "he"]
LAYER = {
    "attn_norm": (HIDDEN,),
    "attn_q": (HIDDEN, HIDDEN),
    "attn_k": (HIDDEN, HIDDEN // 2),
    "attn_v": (HIDDEN, HIDDEN // 2),
    "attn_output": (HIDDEN, HIDDEN),
    "ffn_norm": (HIDDEN,),
    "ffn_gate": (HIDDEN, MIDDLE),
    "ffn_up": (HIDDEN, MIDDLE),
    "ffn_down": (MIDDLE, HIDDEN),
}
TENSORS = {
    "token_embd.weight": (HIDDEN, len(TOKENS)),
    "output_norm.weight": (HIDDEN,),
    **{f"blk.0.{name}.weight": sides for name, sides in LAYER.items()},
}
METADATA = {
    "general.architecture": "llama",
    "general.name": "tiny",
    "llama.block_count": 1,
    "llama.context_length": 128,
    "llama.embedding_length": HIDDEN,
    "llama.feed_forward_length": MIDDLE,
    "llama.attention.head_count": HEADS,
    "llama.attention.head_count_kv": HEADS // 2,
    "llama.attention.layer_norm_rms_epsilon": 1e-5,
    "llama.rope.freq_base": 10000.0,
    "llama.rope.dimension_count": HIDDEN // HEADS,
    "llama.vocab_size": len(TOKENS),
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.pre": "smollm",
    "tokenizer.ggml.tokens": TOKENS,
    "tokenizer.ggml.token_type": [3, 3, 3, *[1] * (len(TOKENS) - 3)],
    "tokenizer.ggml.merges": ["h e"],
    "tokenizer.ggml.bos_token_id": 1,
    "tokenizer.ggml.eos_token_id": 2,
    "tokenizer.ggml.padding_token_id": 2,
    "tokenizer.chat_template": "{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}",
}
PARAMETERS = len(TOKENS) * HIDDEN + HIDDEN * (3 + 3 * HIDDEN + 3 * MIDDLE)


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(gguf(METADATA, TENSORS))
    return path


def said(events: list[object]) -> Context:
    return Context(events.append)


def test_a_file_becomes_a_folder_with_all_a_base_needs(file, tmp_path):
    folder, events = tmp_path / "bases" / "tiny", []
    result = convert.run(ConvertSpec(str(file), str(folder)), said(events))
    assert (result["folder"], result["parameters"]) == (str(folder), PARAMETERS)
    assert result["seconds"] >= 0
    assert [one.done for one in events if isinstance(one, Progress)] == [0, 1, 2, 3, 4]
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert (config["hidden_size"], config["num_key_value_heads"], config["dtype"]) == (HIDDEN, 2, "bfloat16")
    assert (folder / "chat_template.jinja").read_text(encoding="utf-8") == METADATA["tokenizer.chat_template"]
    assert {"model.safetensors", "tokenizer.json", "tokenizer_config.json"} <= {
        one.name for one in folder.iterdir()
    }
    note = json.loads((folder / "zishu.json").read_text(encoding="utf-8"))
    assert note["weights_sha256"] == weights_sha256(folder)
    assert (note["gguf"], len(note["gguf_sha256"]), note["parameters"]) == ("tiny.gguf", 64, PARAMETERS)
    assert [one.name for one in folder.parent.iterdir()] == ["tiny"]


def test_what_is_there_is_not_overwritten(file, tmp_path):
    (tmp_path / "tiny").mkdir()
    with pytest.raises(DataError, match="is there already"):
        convert.run(ConvertSpec(str(file), str(tmp_path / "tiny")), said([]))


def test_a_file_of_an_unknown_kind_is_told_and_leaves_nothing(tmp_path):
    file, folder = tmp_path / "strange.gguf", tmp_path / "bases" / "strange"
    file.write_bytes(gguf(METADATA | {"general.architecture": "strange"}, TENSORS))
    with pytest.raises(DataError, match=r"strange\.gguf cannot be made a base"):
        convert.run(ConvertSpec(str(file), str(folder)), said([]))
    assert list(folder.parent.iterdir()) == []


def test_stopped_it_leaves_nothing(file, tmp_path):
    folder = tmp_path / "bases" / "tiny"
    context = Context(lambda event: context.cancel() if event.done == 2 else None)
    with pytest.raises(JobStopped):
        convert.run(ConvertSpec(str(file), str(folder)), context)
    assert list(folder.parent.iterdir()) == []


def test_without_the_pack_it_is_told_how_to_get_it(file, tmp_path, monkeypatch):
    monkeypatch.setattr(pack, "TRAINING_PACK", tmp_path / "none")
    with pytest.raises(PackMissing) as caught:
        convert.run(ConvertSpec(str(file), str(tmp_path / "tiny")), said([]))
    assert "zishu setup training" in caught.value.hint


def test_a_pack_of_another_python_is_none(tmp_path, monkeypatch):
    (tmp_path / "torch").mkdir()
    (tmp_path / "zishu-pack.json").write_text('{"python": "3.2"}', encoding="utf-8")
    monkeypatch.setattr(pack, "TRAINING_PACK", tmp_path)
    with pytest.raises(PackMissing):
        pack.use()
