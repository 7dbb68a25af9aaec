import hashlib
import json
import os
import shutil
import sys
import time
from pathlib import Path

import pytest
import tiktoken.load
from hypothesis import given
from hypothesis import strategies as st
from tiktoken_ext import openai_public

from tests.core.gguf_files import byte_alphabet, write_gguf
from tests.worker.training.bases import byte_tokenizer
from zishu_app.core import tokens
from zishu_app.core.errors import DataError, SettingsError
from zishu_app.core.paths import RESOURCES, SHARED_MODELS
from zishu_app.core.tokens import open_counter

MODEL = SHARED_MODELS / "SmolLM2-135M-Instruct.Q4_1.gguf"
TABLE = Path(__file__).with_name("smollm2_counts.json")
PUBLISHED = ["o200k_base", "cl100k_base"]
with_model = pytest.mark.skipif(not MODEL.is_file(), reason="the small model that set-up brings is not here")


@pytest.fixture
def no_download(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> bytes:
        raise AssertionError(f"asked for {path}")

    monkeypatch.setattr(tiktoken.load, "read_file", refuse)
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    tokens._open_published.cache_clear()
    tokens._open_model.cache_clear()


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        ("o200k_base", "hello world", 2),
        ("cl100k_base", "hello world", 2),
        ("o200k_base", "", 0),
        ("o200k_base", "我想学习机器学习，但是不知道从哪里开始。", 11),
        ("cl100k_base", "我想学习机器学习，但是不知道从哪里开始。", 23),
    ],
)
def test_published_encodings_count(name: str, text: str, count: int) -> None:
    counter = open_counter(name)

    assert counter.count(text) == count
    assert counter.count_many([text, text]) == [count, count]
    assert (counter.name, counter.exact) == (name, False)


def test_the_network_is_never_asked(no_download: None) -> None:
    assert [open_counter(name).count("hello world") for name in PUBLISHED] == [2, 2]
    assert "TIKTOKEN_CACHE_DIR" not in os.environ


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_encodings_are_the_ones_openai_published(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """tiktoken's own definition, made from the shipped rank file put where its cache would have it."""
    url = f"https://openaipublic.blob.core.windows.net/encodings/{name}.tiktoken"
    ranks = tmp_path / hashlib.sha1(url.encode()).hexdigest()
    shutil.copy(RESOURCES / "tokens" / f"{name}.tiktoken", ranks)
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))

    theirs = getattr(openai_public, name)()

    published = tokens._PUBLISHED[name]
    assert published.pattern == theirs["pat_str"]
    assert published.special == theirs["special_tokens"]
    assert (
        tokens._read_ranks(RESOURCES / "tokens" / f"{name}.tiktoken", published.sha256)
        == (theirs["mergeable_ranks"])
    )


def test_control_tokens_in_a_text_are_plain_text() -> None:
    counter = open_counter("o200k_base")

    assert counter.count("<|endoftext|>") > 1
    assert counter.count("a<|endoftext|>b") > 3


def test_half_a_surrogate_pair_is_counted() -> None:
    assert open_counter("o200k_base").count("a\ud83d") >= 2


def test_a_counter_is_opened_once() -> None:
    assert open_counter("o200k_base") is open_counter("o200k_base")


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"p50k_made_up.*o200k_base"):
        open_counter("p50k_made_up")


def test_a_missing_model_file_is_a_data_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.gguf"):
        open_counter(str(tmp_path / "none.gguf"))


def test_a_damaged_rank_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "o200k_base.tiktoken"
    path.write_bytes(b"IQ== 0\n")

    with pytest.raises(DataError, match="damaged"):
        tokens._read_ranks(path, tokens._PUBLISHED["o200k_base"].sha256)
    with pytest.raises(DataError, match="missing"):
        tokens._read_ranks(tmp_path / "none", "")


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("a" * 200_000, 30_000),
        ("的" * 100_000, 110_000),
        ("一丁七万丈三上下不与" * 10_000, 200_000),
        (" " * 1_100_000 + "a", 20_000),
        ("\n" * 200_000 + "x", 20_000),
    ],
    ids=["one letter", "one character", "no break", "spaces", "empty lines"],
)
def test_texts_without_a_break_are_counted_soon(text: str, limit: int) -> None:
    counter = open_counter("o200k_base")
    start = time.perf_counter()

    assert 0 < counter.count(text) < limit
    # measured: below 0.1 s; spaces, where tiktoken itself panics, 0.8 s
    assert time.perf_counter() - start < 10


@given(st.text(" \n。，的'a1😀", max_size=80))
def test_blocks_are_the_text_and_never_too_long(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "BLOCK", 10)
        blocks = list(tokens._blocks(text))

    assert "".join(blocks) == text
    assert all(len(block) <= 10 for block in blocks)
    assert all(blocks) or not text


