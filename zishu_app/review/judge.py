"""A model judges a sample: it quotes, gives its reasons, and only then its marks."""

from collections.abc import AsyncIterator

from zishu_app.core.messages import Message
from zishu_app.core.prompts import prompt
from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.dataset.scores import Marked
from zishu_app.ledger.calls import Speaker
from zishu_app.ledger.forms import Sheet, Slip
from zishu_app.review.asking import (
    Asked,
    Heard,
    Judge,
    Silent,
    Tools,
    answer_room,
    asked,
    density,
    hear,
    no_room,
    prepared,
    remembering,
    work_of,
)
from zishu_app.review.marks import answer_tokens, read_marks, schema
from zishu_app.review.material import Case, both_within, criteria_as_text, fenced, mark_for, room_for

#: the same talk is to get the same marks
TEMPERATURE = 0.0


async def judge_one(case: Case, judge: Judge, tools: Tools) -> AsyncIterator[Slip | Marked | Silent]:
    """One model's marks for a case. Ends with one `Marked` or `Silent`.

    Raises BudgetReached and whatever else every further call would meet too.
    """
    if not (case.criteria and case.result):
        yield Silent(judge.name, t("没有可评的内容。", "There is nothing to judge."))
        return
    speaker = remembering(judge.speaker)
    what = await prepared(speaker, lambda: request(case, speaker))
    if what is None:
        yield no_room(speaker)
        return
    again = prompt(case.language, "judge.again")
    sheet = Sheet("judge", what.messages, what.options, lambda reply: read_marks(reply, case.criteria), again)
    work = work_of(case.subject, speaker, tools, what)
    async with closing(hear(work, sheet)) as events:
        async for event in events:
            if isinstance(event, Heard):
                yield Marked(judge.name, judge.weight, case.version, event.value)
            else:
                yield event


def request(case: Case, speaker: Speaker) -> Asked | None:
    """What a model is asked for a case; None where it has room for none of it."""
    language, with_schema = case.language, speaker.model.limits.schema
    answer = answer_room(speaker, answer_tokens(case.criteria))
    task = _task(case, with_schema=with_schema)
    system = prompt(language, "judge.system", mark="")
    around = prompt(language, "judge.compared", source="", result="", task=task)
    shown = both_within(case, room_for(speaker, language, system + around, answer))
    if shown is None:
        return None
    mark = mark_for(*shown)
    source, result = (fenced(text, mark) if text else "" for text in shown)
    if source:
        said = prompt(language, "judge.compared", source=source, result=result, task=task)
    else:
        said = prompt(language, "judge.alone", result=result, task=task)
    messages = (Message("system", prompt(language, "judge.system", mark=mark)), Message("user", said))
    form = schema(case.criteria, density(speaker, messages)) if with_schema else None
    return asked("judge", speaker, messages, (TEMPERATURE, answer, form))


def _task(case: Case, *, with_schema: bool) -> str:
    criteria = criteria_as_text(case, with_names=with_schema)
    if with_schema:
        return prompt(case.language, "judge.task_json", criteria=criteria)
    form = [prompt(case.language, "judge.form", title=one.titles[case.language]) for one in case.criteria]
    return prompt(case.language, "judge.task", criteria=criteria, form="\n\n".join(form))
