"""What a model file somebody brings is: told before it is used, so that nobody waits for one that cannot work."""

from dataclasses import dataclass
from pathlib import Path

from zishu_app.core.errors import DataError
from zishu_app.core.gguf import GgufArray, GgufHeader, read_gguf_header
from zishu_app.core.texts import t

#: what turns no words into an answer: encoders, readers of pictures, writers of sound
_SILENT = (
    "bert",
    "nomic-bert",
    "jina-bert-v2",
    "modern-bert",
    "clip",
    "whisper",
    "t5encoder",
    "wavtokenizer-dec",
)
#: bytes to compute in, beside weights and cache
_WORKROOM = 300_000_000
#: tokens of context that are counted with
_CONTEXT = 4096


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A GGUF file that holds together."""

    path: Path
    #: what it calls itself, else the file's name
    name: str
    #: bytes
    size: int
    architecture: str
    #: number of weights; None: not known
    parameters: int | None
    #: tokens it was trained to read together; None: it does not say
    context: int | None
    licence: str
    #: without one it was never taught to hold a talk
    has_chat_template: bool
    #: as it says, e.g. "zh"; empty: it does not say
    languages: tuple[str, ...]
    #: bytes of memory while it talks, and how many are free now
    memory: int
    free: int

    @property
    def may_speak_chinese(self) -> bool:
        """Whether it says so, or says nothing."""
        return not self.languages or any(one.startswith("zh") for one in self.languages)

    @property
    def fits(self) -> bool:
        """Whether there is memory for it now."""
        return self.memory <= self.free


def look_at(path: Path) -> ModelFile:
    """Read the header. Raises DataError: no GGUF, broken, cut short, or no model that talks. Blocks."""
    header = read_gguf_header(path)
    if header.architecture in _SILENT or any(key.endswith(".pooling_type") for key in header.metadata):
        raise _silent(header)
    import psutil  # 10 ms that the start of the window does not pay

    return ModelFile(
        path=path.absolute(),
        name=header.name or path.stem,
        size=path.stat().st_size,
        architecture=header.architecture,
        parameters=header.parameters,
        context=header.context_length,
        licence=header.licence,
        has_chat_template=header.has_chat_template,
        languages=_languages(header),
        memory=memory_of(header),
        free=psutil.virtual_memory().available,
    )


def memory_of(header: GgufHeader) -> int:
    """Bytes of memory while it talks with 4,096 tokens of context: the weights, the cache, room to compute in."""
    layers, width = _number(header, "block_count"), _number(header, "embedding_length")
    heads = _number(header, "attention.head_count") or 1
    shared = _number(header, "attention.head_count_kv") or heads
    head = _number(header, "attention.key_length") or width // heads
    cache = 2 * 2 * layers * shared * head * _CONTEXT  # keys and values, two bytes each
    return header.path.stat().st_size + cache + _WORKROOM


def _number(header: GgufHeader, key: str) -> int:
    """A number of this architecture; the largest where each layer has its own, 0 where it is not said."""
    value = header.metadata.get(f"{header.architecture}.{key}")
    if isinstance(value, GgufArray):
        value = max((one for one in value.read() if isinstance(one, int)), default=0)
    return value if isinstance(value, int) else 0


def _languages(header: GgufHeader) -> tuple[str, ...]:
    said = header.metadata.get("general.languages")
    return tuple(str(one).lower() for one in said.read()) if isinstance(said, GgufArray) else ()


def _silent(header: GgufHeader) -> DataError:
    name, kind = header.path.name, header.architecture
    return DataError(
        t(f"{name} 不会聊天：它是 {kind} 类模型。", f"{name} does not talk: it is a {kind} model."),
        t(
            "换一个对话模型（名字里常有 Instruct 或 Chat）。",
            "Take a chat model (often named Instruct or Chat).",
        ),
    )
