"""What the checks find in a sample, as it is shown: a place and a few words."""

from collections.abc import Sequence
from dataclasses import dataclass

from zishu_app.dataset.checking.findings import CHECKS, Limits
from zishu_app.dataset.checking.words import title, told
from zishu_app.dataset.checks import TAG, findings_of
from zishu_app.dataset.sample import Sample

#: characters of a sample above which all checks together would hold up the reading of it; its tags still tell
LONG = 40_000


@dataclass(frozen=True, slots=True)
class Found:
    """[start, end) of a message, and what is wrong there; `message` None: it is said of the whole sample."""

    message: int | None
    start: int
    end: int
    text: str


def found_in(sample: Sample, limits: Limits) -> Sequence[Found]:
    """What the checks find in a sample as it stands now. Takes milliseconds: in a thread."""
    if sum(len(one.content) for one in sample.messages) > LONG:
        return ()
    return tuple(
        Found(one.message, one.start, one.end, f"{title(one.check)}: {told(one)}")
        for one in findings_of(sample, limits)
    )


def title_of(tag: str) -> str:
    """A tag of the checks, for people."""
    name = tag.removeprefix(TAG)
    return next((title(check) for check in CHECKS if check == name), name)
