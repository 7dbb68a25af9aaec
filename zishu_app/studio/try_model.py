"""One tiny question to a model: whether it works, how quickly it answers, and what it says.

It goes through the books like any other call, in a run of its own of the kind "try" with nothing left to go on
with. It is asked once and with little patience: whoever waits for it sits in front of it.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from zishu_app.brains.look import look_at
from zishu_app.core.errors import AnswerCut
from zishu_app.core.messages import Message
from zishu_app.core.texts import t
from zishu_app.house import House
from zishu_app.ledger.budget import Caps
from zishu_app.ledger.calls import Accounts, Asker, Question, Speaker
from zishu_app.ledger.runs import end_run, start_run
from zishu_app.llm.base import Answered, ChatModel, Options, Text
from zishu_app.llm.catalog import Chosen

KIND = "try"
#: characters of the answer that are told
SHOWN = 60
#: tokens of the longest answer: a model that thinks first comes to its first words within them, mostly
MOST_TOKENS = 512
#: seconds without a byte after which an endpoint does not work
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Tried:
    """The model works."""

    #: until the answer was whole
    seconds: float
    #: its beginning, on one line
    text: str
    #: of question and answer; None: the endpoint does not say
    tokens: int | None


@dataclass(frozen=True, slots=True)
class _Letters:
    """Counts a token for each letter: enough for a question of one line, and no vocabulary is loaded for it."""

    name: str = "letters"
    exact: bool = False

    def count(self, text: str) -> int:
        """See `Counter`."""
        return len(text)

    def count_many(self, texts: Sequence[str]) -> list[int]:
        """See `Counter`."""
        return [len(text) for text in texts]


async def try_model(house: House, chosen: Chosen, key: str | None = None) -> Tried:
    """Ask `chosen` to say hello; `key`: one that is not stored yet.

    Raises KeyMissing, DataError (no model file), WorkerUnavailable, or what the model raises.
    """
    speaker = Speaker(await _model(house, chosen, key), _Letters(), chosen.price)
    run = await start_run(house.store, KIND, {"model": chosen.name}, house.clock)
    # at once: a trial that is cut off leaves nothing to go on with
    await end_run(house.store, run, "done", "", house.clock)
    accounts, _ = await house.accounts(run.id, Caps())
    began = house.clock.monotonic()
    text, tokens = await _ask(accounts, run.id, speaker)
    shown = " ".join(text.split())[:SHOWN]
    return Tried(round(house.clock.monotonic() - began, 2), shown, tokens)


async def _ask(accounts: Accounts, run_id: str, speaker: Speaker) -> tuple[str, int | None]:
    """What it says, and the tokens that took. An answer that is cut is an answer all the same."""
    messages = [Message("user", t("用一句话打个招呼。", "Say hello in one short sentence."))]
    question = Question(messages, Options(max_tokens=MOST_TOKENS, sentences=1), speaker.count(messages))
    heard: list[str] = []
    with contextlib.suppress(AnswerCut):
        async for delta in accounts.ask(Asker(run_id, "try", "try", 0), speaker, question, lambda *_: ()):
            if isinstance(delta, Text):
                heard.append(delta.text)
            elif isinstance(delta, Answered):
                usage = delta.usage
                return delta.text, usage.prompt_tokens + usage.completion_tokens if usage else None
    return "".join(heard), None


async def _model(house: House, chosen: Chosen, key: str | None) -> ChatModel:
    if chosen.kind == "local":
        # what cannot be loaded is told before a worker tries
        await asyncio.to_thread(lambda: look_at(house.model_file(chosen)))
        return (await house.speaker(chosen)).model
    secret = key or await asyncio.to_thread(_stored, house, chosen)
    return await asyncio.to_thread(_remote, house, chosen, secret)


def _stored(house: House, chosen: Chosen) -> str | None:
    found = house.keys.find(chosen.endpoint, chosen.key_env)
    return found.secret if found else None


def _remote(house: House, chosen: Chosen, secret: str | None) -> ChatModel:
    """With a line of its own: a trial neither waits for the calls of a run nor teaches them its pace.

    In a thread, for opening the client takes some 50 ms the first time.
    """
    from zishu_app.llm.http_call import Line
    from zishu_app.llm.openai_compatible import OpenAICompatible
    from zishu_app.llm.pace import Pace
    from zishu_app.llm.retry import RetryPolicy

    policy = RetryPolicy(timeout_s=PATIENCE_S, max_retries=0)
    return OpenAICompatible(chosen, Line(house.client, Pace(1), policy), secret)