@pytest.mark.parametrize("name", PUBLISHED)
def test_cutting_a_long_text_changes_no_count(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(row[0] for row in json.loads(TABLE.read_text(encoding="utf-8"))[:20]) * 4
    text += Path(tokens.__file__).read_text(encoding="utf-8")
    counter = open_counter(name)
    whole = counter.count(text)
    monkeypatch.setattr(tokens, "BLOCK", 1000)

    assert len(list(tokens._blocks(text))) > 5
    assert counter.count(text) == whole


@with_model
def test_a_model_file_counts_as_llama_cpp_does() -> None:
    """The table was made with llama.cpp by tests/bench/bench_tokens.py."""
    rows = json.loads(TABLE.read_text(encoding="utf-8"))
    counter = open_counter(str(MODEL))

    assert len(rows) >= 200
    assert (counter.name, counter.exact) == (MODEL.name, True)
    counts = counter.count_many([text for text, _ in rows])
    assert [(text, ours) for (text, _), ours in zip(rows, counts, strict=True)] == [
        tuple(row) for row in rows
    ]


@with_model
def test_a_model_file_is_read_once() -> None:
    assert open_counter(str(MODEL)) is open_counter(str(MODEL.parent / "." / MODEL.name))


def write_model(path: Path, *, pre: str = "gpt-2", **changes: object) -> Path:
    """A tiny byte-level vocabulary: every byte but 0x04, "ab", "abc", a control and an added word."""
    alphabet = [stand_in for byte, stand_in in enumerate(byte_alphabet()) if byte != 4]
    words = [*alphabet, "ab", "abc", "12", "Ġ1", "<|end|>", "<tool>", "<tool>x"]
    kinds = [1] * (len(words) - 3) + [3, 4, 4]
    metadata: dict[str, object] = {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": pre,
        "tokenizer.ggml.tokens": words,
        "tokenizer.ggml.token_type": kinds,
        "tokenizer.ggml.merges": ["a b", "ab c", "1 2", "Ġ 1"],
    }
    return write_gguf(path, metadata | changes)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("abc", 1),
        ("abab c", 4),
        ("你", 3),
        ("\x04", 0),
        ("a\x04b", 2),
        ("<|end|>", 7),
        ("<tool>", 1),
        ("abc<tool>xabc<tool>", 4),
        ("", 0),
    ],
)
def test_the_rules_of_a_small_vocabulary(tmp_path: Path, text: str, count: int) -> None:
    counter = open_counter(str(write_model(tmp_path / "m.gguf")))

    assert counter.exact
    assert counter.count(text) == count


@pytest.mark.parametrize(
    ("pre", "count"),
    [("gpt-2", 2), ("default", 2), ("smollm", 3), ("qwen2", 3), ("llama-bpe", 2), ("qwen35", 3)],
)
def test_the_splitting_rule_follows_the_file(tmp_path: Path, pre: str, count: int) -> None:
    counter = open_counter(str(write_model(tmp_path / "m.gguf", pre=pre)))

    assert counter.count(" 12") == count


@pytest.mark.parametrize(
    "changes",
    [{"tokenizer.ggml.model": "llama"}, {"tokenizer.ggml.pre": "never heard of"}],
    ids=["model", "pre"],
)
def test_an_unknown_tokenizer_is_estimated_and_says_so(tmp_path: Path, changes: dict[str, object]) -> None:
    counter = open_counter(str(write_model(tmp_path / "m.gguf", **changes)))

    assert (counter.name, counter.exact) == ("o200k_base", False)
    assert counter.count("hello world") == 2


def test_tables_that_do_not_fit_are_a_data_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="token types"):
        open_counter(str(write_model(tmp_path / "m.gguf", **{"tokenizer.ggml.token_type": [1, 1]})))


def test_a_replaced_file_is_read_again(tmp_path: Path) -> None:
    path = write_model(tmp_path / "m.gguf")
    first = open_counter(str(path)).count(" 12")
    write_model(path, pre="smollm")
    os.utime(path, (1, 1))

    assert (first, open_counter(str(path)).count(" 12")) == (2, 3)


def test_nothing_of_tiktoken_is_imported_before_it_is_needed() -> None:
    import subprocess

    code = "import sys, zishu_app.core.tokens; sys.exit('tiktoken' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_folder_of_transformers_is_counted_with_its_own_tokenizer(tmp_path: Path) -> None:
    byte_tokenizer().save(str(tmp_path / "tokenizer.json"))
    counter = open_counter(str(tmp_path))
    assert (counter.name, counter.exact) == (tmp_path.name, True)
    assert counter.count("") == 0
    assert counter.count_many(["你", "hello"]) == [counter.count("你"), counter.count("hello")]
    assert 0 < counter.count("hello") <= 5
    other = tmp_path / "other"
    other.mkdir()
    (other / "tokenizer.json").write_text("{}")
    with pytest.raises(DataError, match="cannot be read"):
        open_counter(str(other))
