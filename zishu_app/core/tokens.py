"""Counting tokens without the network and without loading a model.

Which counter is used for which model (`Limits.tokenizer` names it):

| model | counter | exact |
|---|---|---|
| a GGUF file whose vocabulary is byte-level BPE (SmolLM, Qwen 2 to 3.5, Llama 3, GLM 4, GPT-2 kind) | its path | yes |
| a folder of transformers with a tokenizer.json | its path | yes |
| any other GGUF file (SentencePiece, an unknown splitting rule) | its path; counted with o200k_base | no |
| OpenAI GPT-4o and later; every endpoint that does not publish its tokenizer (MiMo, Claude, Gemini, ...) | o200k_base | no |
| OpenAI GPT-4 and GPT-3.5 | cl100k_base | no |

`exact` is only claimed where the ranks come out of the model's own file: an endpoint may serve anything under a name.
Texts are counted as plain text: `<|im_end|>` typed by a user is a handful of tokens, never a control token.

tiktoken's own loader would ask the network where its cache is cold or damaged; here the encodings are built from
the shipped rank files (resources/tokens), and a damaged file is an error.
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from zishu_app.core.errors import DataError, SettingsError
from zishu_app.core.gguf import read_gguf_header
from zishu_app.core.paths import RESOURCES
from zishu_app.core.texts import t
from zishu_app.core.vocabulary import build_vocabulary, is_known

if TYPE_CHECKING:
    import tiktoken
    import tokenizers

FALLBACK = "o200k_base"
#: the tokenizer in a folder as transformers keeps models
WRITTEN = "tokenizer.json"

#: Characters handed to tiktoken at once. Its pattern engine gives up with a panic on a run of a million spaces, and
#: its time grows faster than the text on a run without a break. A longer text is cut where a word begins, which
#: changes no count; a text with no such place in the last tenth of a block is cut hard, which adds a token or two
#: to the 20,000 or more of that block (measured over 1,260 hard cuts: 0.1 on average).
BLOCK = 100_000

_CL100K = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$"
    r"|\s*[\r\n]|\s+(?!\S)|\s"
)
_ENDING = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
_O200K = "|".join(
    [
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+" + _ENDING,
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*" + _ENDING,
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ]
)


@dataclass(frozen=True, slots=True)
class _Published:
    """An encoding OpenAI published. Source: tiktoken_ext/openai_public.py (MIT)."""

    pattern: str
    special: dict[str, int]
    sha256: str


_PUBLISHED = {
    "cl100k_base": _Published(
        _CL100K,
        {
            "<|endoftext|>": 100257,
            "<|fim_prefix|>": 100258,
            "<|fim_middle|>": 100259,
            "<|fim_suffix|>": 100260,
            "<|endofprompt|>": 100276,
        },
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
    "o200k_base": _Published(
        _O200K,
        {"<|endoftext|>": 199999, "<|endofprompt|>": 200018},
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    ),
}


class Counter(Protocol):
    """How many tokens a text costs."""

    @property
    def name(self) -> str:
        """The encoding, or the model file whose vocabulary it is."""

    @property
    def exact(self) -> bool:
        """Whether the ranks are the model's own; otherwise the count is an estimate."""

    def count(self, text: str) -> int:
        """Tokens of `text` as plain text, without any framing of a message."""

    def count_many(self, texts: Sequence[str]) -> list[int]:
        """The same for each of `texts`."""


@dataclass(frozen=True, slots=True)
class RememberingCounter:
    """Counts no text twice: for one talk, whose messages come again with every call. Implements `Counter`."""

    counter: Counter
    known: dict[str, int] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """See `Counter`."""
        return self.counter.name

    @property
    def exact(self) -> bool:
        """See `Counter`."""
        return self.counter.exact

    def count(self, text: str) -> int:
        """See `Counter`."""
        if text not in self.known:
            self.known[text] = self.counter.count(text)
        return self.known[text]

    def count_many(self, texts: Sequence[str]) -> list[int]:
        """See `Counter`."""
        return [self.count(text) for text in texts]


def open_counter(name: str) -> Counter:
    """The counter called `name`: "o200k_base", "cl100k_base", the path of a GGUF file, or of a folder with a tokenizer.json.
    Opened once, then kept.

    Raises SettingsError for a name that is neither, DataError for a damaged rank or model file.
    """
    if name in _PUBLISHED:
        return _open_published(name)
    path = Path(name).expanduser()
    if (path / WRITTEN).is_file():
        return _open_written((path / WRITTEN).resolve())
    if path.suffix.lower() != ".gguf" and not path.is_file():
        known = ", ".join(_PUBLISHED)
        raise SettingsError(
            t(f"没有名为“{name}”的 token 计数器。", f'There is no token counter called "{name}".'),
            t(f"可用：{known}，或一个 GGUF 文件的路径。", f"Use {known}, or the path of a GGUF file."),
        )
    if not path.is_file():
        read_gguf_header(path)  # says what is wrong with it
    state = path.stat()
    return _open_model(path.resolve(), state.st_mtime_ns, state.st_size)


