"""Two brains held against each other by a person who does not know which is which.

The same prompts are put to both; which answer stands on the left is drawn from a seed. What the person prefers says
which brain is better, with an interval, and every decided pair teaches: the better answer is wanted, the other rejected.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from zishu_app.core.chance import dice
from zishu_app.core.texts import Language, counted, t
from zishu_app.dataset.sample import Draft, fingerprint, message

#: "same" and "bad" (both of them): nothing is learnt from these
Verdict = Literal["left", "right", "same", "bad"]
#: of an interval that holds nine of ten
Z = 1.645
#: what marks samples that come from it
TAG = "blind"
#: characters of a sample's title
TITLE = 40


@dataclass(frozen=True, slots=True)
class Pair:
    """A prompt and what both brains answer, the former brain first."""

    prompt: str
    answers: tuple[str, str]

    @property
    def alike(self) -> bool:
        """Whether there is nothing to choose."""
        return self.answers[0].strip() == self.answers[1].strip()


@dataclass(frozen=True, slots=True)
class Shown:
    """What the person sees of a pair; nothing in it tells which brain is which."""

    #: from 1, of those that are shown
    number: int
    total: int
    prompt: str
    left: str
    right: str
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Result:
    """How it came out. `low` and `high`: where the share of the latter brain lies, nine times out of ten."""

    #: pairs that the former and the latter brain won
    former: int
    latter: int
    same: int
    bad: int
    #: pairs whose answers did not differ, and were not shown
    alike: int
    left: int

    @property
    def decided(self) -> int:
        """Pairs that one of them won."""
        return self.former + self.latter

    @property
    def share(self) -> float | None:
        """Of the decided ones that the latter won; None: none is decided."""
        return self.latter / self.decided if self.decided else None

    @property
    def interval(self) -> tuple[float, float]:
        """See `wilson`."""
        return wilson(self.latter, self.decided)

    @property
    def better(self) -> Literal["former", "latter", "unsure"]:
        """The one that is surely better."""
        low, high = self.interval
        return "latter" if low > 0.5 else "former" if high < 0.5 else "unsure"

    def told(self) -> str:
        """In a sentence."""
        if self.share is None:
            return t("还没有分出高下的一组。", "No pair is decided yet.")
        low, high = (f"{100 * one:.0f}" for one in self.interval)
        head = t(
            f"分出高下的 {self.decided} 组里，新的赢了 {self.latter} 组（{100 * self.share:.0f} %，十有八九在 {low} 到 {high} % 之间）。",
            f"Of {counted(self.decided, 'decided pair')} the new brain won {self.latter} "
            f"({100 * self.share:.0f} %, nine times out of ten between {low} and {high} %).",
        )
        tail = {
            "latter": t("新的更好。", " The new one is better."),
            "former": t("原来的更好。", " The former one is better."),
            "unsure": t("还说不准谁更好。", " That is not enough to say which is better."),
        }[self.better]
        return head + tail


@dataclass(frozen=True, slots=True)
class Blind:
    """A comparison under way. Changes make a new one, so that a step back is the one before."""

    #: what the brains are asked for by, the former first
    brains: tuple[str, str]
    pairs: tuple[Pair, ...]
    seed: int
    #: by the number of the pair, from 0
    verdicts: Mapping[int, Verdict] = field(default_factory=dict)

    def order(self) -> list[int]:
        """The pairs that are shown, in their order."""
        there = [number for number, pair in enumerate(self.pairs) if not pair.alike]
        dice(self.seed, "order").shuffle(there)
        return there

    def swapped(self, number: int) -> bool:
        """Whether the latter brain stands on the left."""
        return dice(self.seed, "side", number, self.pairs[number].prompt).random() < 0.5

    def shown(self, place: int) -> Shown:
        """The pair at a place of the order, from 0. Raises IndexError."""
        order = self.order()
        number = order[place]
        first, second = self.pairs[number].answers
        left, right = (second, first) if self.swapped(number) else (first, second)
        verdict = self.verdicts.get(number)
        return Shown(place + 1, len(order), self.pairs[number].prompt, left, right, verdict)

    def judged(self, place: int, verdict: Verdict | None) -> "Blind":
        """With a verdict on the pair at that place; None takes it back."""
        number = self.order()[place]
        rest = {one: said for one, said in self.verdicts.items() if one != number}
        return replace(self, verdicts=rest if verdict is None else rest | {number: verdict})

    def next_place(self) -> int | None:
        """The first place without a verdict; None: all have one."""
        return next((at for at, number in enumerate(self.order()) if number not in self.verdicts), None)

    def winner(self, number: int) -> int | None:
        """0: the former brain won this pair, 1: the latter; None: neither, or no verdict."""
        verdict = self.verdicts.get(number)
        if verdict not in ("left", "right"):
            return None
        return int((verdict == "left") == self.swapped(number))

    def result(self) -> Result:
        """How it stands."""
        won = [self.winner(number) for number in self.verdicts]
        said = list(self.verdicts.values())
        order = self.order()
        return Result(
            won.count(0),
            won.count(1),
            said.count("same"),
            said.count("bad"),
            len(self.pairs) - len(order),
            len(order) - len(said),
        )

    def drafts(self, persona: str, language: Language) -> Iterator[Draft]:
        """The decided pairs as corrections: the better answer, with the other one beside it as rejected."""
        for number in sorted(self.verdicts):
            if (won := self.winner(number)) is not None and self.pairs[number].answers[won].strip():
                yield self._draft(number, won, persona, language)

    def _draft(self, number: int, won: int, persona: str, language: Language) -> Draft:
        pair = self.pairs[number]
        wanted, rejected = (pair.answers[one].strip() for one in (won, 1 - won))
        above = [message("system", persona)] if persona else []
        title = " ".join(pair.prompt.split())
        return Draft(
            fingerprint("blind", pair.prompt, wanted, rejected),
            "correction",
            language,
            title[:TITLE] + "…" * (len(title) > TITLE),
            (*above, message("user", pair.prompt), message("assistant", wanted)),
            tags=(TAG,),
            provenance={
                "rejected": rejected,
                "brain": self.brains[won],
                "rejected_brain": self.brains[1 - won],
                "blind": self.seed,
            },
        )


def wilson(won: int, n: int) -> tuple[float, float]:
    """Where a share lies, nine times out of ten (Wilson 1927); for none of none anywhere."""
    if not n:
        return 0.0, 1.0
    share, square = won / n, Z * Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def blind(
    brains: tuple[str, str], prompts: Sequence[str], answers: Sequence[tuple[str, str]], seed: int
) -> Blind:
    """A comparison over the answers of both to the same prompts."""
    pairs = tuple(Pair(prompt, both) for prompt, both in zip(prompts, answers, strict=True))
    return Blind(brains, pairs, seed)
