import struct
from pathlib import Path

import pytest

from tests.core.gguf_files import gguf, text, write_gguf
from zishu_app.core.errors import DataError
from zishu_app.core.gguf import GgufArray, read_gguf_header
from zishu_app.core.paths import SHARED_MODELS

MODEL = SHARED_MODELS / "SmolLM2-135M-Instruct.Q4_1.gguf"
METADATA: dict[str, object] = {
    "general.architecture": "llama",
    "general.name": "小紫",
    "general.license": "apache-2.0",
    "llama.context_length": 4096,
    "llama.rope.freq_base": 10000.0,
    "tokenizer.ggml.add_bos_token": True,
    "tokenizer.ggml.tokens": ["a", "b", "你"],
    "tokenizer.ggml.token_type": [1, 1, 3],
    "tokenizer.chat_template": "{{ messages }}",
}
TENSORS = {"token_embd.weight": (8, 3), "output.weight": (8, 4)}


def test_header_says_what_the_file_says(tmp_path: Path) -> None:
    header = read_gguf_header(write_gguf(tmp_path / "m.gguf", METADATA, TENSORS))

    assert (header.architecture, header.name, header.licence) == ("llama", "小紫", "apache-2.0")
    assert header.context_length == 4096
    assert header.parameters == 8 * 3 + 8 * 4
    assert header.has_chat_template
    assert header.version == 3
    assert header.metadata["llama.rope.freq_base"] == 10000.0
    assert header.metadata["tokenizer.ggml.add_bos_token"] is True


def test_arrays_are_places_until_they_are_read(tmp_path: Path) -> None:
    header = read_gguf_header(write_gguf(tmp_path / "m.gguf", METADATA, TENSORS))
    tokens, kinds = header.metadata["tokenizer.ggml.tokens"], header.metadata["tokenizer.ggml.token_type"]

    assert isinstance(tokens, GgufArray)
    assert isinstance(kinds, GgufArray)
    assert (tokens.length, tokens.read()) == (3, ["a", "b", "你"])
    assert kinds.read() == [1, 1, 3]


def test_a_silent_file_gives_empty_answers(tmp_path: Path) -> None:
    header = read_gguf_header(write_gguf(tmp_path / "m.gguf", {}))

    assert (header.architecture, header.name, header.licence) == ("", "", "")
    assert (header.context_length, header.parameters, header.has_chat_template) == (None, None, False)


def test_one_part_of_a_split_model_does_not_claim_its_weights(tmp_path: Path) -> None:
    header = read_gguf_header(write_gguf(tmp_path / "m.gguf", METADATA | {"split.count": 2}, TENSORS))

    assert header.parameters is None


def test_broken_utf8_in_a_value_is_replaced(tmp_path: Path) -> None:
    header = read_gguf_header(write_gguf(tmp_path / "m.gguf", {"t": [b"\xe4\xbd", b"ok"]}))
    array = header.metadata["t"]

    assert isinstance(array, GgufArray)
    assert array.read() == ["\ufffd", "ok"]


def test_a_file_cut_anywhere_is_turned_away(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    whole = gguf(METADATA, TENSORS)
    for length in range(0, len(whole), 9):
        path.write_bytes(whole[:length])
        with pytest.raises(DataError, match=r"m\.gguf") as caught:
            read_gguf_header(path)
        assert caught.value.hint


def test_a_file_without_its_last_weights_says_how_much_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(gguf({}, {"w": (1000, 1000)})[:2_000_000])

    with pytest.raises(DataError, match=r"4\.0 MB and has 2\.0 MB"):
        read_gguf_header(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 something else", "not a GGUF"),
        (b"GG", "not a GGUF"),
        (b"GGUF" + struct.pack("<IQQ", 1, 0, 0), "version 1"),
        (b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "big-endian"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1 << 60), "claims"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<I", 77), "value type 77"),
        (
            b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<IIQ", 9, 8, 1 << 62),
            "cut short",
        ),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<IIQ", 9, 9, 1), "value type 9"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + text("w") + struct.pack("<I", 900), "900 dimensions"),
    ],
)
def test_a_broken_file_says_what_is_wrong(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(content)

    with pytest.raises(DataError, match=said):
        read_gguf_header(path)


def test_a_missing_file_and_a_folder_are_data_errors(tmp_path: Path) -> None:
    for path in (tmp_path / "none.gguf", tmp_path):
        with pytest.raises(DataError, match="cannot be opened"):
            read_gguf_header(path)


@pytest.mark.skipif(not MODEL.is_file(), reason="the small model that set-up brings is not here")
def test_the_shipped_model() -> None:
    header = read_gguf_header(MODEL)

    assert (header.architecture, header.licence, header.context_length) == ("llama", "apache-2.0", 8192)
    assert header.parameters == 134_515_008
    assert header.has_chat_template
