"""One step of a dialogue: ask the side whose turn it is, put the mistakes in, store the turn."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from zishu_app.core.chance import derive
from zishu_app.core.errors import AnswerCut
from zishu_app.core.messages import Message
from zishu_app.core.tokens import RememberingCounter
from zishu_app.dialogue import history, prompt
from zishu_app.dialogue.events import DialogueEvent, Retried, Said, Side, Streamed
from zishu_app.dialogue.mistakes.make import make_mistakes
from zishu_app.dialogue.mistakes.rate import due
from zishu_app.dialogue.plan import Plan
from zishu_app.dialogue.talk import Talk
from zishu_app.ledger.calls import FRAME, Accounts, Asker, Question, Speaker
from zishu_app.ledger.runs import Turn, keep_turn
from zishu_app.llm.base import Answered, Options, Retrying, Text

#: longest notes, in tokens
NOTE_TOKENS = 700
#: most sentences of a model that cannot come to an end by itself
SENTENCES: dict[Side, int] = {"user": 2, "assistant": 5, "summary": 6}


@dataclass(frozen=True, slots=True)
class Sides:
    """Who plays whom, and how."""

    user: Speaker
    assistant: Speaker
    user_temperature: float
    assistant_temperature: float
    user_max_tokens: int
    assistant_max_tokens: int
    history_tokens: int


@dataclass
class Stage:
    """A dialogue at work: the talk, who asks, and how much each side can be shown."""

    run_id: str
    talk_id: int
    talk: Talk
    sides: Sides
    accounts: Accounts

    def __post_init__(self) -> None:
        self.sides = _remembering(self.sides)
        self._rooms: dict[Side, int] = {}

    def room(self, side: Side) -> int:
        """Tokens of history a side can be shown."""
        if side not in self._rooms:
            self._rooms[side] = room_of(self.talk.plan, self.sides, side)
        return self._rooms[side]

    def counts(self, speaker: Speaker) -> list[int]:
        """Tokens of every message so far."""
        return speaker.counter.count_many([message.content for message in self.talk.messages])


def _remembering(sides: Sides) -> Sides:
    """Both sides with counters that count no message of the talk twice."""
    counters = {side.counter.name: RememberingCounter(side.counter) for side in (sides.user, sides.assistant)}
    user, assistant = (
        replace(side, counter=counters[side.counter.name]) for side in (sides.user, sides.assistant)
    )
    return replace(sides, user=user, assistant=assistant)


@dataclass(frozen=True, slots=True)
class _Request:
    """A call to be made, and what its turn will carry."""

    side: Side
    speaker: Speaker
    messages: list[Message]
    options: Options
    extra: dict[str, Any]


async def step(stage: Stage, *, shift: bool = False) -> AsyncIterator[DialogueEvent]:
    """Make the next turn; the last event is its `Said`. The caller asks only while someone is to speak.

    `shift`: a person wants another topic. It is heard when the user's side is asked; until then, ask again.
    """
    if not stage.talk.turns:
        yield await _open(stage)
        return
    asking = stage.talk.next_side == "user"
    request = _notes(stage) or (_user(stage, shift=shift) if asking else _assistant(stage))
    async for event in _make(stage, request):
        yield event


async def _open(stage: Stage) -> Said:
    """The first message is the scenario's own, as it stands."""
    plan = stage.talk.plan
    turn = Turn(0, "user", plan.scenario.user_prompt, {})
    await stage.accounts.store.write(keep_turn(stage.talk_id, turn, None))
    return _keep(stage, turn)


async def _make(stage: Stage, request: _Request) -> AsyncIterator[DialogueEvent]:
    number, turns = stage.talk.plan.number, len(stage.talk.turns)
    who = Asker(stage.run_id, str(number), request.side, turns)
    made: list[Turn] = []

    def keep(answer: Answered, call_id: str) -> list[Any]:
        made.append(_turn(stage, request, answer.text))
        return [keep_turn(stage.talk_id, made[-1], call_id)]

    for attempt in _attempts(request):
        question = Question(attempt.messages, attempt.options, attempt.speaker.count(attempt.messages))
        try:
            async for delta in stage.accounts.ask(who, attempt.speaker, question, keep):
                if isinstance(delta, Text):
                    yield Streamed(number, request.side, delta.text)
                elif isinstance(delta, Retrying):
                    yield Retried(number, request.side, delta.delay, delta.reason)
            break
        except AnswerCut as error:
            if attempt is not request:
                raise
            yield Retried(number, request.side, 0.0, error.message)
    yield _keep(stage, made[-1])


def _attempts(request: _Request) -> Iterator[_Request]:
    """A cut answer is no answer: it is asked for once more with twice the room, where the model has it, by
    other dice.
    """
    yield request
    options, speaker = request.options, request.speaker
    prompt_tokens = speaker.worst(speaker.count(request.messages), 0).tokens
    room = max(speaker.model.limits.context - prompt_tokens, options.max_tokens)
    seed = None if options.seed is None else derive(options.seed, "longer")
    most = min(options.max_tokens * 2, room)
    yield replace(request, options=replace(options, max_tokens=most, seed=seed))


