"""What making dialogues will take, before it starts: a range, from the plans and the models' own limits.

The lengths are those of talks of this kind; the history a side sees is counted as it will be sent, notes
included.
"""

from collections.abc import Sequence

from zishu_app.dialogue import history, prompt
from zishu_app.dialogue.plan import Plan
from zishu_app.dialogue.speak import Sides, note_tokens, room_of
from zishu_app.ledger.budget import Amount
from zishu_app.ledger.calls import FRAME
from zishu_app.ledger.forecast import Estimate, Range
from zishu_app.llm.base import Usage

#: tokens of a user message, of an answer, and of notes: low and high
USER = (12, 45)
ANSWER = (120, 480)
NOTES = (60, 500)
#: tokens of the direction under the newest reply
DIRECTION = (15, 110)


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
    room = min(room_of(plan, sides, "user"), room_of(plan, sides, "assistant"))
    count = sides.assistant.counter.count
    asking = count(prompt.system_of_user(plan)) + DIRECTION[end]
    answering, noting = count(prompt.system_of_assistant(plan)), count(prompt.system_of_notes(plan))
    answer, notes = _answer(sides, end), min(NOTES[end], note_tokens(sides.assistant))
    # some endpoints count the marks around a message, some do not; by our count of the room they always count
    mark, one_round = FRAME * end, USER[end] + answer
    calls, amount, noted = 0, Amount(0, 0), 0
    shown, marks = count(plan.scenario.user_prompt), 1
    for number in range(plan.rounds):
        if number:
            amount += sides.user.amount(Usage(asking + noted + shown + mark * marks, USER[end]))
            shown, marks, calls = shown + USER[end], marks + 1, calls + 1
        amount += sides.assistant.amount(Usage(answering + noted + shown + mark * marks, answer))
        shown, marks, calls = shown + answer, marks + 1, calls + 1
        if shown + FRAME * marks > room and number + 1 < plan.rounds:
            # notes may be due in mid-round: then the user's message stays too, and the room is full sooner
            kept = int(room * history.REFILL / (one_round + 2 * FRAME)) + end
            amount += sides.assistant.amount(Usage(noting + noted + shown - kept * one_round, notes))
            shown, marks, calls, noted = kept * one_round, 2 * kept, calls + 1, notes
    return Estimate(calls, amount)
