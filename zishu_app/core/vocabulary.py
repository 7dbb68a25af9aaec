"""A model's own tokenizer, rebuilt for tiktoken from the vocabulary inside its GGUF file.

A count by a stranger's tokenizer is off by tens of percent in Chinese, and asking llama.cpp means loading the
model. The vocabulary and its merges stand in the file's header; tiktoken runs them at full speed.

Source of the patterns: llama.cpp, src/llama-vocab.cpp. It splits in several passes there; each pattern here says
the same in one. They were compared with llama.cpp's own tokenizer (see tests/core/test_tokens.py).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from zishu_app.core.errors import DataError
from zishu_app.core.gguf import GgufArray, GgufHeader
from zishu_app.core.texts import t

if TYPE_CHECKING:
    import tiktoken

_ENGLISH = r"'(?:[sdmt]|ll|ve|re)"
_ENGLISH_ANY_CASE = r"'(?i:[sdmt]|ll|ve|re)"
_SIGNS = r"\p{P}$+<=>^~|"

_GPT_2 = rf"{_ENGLISH}| ?\p{{L}}++| ?\p{{N}}++| ?[^\s\p{{L}}\p{{N}}]++|\s+(?!\S)|\s+"
#: digits stand alone and end what is before them, so spaces before a digit stay together
_SMOLLM = rf"\p{{N}}|{_ENGLISH}| ?\p{{L}}++| ?[^\s\p{{L}}\p{{N}}]++|\s+(?![^\s\p{{N}}])|\s+"
#: signs first, then digits in threes; an apostrophe is a sign, so there are no English endings
_DEFAULT = (
    rf"[{_SIGNS}]++|[0-9]{{3}}|(?:(?![0-9]{{3}})\p{{N}})++| ?\p{{L}}++"
    rf"| ?[^\s\p{{L}}\p{{N}}{_SIGNS}]++|\s+(?![^\s{_SIGNS}])|\s+"
)


def _llama_3(letters: str, digits: str) -> str:
    return (
        rf"{_ENGLISH_ANY_CASE}|[^\r\n\p{{L}}\p{{N}}]?[{letters}]++|{digits}"
        rf"| ?[^\s{letters}\p{{N}}]++[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    )


_PATTERNS = {
    "smollm": _SMOLLM, "starcoder": _SMOLLM, "refact": _SMOLLM, "command-r": _SMOLLM, "codeshell": _SMOLLM,
    "gpt-2": _GPT_2, "phi-2": _GPT_2, "mpt": _GPT_2, "olmo": _GPT_2,
    "": _DEFAULT, "default": _DEFAULT,
    "llama-bpe": _llama_3(r"\p{L}", r"\p{N}{1,3}"), "llama3": _llama_3(r"\p{L}", r"\p{N}{1,3}"),
    "llama-v3": _llama_3(r"\p{L}", r"\p{N}{1,3}"), "glm4": _llama_3(r"\p{L}", r"\p{N}{1,3}"),
    "chatglm-bpe": _llama_3(r"\p{L}", r"\p{N}{1,3}"),
    "qwen2": _llama_3(r"\p{L}", r"\p{N}"), "deepseek-r1-qwen": _llama_3(r"\p{L}", r"\p{N}"),
    "stablelm2": _llama_3(r"\p{L}", r"\p{N}"), "megrez": _llama_3(r"\p{L}", r"\p{N}"),
    "hunyuan": _llama_3(r"\p{L}", r"\p{N}"), "qwen35": _llama_3(r"\p{L}\p{M}", r"\p{N}"),
}  # fmt: skip
#: these take a whole word that is in the vocabulary even where no merge leads to it
_WHOLE_WORDS = {"llama-bpe", "llama3", "llama-v3"}

#: token types
_NORMAL, _CONTROL, _ADDED = 1, 3, 4
#: what GGUF calls an array of strings
_TEXTS = 8


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A tokenizer and what tiktoken does not know of it."""

    encoding: "tiktoken.Encoding" = field(repr=False)
    #: words the model takes as one token wherever they stand (token type "user defined"); None: there are none
    added: re.Pattern[str] | None
    #: ids from here on stand for bytes that the model has no token for; it drops them
    dropped: int


def is_known(header: GgufHeader) -> bool:
    """Whether the vocabulary of this file can be rebuilt: byte-level BPE with a splitting rule we have."""
    return (
        header.text("tokenizer.ggml.model") == "gpt2"
        and header.text("tokenizer.ggml.pre") in _PATTERNS
        and isinstance(header.metadata.get("tokenizer.ggml.merges"), GgufArray)
    )


