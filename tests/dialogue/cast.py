"""Two AIs, plans and a ledger for the tests of dialogues."""

import random
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

from tests.books import RUN, LetterCounter, StrictModel, accounts_on, scripted
from tests.teacher_talk import digest, question, speech
from zishu_app.core.messages import Message, as_dicts
from zishu_app.core.paths import RESOURCES
from zishu_app.core.texts import Language
from zishu_app.dialogue.generate import Work, generate, write_plans
from zishu_app.dialogue.plan import Plan, Wishes, draw_plans
from zishu_app.dialogue.scenarios import load_scenarios
from zishu_app.dialogue.speak import Sides
from zishu_app.ledger.budget import Caps
from zishu_app.ledger.calls import Accounts, Speaker
from zishu_app.ledger.runs import PlannedTalk, talks_of
from zishu_app.ledger.store import open_ledger
from zishu_app.llm.base import Options
from zishu_app.llm.prices import Price

Answer = Callable[[Sequence[Message], Options], str]
CREATED = "2026-01-12T16:54:04"
LANGUAGES: tuple[Language, ...] = ("zh", "en")
SCENARIOS = {name: load_scenarios(name, RESOURCES / "scenarios", None)[0] for name in LANGUAGES}


def plans(
    count: int = 1,
    language: Language = "zh",
    *,
    rounds: tuple[int, int] = (4, 4),
    noise: float = 0.12,
    seed: int = 7,
) -> list[Plan]:
    return list(draw_plans(Wishes(count, *rounds, noise, seed), SCENARIOS[language], CREATED))


def _dice(messages: Sequence[Message], options: Options, who: str) -> random.Random:
    return random.Random(digest(as_dicts(messages), options.seed, who))


def curious(language: Language) -> Answer:
    """A user's side that always asks something new: a pure function of messages and seed."""
    return lambda messages, options: question(_dice(messages, options, "user"), language)


def learned(language: Language, tokens: int = 60) -> Answer:
    """An assistant that always says something new."""
    return lambda messages, options: speech(_dice(messages, options, "assistant"), language, tokens)


def at_most(answer: Answer) -> Answer:
    """The same, never longer than it may be."""
    return lambda messages, options: answer(messages, options)[: 2 * options.max_tokens]


def ordinary(language: Language, answer: Answer, low: int, high: int) -> Answer:
    """The same, in lengths between `low` and `high` tokens."""

    def drawn(messages: Sequence[Message], options: Options) -> str:
        dice = _dice(messages, options, "length")
        size = 2 * min(dice.randint(low, high), options.max_tokens)
        said = answer(messages, options)
        while len(said) < size:
            said += question(dice, language)
        return said[:size]

    return drawn


def polite(language: Language) -> tuple[Answer, Answer]:
    """Two machines that have run dry."""
    if language == "zh":
        return lambda *_: "谢谢，再见！", lambda *_: "不客气，再见！祝你愉快！"
    return lambda *_: "Thank you, goodbye!", lambda *_: "You are welcome, goodbye! Have a nice day!"


def models(language: Language, context: int = 32_768, tokens: int = 60) -> tuple[StrictModel, StrictModel]:
    """The user's side and the assistant's side."""
    return named(at_most(curious(language)), at_most(learned(language, tokens)), context)


def named(one: Answer, other: Answer, context: int) -> tuple[StrictModel, StrictModel]:
    """Both sides, by what they answer."""
    user, assistant = StrictModel(one, context), StrictModel(other, context)
    user.name, assistant.name = "scripted/user", "scripted/assistant"
    return user, assistant


def sides(
    user: Any, assistant: Any, price: Price | None = None, *, history: int = 6000, **most: int
) -> Sides:
    return Sides(
        user=Speaker(user, LetterCounter(), price),
        assistant=Speaker(assistant, LetterCounter(), price),
        user_temperature=0.9,
        assistant_temperature=0.7,
        user_max_tokens=most.get("user", 300),
        assistant_max_tokens=most.get("assistant", 2000),
        history_tokens=history,
    )


def sides_of(user: Answer, assistant: Answer) -> Sides:
    return sides(scripted(user, name="scripted/user"), scripted(assistant, name="scripted/assistant"))


class Studio:
    """A run in a folder: its ledger, its talks, its two models. `again` takes it up as another process would."""

    def __init__(self, folder: Path, who: Sides, caps: Caps = Caps()) -> None:  # noqa: B008 - a frozen value
        self.folder, self.who, self.caps = folder, who, caps
        self.store = open_ledger(folder / "ledger.sqlite")
        self.accounts: Accounts = accounts_on(self.store, caps)
        self.talks: list[PlannedTalk] = talks_of(self.store, RUN)

    async def plan(self, wanted: Sequence[Plan]) -> None:
        self.talks = await write_plans(self.store, RUN, wanted, self.folder / "conversations")

    def work(self, at_once: int = 4, **more: Any) -> Work:
        return Work(RUN, self.store, self.accounts, self.who, at_once, **more)

    def make(self, at_once: int = 4, **more: Any) -> AsyncIterator[Any]:
        return generate(self.work(at_once, **more), self.talks)

    async def events(self, at_once: int = 4, **more: Any) -> list[Any]:
        return [event async for event in self.make(at_once, **more)]

    def again(self) -> "Studio":
        self.close()
        return Studio(self.folder, self.who, self.caps)

    def close(self) -> None:
        self.store.close()

    def files(self) -> list[Path]:
        return sorted(path for path in (self.folder / "conversations").glob("*") if path.is_file())


def bare(product: dict[str, Any]) -> dict[str, Any]:
    """A product without stamps and accounting."""
    inner = {key: value for key, value in product["metadata"].items() if key != "accounting"}
    return {**product, "created_at": "", "metadata": inner}
