"""New, known, said better, or the end of something: by what it answers, else only where two hardly differ."""

from dataclasses import replace

import pytest

from tests.memory.minds import NOW
from zishu_app.core.clock import ScriptedClock
from zishu_app.memory.noticing.notice import notice
from zishu_app.memory.store import Memory, Noted
from zishu_app.memory.weigh import Known, Outcome, weigh


def noted(text: str) -> Noted:
    """As the rules note it."""
    [one] = notice(text, ScriptedClock().now())
    return one


def known(one: Noted, number: int = 1, until: int | None = None, cosine: float | None = None) -> Known:
    memory = Memory(
        number, one.text, one.kind, one.slot, one.value, 0.5, 0.8, NOW, NOW, None, 0, False, until
    )
    return Known(memory, cosine)


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("我住在北京", "我住在上海", "end"),
        ("我住在北京", "我住在北京", "same"),
        ("我住在北京", "我住在北京海淀区", "update"),
        ("我住在北京海淀区", "我住在北京", "same"),
        ("我住在北京", "我不住在北京了", "end"),
        ("我住在上海", "我不住在北京了", "new"),
        ("我不住在北京了", "我住在上海", "end"),
        ("I live in Berlin", "I live in Rome", "end"),
        ("我叫小明", "我叫小红", "end"),
        ("我喜欢香菜", "我不喜欢香菜", "end"),
        ("我喜欢香菜", "我讨厌香菜", "end"),
        ("我喜欢香菜", "我很喜欢香菜", "same"),
        ("我喜欢猫", "我喜欢狗", "new"),
        ("我的猫叫团子", "我的猫叫煤球", "new"),
        ("我的猫叫团子", "我养了一只猫，叫团子", "update"),
        ("我喜欢喝咖啡", "我不再喝咖啡了", "end"),
        ("我不喝咖啡", "我开始喝咖啡了", "end"),
        ("我每周日学打鼓", "我不再学打鼓了", "end"),
        ("I go climbing every week", "I no longer go climbing", "end"),
        ("I go swimming every week", "I no longer go climbing", "new"),
        ("I like coffee", "I no longer like coffee", "end"),
        ("我今年26岁", "我今年27岁了", "end"),
        ("我生日是6月18号", "我的生日是6月18号", "same"),
        ("我最喜欢的颜色是蓝色", "我最喜欢的颜色是绿色", "end"),
        ("My dog is called Biscuit", "My dog is called Rex", "new"),
        ("我男朋友叫小明", "我男朋友叫小强", "end"),
        ("我妹妹叫小雨", "我姐姐叫小雪", "new"),
        ("我对花生过敏", "我对海鲜过敏", "new"),
    ],
)
def test_by_what_it_answers(before: str, after: str, what: str) -> None:
    outcome = weigh(noted(after), [known(noted(before))])
    assert outcome == Outcome(what, None if what == "new" else 1)  # type: ignore[arg-type]


FREE = Noted("用户下个月要去云南看望奶奶")


@pytest.mark.parametrize(
    ("text", "cosine", "what"),
    [
        ("用户下个月要去云南看望奶奶", 0.5, "same"),
        ("用户下个月要去云南看望奶奶。", None, "same"),
        ("用户下个月会去云南看望奶奶", 0.97, "update"),
        ("用户下个月会去云南看望奶奶", 0.6, "new"),
        ("用户下个月不去云南看望奶奶", 0.97, "new"),
        ("用户喜欢云南", 0.95, "new"),
    ],
)
def test_without_an_answer_only_what_hardly_differs_is_the_same(
    text: str, cosine: float | None, what: str
) -> None:
    assert weigh(Noted(text), [known(FREE, cosine=cosine)]).what == what


def test_numbers_make_a_difference() -> None:
    assert weigh(Noted("用户的柜子是42号"), [known(Noted("用户的柜子是43号"), cosine=0.99)]).what == "new"


def test_what_has_ended_is_not_weighed_against() -> None:
    assert weigh(noted("我住在北京"), [known(noted("我住在北京"), until=NOW)]).what == "new"


def test_of_several_the_one_that_answers_counts() -> None:
    some = [known(noted("我喜欢北京"), 1), known(noted("我住在北京"), 2), known(noted("我叫北京"), 3)]
    assert weigh(noted("我住在上海"), some) == Outcome("end", 2)
    assert weigh(replace(noted("我住在上海"), slot=""), some).what == "new"
