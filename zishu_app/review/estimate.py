"""What judging will take, before it starts; what the ledger holds already costs nothing."""

from collections.abc import Callable, Sequence

from zishu_app.ledger.calls import Speaker
from zishu_app.ledger.forecast import Estimate, Range, add
from zishu_app.llm.base import Usage
from zishu_app.review import judge
from zishu_app.review.asking import Asked, Judge
from zishu_app.review.compare import ANSWER as CHOICE
from zishu_app.review.material import Case
from zishu_app.review.refine import Teacher
from zishu_app.review.rewriting import FORM, LONGER

#: tokens of the marks for a criterion at least; at most, the answer takes all the room it is given
MARK = 50

#: whether the ledger holds a reply to what would be asked
Known = Callable[[Asked], bool]


def estimate(case: Case, judges: Sequence[Judge], teacher: Teacher | None, known: Known) -> Range:
    """One sample. Refining is counted at the high end only: nobody knows how the judges will find it."""
    work: Range = (Estimate(), Estimate())
    for one in judges:
        if case.criteria and (asked := judge.request(case, one.speaker)) and not known(asked):
            work = add(work, _judging(case, one, asked))
    if teacher is not None:
        work = add(work, (Estimate(), _refining(case, judges, teacher)))
    return work


def _judging(case: Case, one: Judge, asked: Asked) -> Range:
    prompt, most = one.speaker.count(asked.messages), asked.options.max_tokens
    low, high = (
        Estimate(1, one.speaker.amount(Usage(prompt, answer)))
        for answer in (min(MARK * len(case.criteria), most), most)
    )
    return low, high


def _refining(case: Case, judges: Sequence[Judge], teacher: Teacher) -> Estimate:
    """All rounds: writing, judging anew, and comparing in both orders."""
    own = _tokens(teacher.speaker, case, assistant=True)
    told = _tokens(teacher.speaker, case, assistant=False)
    whole = Estimate(1, teacher.speaker.amount(Usage(told + 3 * FORM, int(own * LONGER) + FORM)))
    for one in judges:
        if case.criteria and (asked := judge.request(case, one.speaker)):
            whole += _judging(case, one, asked)[1]
            longer = one.speaker.count(asked.messages) + int(
                _tokens(one.speaker, case, assistant=True) * LONGER
            )
            choice = one.speaker.amount(Usage(longer, CHOICE))
            whole += Estimate(2, choice + choice)
    return sum([whole] * teacher.rounds, Estimate())


def _tokens(speaker: Speaker, case: Case, *, assistant: bool) -> int:
    """Of all that is shown, or of what the assistant says in the result."""
    shown = case.result if assistant else (*case.source, *case.result)
    texts = [one.content for _, one in shown if not assistant or one.role == "assistant"]
    return sum(speaker.counter.count_many(texts))
