"""What happens while samples are judged. A run ends with one `JudgeEnded`."""

from dataclasses import dataclass

from zishu_app.dataset.scores import Marked


@dataclass(frozen=True, slots=True)
class Found:
    """Samples that will be judged, and how many of them were when the run was stopped before."""

    samples: int
    done: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """An attempt of `who` failed or was not in the form ("form"); another one follows."""

    sample: int
    who: str
    reason: str
    delay: float


@dataclass(frozen=True, slots=True)
class Judged:
    """A version of a sample is judged and its marks are on disk. `spread` is None where one model judged."""

    sample: int
    version: int
    scores: tuple[Marked, ...]
    score: float
    spread: float | None


@dataclass(frozen=True, slots=True)
class NotJudged:
    """`who` said nothing that counts of a sample, and why; "": nobody could be asked."""

    sample: int
    who: str
    reason: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Refining:
    """The teacher was asked for another version."""

    sample: int
    round: int


@dataclass(frozen=True, slots=True)
class Refined:
    """A round is over. `after` is None where no new version was judged; `reason`: why it was not kept."""

    sample: int
    round: int
    before: float
    after: float | None
    kept: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class JudgeEnded:
    """The one ending of a run. `failed`: samples that no model judged."""

    done: int
    failed: int
    left: int
    stopped: str = ""
    hint: str = ""


JudgeEvent = Found | Asked | Judged | NotJudged | Refining | Refined | JudgeEnded
