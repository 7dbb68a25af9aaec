"""An import as it stands: told by its events, and what of it could not be read, to be searched and copied. Knows no Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zishu_app.core.texts import t
from zishu_app.dataset.intake import BadFile, BadRow, FileOpened, IntakeEvent, LeftOut, Taken, TakenIn

#: problems that are kept; of more there is only the number
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Problem:
    """A record, or a file, that did not come in as it is."""

    number: int
    path: Path
    #: "第 12 行", "record 3", or empty for a whole file
    place: str
    reason: str
    hint: str
    #: nothing of the file came; else: all but this
    whole: bool = False

    def matches(self, words: Sequence[str]) -> bool:
        """Whether all the words occur in it."""
        text = f"{self.path.name}\n{self.place}\n{self.reason}\n{self.hint}".casefold()
        return all(word in text for word in words)

    def as_line(self) -> str:
        """For the clipboard."""
        return "\t".join([str(self.path), self.place, self.reason, self.hint])


@dataclass
class IntakeState:
    """What has come in so far."""

    #: seconds since 1970: all samples of this import came then
    now: int
    paths: Sequence[Path]
    current: Path | None = None
    number: int = 0
    files: int = 0
    done: int = 0
    added: int = 0
    known: int = 0
    bad: int = 0
    share: float = 0.0
    ending: TakenIn | None = None
    problems: list[Problem] = field(default_factory=list)
    #: problems beyond those that are kept
    more: int = 0
    #: nothing else came in that second, so the samples can be found by it
    apart: bool = False
    taken_back: bool = False

    def hear(self, event: IntakeEvent) -> None:
        """One event more."""
        match event:
            case FileOpened():
                self.current, self.number, self.files = event.path, event.number, event.files
            case Taken():
                self.done, self.added, self.known = event.done, event.added, event.known
                self.bad, self.share = event.bad, event.share
            case TakenIn():
                self.added, self.known, self.bad, self.ending = event.added, event.known, event.bad, event
            case BadRow() | BadFile() | LeftOut():
                self._keep(event)

    def _keep(self, event: BadRow | BadFile | LeftOut) -> None:
        if len(self.problems) >= MOST:
            self.more += 1
            return
        hint = "" if isinstance(event, LeftOut) else event.hint
        self.problems.append(
            Problem(
                len(self.problems),
                event.path,
                _place(event) if isinstance(event, BadRow) else "",
                bare(event.message, event.path),
                hint,
                whole=isinstance(event, BadFile),
            )
        )

    def matching(self, words: str) -> list[Problem]:
        """Those in which all the words occur; files that cannot be read stand first."""
        wanted = words.casefold().split()
        return sorted((one for one in self.problems if one.matches(wanted)), key=lambda one: not one.whole)


def _place(row: BadRow) -> str:
    if row.line is not None:
        return t(f"第 {row.line:,} 行", f"line {row.line:,}")
    return t(f"第 {row.number:,} 条", f"record {row.number:,}")


def bare(message: str, path: Path) -> str:
    """A reason without file and place before it: the row says both already."""
    text = message.replace(str(path), path.name)
    for colon in ("：", ": "):
        head, found, rest = text.partition(colon)
        if found and head.startswith(path.name):
            text = rest
            break
    return text[:1].upper() + text[1:]
