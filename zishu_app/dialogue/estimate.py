"""What making dialogues will take, before it starts: a range, from the plans and the models' own limits.

The lengths are those of talks of this kind; the history a side sees is counted as it will be sent, notes
included.
"""

from collections.abc import Sequence

from zishu_app.dialogue import history, prompt
from zishu_app.dialogue.plan import Plan
from zishu_app.dialogue.speak import NOTE_TOKENS, Sides
from zishu_app.ledger.budget import Amount
from zishu_app.ledger.calls import FRAME, Speaker
from zishu_app.ledger.forecast import Estimate, Range
from zishu_app.llm.base import Usage

#: tokens of a user message and of an answer: low and high
USER = (12, 45)
ANSWER = (120, 480)
#: tokens of the direction under the newest reply
NOTE = 90


def estimate(plans: Sequence[Plan], sides: Sides) -> Range:
    """Low and high, for all plans together; seconds are left at 0, see ledger/forecast."""
    low, high = (sum((_one(plan, sides, end) for plan in plans), Estimate()) for end in (0, 1))
    return low, high


def length(plan: Plan, sides: Sides) -> tuple[int, int]:
    """Tokens of a whole dialogue, low and high."""
    low, high = (plan.rounds * (USER[end] + _answer(sides, end)) for end in (0, 1))
    return low, high


def _answer(sides: Sides, end: int) -> int:
    return min(ANSWER[end], sides.assistant_max_tokens, sides.assistant.model.limits.context // 4)


def _one(plan: Plan, sides: Sides, end: int) -> Estimate:
    """Walk through one dialogue, message by message."""
    user_room = _room(sides.user, prompt.system_of_user(plan), sides.user_max_tokens, sides)
    assistant_room = _room(
        sides.assistant, prompt.system_of_assistant(plan), sides.assistant_max_tokens, sides
    )
    room, answer = min(user_room, assistant_room), _answer(sides, end)
    system = sides.assistant.counter.count(prompt.system_of_user(plan))
    calls, amount, shown = 0, Amount(0, 0), USER[end]
    for number in range(plan.rounds):
        if number:
            amount += sides.user.amount(Usage(system + NOTE + shown + FRAME * 4, USER[end]))
            shown, calls = shown + USER[end] + FRAME, calls + 1
        amount += sides.assistant.amount(Usage(system + shown, answer))
        shown, calls = shown + answer + FRAME, calls + 1
        if shown > room:
            amount += sides.assistant.amount(Usage(int(shown * 0.6) + system, NOTE_TOKENS // 2))
            shown, calls = int(room * history.REFILL), calls + 1
    return Estimate(calls, amount)


def _room(speaker: Speaker, system: str, max_tokens: int, sides: Sides) -> int:
    fixed = speaker.counter.count(system) + NOTE_TOKENS // 2 + NOTE
    return history.room_for_history(speaker, max_tokens, fixed, sides.history_tokens)
