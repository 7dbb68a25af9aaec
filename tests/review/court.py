"""Judges for tests: samples to judge, and models whose marks are written down beforehand."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, TypeVar

from tests.books import PRICE, RUN, accounts_on, scripted, speaker
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.messages import Message
from zishu_app.dataset.sample import Draft, Source, fingerprint, message
from zishu_app.dataset.scores import Mark, Marked, keep_marks
from zishu_app.dataset.store import Samples, add, get
from zishu_app.ledger.budget import Caps
from zishu_app.ledger.store import Store
from zishu_app.llm.base import Limits, Options
from zishu_app.review.asking import Judge, Tools
from zishu_app.review.bench import Bench
from zishu_app.review.material import Case, Numbered
from zishu_app.review.rubric import CLEAR, SHIPPED, Criterion

T = TypeVar("T")
NOW = 1_780_000_000
#: what a distilled sample is rated by
DISTILLED = ("faithful", "complete", "clear")
TALK = ("I cannot sleep.", "Go to bed at the same time each day.", "And coffee?", "None after noon.")


def talk(*said: str) -> tuple[Any, ...]:
    """Messages of user and assistant in turn."""
    return tuple(message("assistant" if n % 2 else "user", text) for n, text in enumerate(said))


def draft(number: int = 0, **fields: Any) -> Draft:
    """A distilled sample: what it rests on, what was asked for, and what came out."""
    source = Source(
        fingerprint("talk", number), f"talk {number}", talk(*TALK, f"Thanks {number}.", "Sleep well.")
    )
    given: dict[str, Any] = {
        "key": fingerprint("sample", number),
        "kind": "distilled",
        "language": "en",
        "title": f"talk {number}",
        "messages": talk("Distil this talk.", f"Sleep ({number}): same hour each day, no coffee after noon."),
        "source": source,
    }
    return Draft(**(given | fields))


def alone(number: int = 0, *said: str, **fields: Any) -> Draft:
    """A dialogue that rests on nothing."""
    said = said or (f"What is a cat ({number})?", "An animal that purrs.")
    return draft(number, kind="dialogue", messages=talk(*said), source=None, **fields)


async def filled(samples: Samples, *drafts: Draft) -> list[int]:
    """Samples that were put in; their numbers."""
    return [one or 0 for one in await add(samples, drafts, NOW)]


def case(result: Numbered | None = None, source: Numbered = (), *criteria: Criterion) -> Case:
    """A case of its own, of no data set."""
    shown = result if result is not None else tuple(enumerate(talk(*TALK)))
    return Case(7, 0, "en", criteria or (CLEAR,), source, shown)


def in_json(**scores: int) -> str:
    """Marks as a model with a schema gives them."""
    return json.dumps(
        {
            name: {"evidence": f"“{name} words”", "reason": f"{name} because", "score": n}
            for name, n in scores.items()
        }
    )


def in_lines(language: str = "en", **scores: int) -> str:
    """Marks as a model without one gives them."""
    titles = {one.name: one.titles[language] for one in SHIPPED}  # type: ignore[index]
    words = {"en": ("Evidence: ", "Reason: ", "Score: "), "zh": ("依据：", "理由：", "分数：")}[language]
    return "\n\n".join(
        f"## {titles[name]}\n{words[0]}“{name} words”\n{words[1]}{name} because\n{words[2]}{n}"
        for name, n in scores.items()
    )


def all_of(score: int, names: Sequence[str] = DISTILLED) -> str:
    """The same mark for everything."""
    return in_json(**dict.fromkeys(names, score))


ASKED = re.compile(r"^- (?:(?P<name>\w+) \([^)\n]+\)|(?P<title>[^:：\n]+))[:：]", re.M)


def purpose_of(messages: Sequence[Message]) -> str:
    """What a model is asked for."""
    asked = messages[1].content
    if "=== number ===" in asked or "has to change anew" in asked:
        return "refine"
    return "compare" if "Better: A" in asked or "better: A" in asked else "judge"


def judging(score: Callable[[str], int], prefers: Callable[[str, str], str] = lambda a, b: "same") -> Any:
    """A model that gives the mark `score(prompt)` for everything asked, and chooses by `prefers(A, B)`."""

    def answer(messages: Sequence[Message], options: Options) -> str:
        asked = messages[1].content
        if purpose_of(messages) == "compare":
            # the two last of what stands behind fences
            first, second = re.findall(r"<<< \w+\n(.*?)\n>>> \w+", asked, re.S)[-2:]
            return json.dumps({"evidence": "words", "better": prefers(first, second)})
        names = [one["name"] or _name_of(one["title"]) for one in ASKED.finditer(asked)]
        return all_of(score(asked), names)

    return answer


def _name_of(title: str) -> str:
    return next((one.name for one in SHIPPED if title in one.titles.values()), title)


def judge(answers: Any, name: str = "one/judge", weight: float = 1.0, **limits: Any) -> Judge:
    """A judge with a schema, unless told otherwise."""
    model = scripted(answers, name=name, limits=Limits(**{"schema": True} | limits))
    return Judge(speaker(model, PRICE), weight)


def asked_of(one: Judge) -> list[tuple[tuple[Message, ...], Options]]:
    """The calls of a judge."""
    return one.speaker.model.calls  # type: ignore[attr-defined,no-any-return]


def tools(store: Store, *judges: Judge, caps: Caps = Caps()) -> Tools:  # noqa: B008 - a frozen value
    return Tools(RUN, accounts_on(store, caps), judges)


def bench(samples: Samples, store: Store, *judges: Judge, caps: Caps = Caps()) -> Bench:  # noqa: B008
    return Bench(samples, ScriptedClock(), SHIPPED, tools(store, *judges, caps=caps), asyncio.Event())


async def heard(stream: AsyncIterator[T]) -> list[T]:
    return [event async for event in stream]


async def mark(samples: Samples, number: int, who: str, scores: Mapping[str, int], **more: Any) -> None:
    """Give marks by hand, as a judge that was heard before; `panel` and `weight` where they matter."""
    marks = tuple(Mark(name, score, f"“{name} words”\n{name} because") for name, score in scores.items())
    panel = more.get("panel", (who, "one/judge", "two/judge"))

    def do(connection: Any) -> None:
        sample = get(connection, number)
        assert sample is not None
        version = more.get("version", sample.version)
        keep_marks(connection, number, Marked(who, more.get("weight", 1.0), version, marks), panel, NOW)

    await samples.change(do)


def row(samples: Samples, number: int) -> dict[str, Any]:
    """The columns of a sample."""
    return dict(samples.read("SELECT * FROM samples WHERE id = ?", (number,))[0])


def ratings(samples: Samples, number: int) -> list[dict[str, Any]]:
    return [
        dict(one)
        for one in samples.read(
            "SELECT * FROM ratings WHERE sample = ? ORDER BY version, who, criterion", (number,)
        )
    ]
