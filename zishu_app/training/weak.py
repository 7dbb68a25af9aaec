"""What she is weak in: abilities of the last exam that are near chance, and answers her owner was not content with. Each is
offered as what to teach next.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from zishu_app.core.texts import counted, t
from zishu_app.dataset.wanted import Filter
from zishu_app.training.marks import Report, Scored

#: items below which an ability says nothing
FEW = 4
#: share of what could be gained over chance below which she is weak in something
WEAK = 0.6
#: items she missed that are shown of an ability
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Weakness:
    """One thing to teach. `strength`: 0 nothing of it is there, 1 all of it."""

    source: Literal["exam", "corrected", "disliked"]
    #: an ability of an item set ("set/ability"); "" for the others
    name: str
    n: int
    strength: float
    #: items of an exam she missed, by their numbers
    missed: tuple[str, ...] = ()
    #: the samples it is about, for the next set; None: there are none yet
    wanted: Filter | None = None

    @property
    def told(self) -> str:
        """In a sentence."""
        if self.source == "exam":
            return t(
                f"{self.name}：{self.n} 题里掌握了 {self.strength:.0%}（不算蒙对的）",
                f"{self.name}: {self.strength:.0%} of {counted(self.n, 'item')} mastered, lucky guesses left out",
            )
        if self.source == "corrected":
            return t(
                f"你改过她 {self.n} 次，她还没有学过这些",
                f"{counted(self.n, 'correction')} of yours that she has not learnt yet",
            )
        return t(
            f"{self.n} 个回答你不喜欢，还没有改成更好的",
            f"{counted(self.n, 'answer')} you did not like, not corrected yet",
        )


def of_exam(report: Report, languages: Sequence[str] = ()) -> list[Weakness]:
    """Abilities in which she is weak, the weakest first. `languages`: those her brain speaks, where that is known; in
    others nothing can be taught to it.
    """
    groups: dict[str, list[Scored]] = {}
    for one in report.items:
        if languages and one.language not in languages:
            continue
        groups.setdefault(f"{one.set}/{one.ability}", []).append(one)
    found = [_of_ability(name, items) for name, items in groups.items() if len(items) >= FEW]
    return sorted((one for one in found if one.strength < WEAK), key=lambda one: (one.strength, one.name))


def of_answers(corrected: int, disliked: int) -> list[Weakness]:
    """What her owner was not content with: corrections that she has not learnt, and bad marks that are not corrected."""
    found = []
    if corrected:
        wanted = Filter(kinds=("correction",), verdicts=("accepted",))
        found.append(Weakness("corrected", "", corrected, 0.0, wanted=wanted))
    if disliked:
        found.append(Weakness("disliked", "", disliked, 0.0))
    return found


def together(found: Iterable[Sequence[Weakness]]) -> list[Weakness]:
    """All of them: what her owner said goes before what an exam says."""
    order = {"corrected": 0, "disliked": 1, "exam": 2}
    return sorted((one for each in found for one in each), key=lambda one: (order[one.source], one.strength))


def _of_ability(name: str, items: Sequence[Scored]) -> Weakness:
    right = sum(one.right for one in items) / len(items)
    chance = sum(one.chance for one in items) / len(items)
    strength = max((right - chance) / (1 - chance), 0.0) if chance < 1 else 1.0
    missed = tuple(one.id for one in items if not one.right)[:SHOWN]
    return Weakness("exam", name, len(items), strength, missed)