def build_vocabulary(header: GgufHeader) -> Vocabulary:
    """The tokenizer of a file for which `is_known` holds. Raises DataError when its tables do not fit together."""
    import tiktoken  # 60 ms that `--help` does not pay

    pre = header.text("tokenizer.ggml.pre")
    tokens = _strings(header, "tokenizer.ggml.tokens")
    kinds = _kinds(header, len(tokens))
    ordinary = {token for token, kind in zip(tokens, kinds, strict=True) if kind == _NORMAL}
    ranks, dropped = _ranks(
        ordinary, _strings(header, "tokenizer.ggml.merges"), whole_words=pre in _WHOLE_WORDS
    )
    special = [token for token, kind in zip(tokens, kinds, strict=True) if kind in (_CONTROL, _ADDED)]
    added = sorted((token for token, kind in zip(tokens, kinds, strict=True) if kind == _ADDED), key=len)
    encoding = tiktoken.Encoding(
        header.path.name,
        pat_str=_PATTERNS[pre],
        mergeable_ranks=ranks,
        special_tokens={token: len(ranks) + index for index, token in enumerate(dict.fromkeys(special))},
    )
    # longest first: where one added word begins with another, the longer one wins
    words = "|".join(re.escape(token) for token in reversed(added) if token)
    return Vocabulary(encoding, re.compile(words) if words else None, dropped)


def _strings(header: GgufHeader, key: str) -> list[str]:
    array = header.metadata.get(key)
    if not isinstance(array, GgufArray) or not array.length or array.kind != _TEXTS:
        raise DataError(
            t(
                f"模型文件 {header.path}：没有词表“{key}”。",
                f'Model file {header.path}: the table "{key}" is missing.',
            ),
            t("换一个完整的 GGUF 文件。", "Choose a complete GGUF file."),
        )
    return cast("list[str]", array.read())


def _kinds(header: GgufHeader, length: int) -> list[int]:
    """The type of each token; without the table all are ordinary."""
    array = header.metadata.get("tokenizer.ggml.token_type")
    if not isinstance(array, GgufArray) or array.kind == _TEXTS:
        return [_NORMAL] * length
    kinds = [int(kind) for kind in array.read()]
    if len(kinds) != length:
        raise DataError(
            t(
                f"模型文件 {header.path}：{length} 个词，却有 {len(kinds)} 个词类型。",
                f"Model file {header.path}: {length} tokens, but {len(kinds)} token types.",
            ),
            t("换一个完整的 GGUF 文件。", "Choose a complete GGUF file."),
        )
    return kinds


def _ranks(ordinary: set[str], merges: list[str], *, whole_words: bool) -> tuple[dict[bytes, int], int]:
    """Bytes of each token -> when it is merged, and from which rank on a rank is no token of the model.

    tiktoken merges the pair whose joined bytes have the lowest rank. That is the same as the merge list here:
    inside a word that ends up as one token, only one pair ever meets at that token's turn.
    """
    to_bytes = _from_alphabet()
    single = [byte for byte in range(256) if _ALPHABET[byte] in ordinary]
    ranks = {bytes([byte]): index for index, byte in enumerate(single)}
    words = (first + second for first, second in map(_pair, merges))
    _append(ranks, (word for word in words if word in ordinary), to_bytes)
    if whole_words:
        _append(ranks, sorted(ordinary), to_bytes)
    dropped = len(ranks)
    for byte in range(256):  # tiktoken stops at a byte that it does not know
        ranks.setdefault(bytes([byte]), len(ranks))
    return ranks, dropped


def _append(ranks: dict[bytes, int], words: Iterable[str], to_bytes: Callable[[str], bytes | None]) -> None:
    for word in words:
        token = to_bytes(word)
        if token:
            ranks.setdefault(token, len(ranks))


def _pair(merge: str) -> tuple[str, str]:
    """The two halves of a merge: parted by the first space that is not the first character."""
    cut = merge.find(" ", 1)
    return merge[:cut], merge[cut + 1 :]


def _alphabet() -> list[str]:
    """GPT-2's printable stand-in for each byte (openai/gpt-2, encoder.py)."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(256)]


_ALPHABET = _alphabet()


def _from_alphabet() -> Callable[[str], bytes | None]:
    """A function from stand-ins to bytes; None for a word with other characters in it."""
    table = {stand_in: byte for byte, stand_in in enumerate(_ALPHABET)}

    def to_bytes(word: str) -> bytes | None:
        try:
            return bytes([table[stand_in] for stand_in in word])
        except KeyError:
            return None

    return to_bytes
