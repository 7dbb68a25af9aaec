"""Two brains compared blindly: both are asked the same, a person says which answer is better, and that is kept.

What the person preferred goes into the data set as preference pairs, which wait for review like everything else.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from zishu_app.core.errors import AnswerCut
from zishu_app.core.messages import Message
from zishu_app.core.texts import Language
from zishu_app.dataset.store import add
from zishu_app.house import House
from zishu_app.ledger.budget import Caps
from zishu_app.ledger.calls import Accounts, Asker, Question, Speaker
from zishu_app.ledger.runs import end_run, start_run
from zishu_app.llm.base import Options, Text
from zishu_app.studio.training import persona_of
from zishu_app.training.compare import Blind, blind

KIND = "blind"
#: tokens of the longest answer
MOST_TOKENS = 160


@dataclass(frozen=True, slots=True)
class Asking:
    """So many answers of so many are there."""

    done: int
    total: int


async def ask_both(
    house: House, brains: tuple[str, str], prompts: Sequence[str], speaks: Language, seed: int
) -> AsyncIterator[Asking | Blind]:
    """Ask both brains (as they are asked for, the former first) everything; ends with what can be shown.

    One brain after the other: two at once would take turns in memory. Raises what a model raises.
    """
    persona = await persona_of(house, speaks)
    run = await start_run(house.store, KIND, {"brains": list(brains)}, house.clock)
    await end_run(house.store, run, "done", "", house.clock)
    accounts, _ = await house.accounts(run.id, Caps())
    said: list[list[str]] = []
    for side, spec in enumerate(brains):
        speaker = await house.speaker(await asyncio.to_thread(house.choose, spec))
        answers: list[str] = []
        for number, prompt in enumerate(prompts):
            yield Asking(side * len(prompts) + number, 2 * len(prompts))
            asker = Asker(run.id, KIND, spec, number)
            messages = [Message("system", persona), Message("user", prompt)]
            answers.append(await _answer(accounts, speaker, asker, messages))
        said.append(answers)
    yield blind(brains, prompts, list(zip(*said, strict=True)), seed)


async def _answer(accounts: Accounts, speaker: Speaker, asker: Asker, messages: list[Message]) -> str:
    question = Question(messages, Options(0.0, MOST_TOKENS, 1), speaker.count(messages))
    heard: list[str] = []
    try:
        async for delta in accounts.ask(asker, speaker, question, lambda *_: ()):
            if isinstance(delta, Text):
                heard.append(delta.text)
    except AnswerCut:  # as far as it goes: both are cut alike
        pass
    return "".join(heard).strip()


async def keep(house: House, one: Blind, speaks: Language) -> list[int]:
    """The decided pairs become samples; the numbers of those that are new."""
    drafts = list(one.drafts(await persona_of(house, speaks), speaks))
    numbers = await add(house.samples, drafts, int(house.clock.now().timestamp()))
    return [number for number in numbers if number is not None]


PROMPTS: dict[Language, tuple[str, ...]] = {
    "zh": (
        "早上起不来，有什么办法吗？",
        "用一个例子告诉我什么是概率。",
        "刚和朋友吵了一架，心里堵得慌。",
        "你觉得自己最厉害的地方是什么？",
        "帮我想三个周末可以做的小事。",
        "光合作用是怎么回事？讲得简单点。",
        "我这道题又做错了，是不是太笨了？",
        "你今天穿了什么呀？",
        "为什么学数学的人都说要多画图？",
        "要下雨了，你有什么想提醒我的？",
    ),
    "en": (
        "I cannot get up in the morning. Any ideas?",
        "Show me with one example what a probability is.",
        "I just had a fight with a friend and it weighs on me.",
        "What would you say you are best at?",
        "Think of three small things to do on a weekend.",
        "How does a plant make its food? Keep it simple.",
        "I got this problem wrong again. Am I too slow for it?",
        "What are you wearing today?",
        "Why do people say that one should draw when doing math?",
        "It is about to rain. Anything you want to remind me of?",
    ),
}
