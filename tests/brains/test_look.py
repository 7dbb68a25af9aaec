from pathlib import Path

import pytest

from tests.core.gguf_files import write_gguf
from zishu_app.brains.look import look_at, memory_of
from zishu_app.core.errors import DataError
from zishu_app.core.gguf import read_gguf_header
from zishu_app.core.paths import SHARED_MODELS

TOLD: dict[str, object] = {
    "general.architecture": "qwen3",
    "general.name": "Small One",
    "general.license": "apache-2.0",
    "general.languages": ["zh", "EN"],
    "qwen3.context_length": 4096,
    "qwen3.block_count": 10,
    "qwen3.embedding_length": 512,
    "qwen3.attention.head_count": 8,
    "qwen3.attention.head_count_kv": 2,
    "tokenizer.chat_template": "{{ messages }}",
}


def test_it_tells_what_decides_whether_it_will_do(tmp_path: Path) -> None:
    found = look_at(write_gguf(tmp_path / "m.gguf", TOLD, {"w": (8, 4)}))
    assert (found.name, found.architecture, found.licence) == ("Small One", "qwen3", "apache-2.0")
    assert found.languages == ("zh", "en")
    assert found.has_chat_template
    assert (found.context, found.parameters) == (4096, 32)
    assert found.fits == (found.memory <= found.free)


def test_a_silent_file_is_called_by_its_name(tmp_path: Path) -> None:
    found = look_at(write_gguf(tmp_path / "mine.gguf", {"general.architecture": "llama"}))
    assert found.name == "mine"
    assert found.languages == ()
    assert not found.has_chat_template


def test_the_cache_is_counted_by_the_heads_that_keep_it(tmp_path: Path) -> None:
    one = read_gguf_header(write_gguf(tmp_path / "a.gguf", TOLD))
    other = read_gguf_header(write_gguf(tmp_path / "b.gguf", TOLD | {"qwen3.attention.head_count_kv": 4}))
    # ten layers, two more heads of 64, keys and values of two bytes, 4,096 tokens
    assert memory_of(other) - memory_of(one) == pytest.approx(10 * 2 * 64 * 2 * 2 * 4096, abs=100)


@pytest.mark.parametrize("more", [{"general.architecture": "bert"}, {"qwen3.pooling_type": 1}])
def test_what_does_not_talk_is_turned_away(tmp_path: Path, more: dict[str, object]) -> None:
    with pytest.raises(DataError) as caught:
        look_at(write_gguf(tmp_path / "m.gguf", TOLD | more))
    assert "does not talk" in str(caught.value)
    assert caught.value.hint


def test_a_file_cut_short_says_so(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "m.gguf", TOLD, {"w": (64, 64)})
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(DataError) as caught:
        look_at(path)
    assert "cut short" in str(caught.value)


@pytest.mark.skipif(not any(SHARED_MODELS.glob("*.gguf")), reason="the built-in brain is not here")
def test_the_builtin_brain_takes_about_what_its_card_says() -> None:
    found = look_at(next(SHARED_MODELS.glob("SmolLM2*.gguf")))
    assert 250e6 < found.memory < 600e6
    assert found.has_chat_template