@dataclass(frozen=True, slots=True)
class _RankCounter:
    """Counts with tiktoken."""

    name: str
    exact: bool
    encoding: "tiktoken.Encoding" = field(repr=False)
    #: words that are one token wherever they stand
    added: re.Pattern[str] | None = None
    #: ids from here on are no tokens
    dropped: int | None = None

    def count(self, text: str) -> int:
        """See `Counter`."""
        if self.added is None:
            return self._ordinary(text)
        parts = self.added.split(text)
        return len(parts) - 1 + sum(map(self._ordinary, parts))

    def count_many(self, texts: Sequence[str]) -> list[int]:
        """See `Counter`. One thread: tiktoken's own batch call took four times as long on short messages."""
        return [self.count(text) for text in texts]

    def _ordinary(self, text: str) -> int:
        if len(text) > BLOCK:
            return sum(map(self._block, _blocks(text)))
        return self._block(text)

    def _block(self, text: str) -> int:
        ids = self.encoding.encode_ordinary(text)
        if self.dropped is None or not ids or max(ids) < self.dropped:
            return len(ids)
        return sum(token < self.dropped for token in ids)


#: places where every pattern begins a new word: a space between two words, a mark after a letter
_PLACE = re.compile(r"(?<=\S)(?= \S)|(?<=[^\W\d_])(?=[,.;:!?，。！？；：、])")


def _blocks(text: str) -> Iterator[str]:
    """`text` in pieces of at most BLOCK characters."""
    start = 0
    while len(text) - start > BLOCK:
        end = start + BLOCK
        for place in _PLACE.finditer(text, end - BLOCK // 10, end + 2):
            if start < place.start() <= start + BLOCK:
                end = place.start()
        yield text[start:end]
        start = end
    yield text[start:]


@lru_cache(maxsize=4)
def _open_model(path: Path, modified: int, size: int) -> Counter:  # noqa: ARG001 - a replaced file is read again
    header = read_gguf_header(path)
    if not is_known(header):
        stand_in = _open_published(FALLBACK)
        return _RankCounter(stand_in.name, exact=False, encoding=stand_in.encoding)
    vocabulary = build_vocabulary(header)
    return _RankCounter(path.name, True, vocabulary.encoding, vocabulary.added, vocabulary.dropped)


@dataclass(frozen=True, slots=True)
class _WrittenCounter:
    """Counts with a tokenizer as transformers writes it."""

    name: str
    tokenizer: "tokenizers.Tokenizer" = field(repr=False)
    exact: bool = True

    def count(self, text: str) -> int:
        """See `Counter`."""
        return len(self.tokenizer.encode(text, add_special_tokens=False).ids)

    def count_many(self, texts: Sequence[str]) -> list[int]:
        """See `Counter`."""
        return [self.count(text) for text in texts]


@lru_cache(maxsize=2)
def _open_written(path: Path) -> Counter:
    import tokenizers  # for those only who speak with such a model

    try:
        return _WrittenCounter(
            path.parent.name, tokenizers.Tokenizer.from_str(path.read_text(encoding="utf-8"))
        )
    except Exception as error:
        if type(error) is not Exception:  # the library has no error of its own for a file that it cannot read
            raise
        raise DataError(
            t(f"{path} 读不了。", f"{path} cannot be read."),
            t("重新下载或转换这个底座。", "Download or convert this base again."),
        ) from error


@lru_cache(maxsize=2)
def _open_published(name: str) -> _RankCounter:
    import tiktoken  # 60 ms that `--help` does not pay

    published = _PUBLISHED[name]
    path = RESOURCES / "tokens" / f"{name}.tiktoken"
    encoding = tiktoken.Encoding(
        name,
        pat_str=published.pattern,
        mergeable_ranks=_read_ranks(path, published.sha256),
        special_tokens=published.special,
    )
    return _RankCounter(name, exact=False, encoding=encoding)


def _read_ranks(path: Path, sha256: str) -> dict[bytes, int]:
    """A rank file: lines of base64(token), a space, its rank. Raises DataError unless it is the shipped one."""
    hint = t("请重新安装本程序。", "Install the program again.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(t(f"缺少词表 {path}。", f"The rank file {path} is missing."), hint) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise DataError(t(f"词表 {path} 已损坏。", f"The rank file {path} is damaged."), hint)
    pairs = (line.split() for line in data.splitlines() if line)
    return {base64.b64decode(token): int(rank) for token, rank in pairs}