def _keep(stage: Stage, turn: Turn) -> Said:
    """Take a stored turn into the talk."""
    stage.talk.turns.append(turn)
    side: Side = "user" if turn.kind == "user" else "assistant" if turn.kind == "assistant" else "summary"
    return Said(stage.talk.plan.number, side, turn.content, stage.talk.rounds, turn.extra)


def _turn(stage: Stage, request: _Request, text: str) -> Turn:
    number = len(stage.talk.turns)
    if request.side != "user":
        return Turn(number, request.side, text.strip(), request.extra)
    plan = stage.talk.plan
    clean = prompt.clean_user(text, prompt.labels_of(plan.language))
    if not due(plan.noise_rate, derive(plan.seed, "noise"), stage.talk.mistaken):
        return Turn(number, "user", clean, request.extra)
    names = (plan.persona.name, plan.scenario.name)
    marred = make_mistakes(
        clean, language=plan.language, seed=derive(plan.seed, "noise", number), protected=names
    )
    mistakes = {"mistakes": [asdict(mistake) for mistake in marred.mistakes]} if marred.mistakes else {}
    return Turn(number, "user", marred.text, request.extra | mistakes)


def _user(stage: Stage, *, shift: bool) -> _Request:
    direction = stage.talk.direct(shift=shift)
    start = _covered(stage.talk)
    messages = prompt.for_user(stage.talk, start, direction)
    extra = direction.record() | _left_out(stage, start)
    return _Request("user", stage.sides.user, messages, _options(stage, "user"), extra)


def _assistant(stage: Stage) -> _Request:
    start = _covered(stage.talk)
    messages = prompt.for_assistant(stage.talk, start)
    return _Request(
        "assistant", stage.sides.assistant, messages, _options(stage, "assistant"), _left_out(stage, start)
    )


def _notes(stage: Stage) -> _Request | None:
    """Notes are due when either side could no longer be shown what no notes cover."""
    covered = _covered(stage.talk)
    sides: tuple[Side, ...] = ("user", "assistant")
    spans = [
        span
        for side in sides
        if (span := history.to_note(stage.counts(_speaker(stage.sides, side)), covered, stage.room(side)))
    ]
    if not spans:
        return None
    upto = max(span[1] for span in spans)
    messages = prompt.for_notes(stage.talk, covered, upto)
    return _Request("summary", stage.sides.assistant, messages, _options(stage, "summary"), {"covers": upto})


def _covered(talk: Talk) -> int:
    """Messages that the notes tell of. What a side is shown begins there and not a message earlier: until the
    next notes its prompt only grows at the end, so that endpoints can reuse what they have read.
    """
    return int(talk.summary.extra["covers"]) if talk.summary else 0


def room_of(plan: Plan, sides: Sides, side: Side) -> int:
    """Tokens of history this side can be shown; room for the notes and the direction is kept free."""
    speaker = _speaker(sides, side)
    system = prompt.system_of_user(plan) if side == "user" else prompt.system_of_assistant(plan)
    fixed = speaker.counter.count(system) + note_tokens(speaker) + (200 if side == "user" else 0) + FRAME
    return history.room_for_history(speaker, _max_tokens(sides, side), fixed, sides.history_tokens)


def note_tokens(speaker: Speaker) -> int:
    """Longest notes this side can be shown."""
    return min(NOTE_TOKENS, speaker.model.limits.context // 8)


def _speaker(sides: Sides, side: Side) -> Speaker:
    return sides.user if side == "user" else sides.assistant


def _max_tokens(sides: Sides, side: Side) -> int:
    """Longest answer; a model with a small context gives at most a quarter of it. Notes are read by both."""
    if side == "summary":
        return min(note_tokens(sides.user), note_tokens(sides.assistant))
    wanted = sides.user_max_tokens if side == "user" else sides.assistant_max_tokens
    return min(wanted, _speaker(sides, side).model.limits.context // 4)


def _options(stage: Stage, side: Side) -> Options:
    temperature = {
        "user": stage.sides.user_temperature,
        "assistant": stage.sides.assistant_temperature,
        "summary": 0.3,
    }[side]
    seed = derive(stage.talk.plan.seed, side, len(stage.talk.turns))
    return Options(
        temperature=temperature,
        max_tokens=_max_tokens(stage.sides, side),
        seed=seed,
        sentences=SENTENCES[side],
    )


def _left_out(stage: Stage, start: int) -> dict[str, Any]:
    """What this side was not shown: messages before `left_out`, told by the notes of step `notes`."""
    if not start:
        return {}
    notes = stage.talk.summary
    return {"left_out": start, "notes": notes.step if notes else None}
