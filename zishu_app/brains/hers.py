"""Which brain is hers, and which ones were: every change is written down with its time, and can be gone back on.

The settings name one too (`companion.brain`); whichever was changed last counts. An empty name means: see brains/choices
for which one is taken by itself. Reading and writing block.
"""

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from zishu_app.core.errors import DataError
from zishu_app.core.files import write_json
from zishu_app.core.texts import t

log = logging.getLogger("zishu.brains")

#: chosen by the person, gone back on, or put in by a training that passed
Why = Literal["chosen", "back", "trained"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of her brain."""

    #: as it can be asked for: "endpoint/model", "builtin", the path of a file; empty: by itself
    spec: str
    #: local time, ISO
    at: str
    why: Why
    #: what the settings said then
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Hers:
    """The history of her brains, the newest change last."""

    changes: tuple[Change, ...] = ()

    def current(self, setting: str) -> str:
        """What counts now: the last change, unless the settings have been changed since."""
        return self._stack(setting)[-1]

    def former(self, setting: str) -> str | None:
        """What would be gone back to; None where there is nothing to go back on."""
        stack = self._stack(setting)
        return stack[-2] if len(stack) > 1 else None

    def _stack(self, setting: str) -> list[str]:
        """Brains one upon the other, in the order in which they can be gone back on."""
        known = self.changes[0].setting if self.changes else setting
        stack = [known]
        for change in self.changes:
            if change.setting != known:  # the settings were changed meanwhile
                known = change.setting
                stack.append(known)
            if change.why == "back" and len(stack) > 1:
                stack.pop()
            elif change.spec != stack[-1]:
                stack.append(change.spec)
        return stack if known == setting else [*stack, setting]


def read_hers(path: Path) -> Hers:
    """The history in a file; nothing where there is none, or it is damaged."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return Hers(tuple(_change(one) for one in value["changes"]))
    except FileNotFoundError:
        return Hers()
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        log.warning("%s cannot be read and is begun anew: %s", path.name, type(error).__name__)
        return Hers()


def choose(path: Path, change: Change) -> Hers:
    """From now on it is this one."""
    hers = Hers((*read_hers(path).changes, change))
    write_json(path, {"changes": [asdict(one) for one in hers.changes]})
    return hers


def roll_back(path: Path, setting: str, at: str) -> Hers:
    """Back to the one before. Raises DataError where there was none."""
    former = read_hers(path).former(setting)
    if former is None:
        raise DataError(
            t("她还没有换过大脑。", "Her brain was never changed."),
            t("用 `zishu brains list` 看有哪些。", "`zishu brains list` shows what there is."),
        )
    return choose(path, Change(former, at, "back", setting))


def _change(value: Any) -> Change:
    """Raises KeyError, TypeError or ValueError for what is no change."""
    found = Change(value["spec"], value["at"], value["why"], value.get("setting", ""))
    if not all(
        isinstance(one, str) for one in (found.spec, found.at, found.setting)
    ) or found.why not in get_args(Why):
        raise ValueError("no change of a brain")
    return found
