"""Chinese: what one plans for a day, and what one promises. Pure."""

import re

from zishu_app.memory.noticing.chinese.forms import KIN
from zishu_app.memory.noticing.words import any_of

#: what is planned, and what is said of every day
_PLANNED = any_of("zh", "planned")


_EVERY_DAY = re.compile(
    "你|您|再说|再聊|再看|再来|再见|睡了|睡觉|起床|吃饭|洗澡|下班了|上班了|还来|看看|想想|不"
)


_WISHED = "坚持|每天|每周|每晚|按时|准时|认真|努力(?=.)|好好|早睡|早起|戒|还|再也不|不再|在.{1,8}前|尽快"


_COMING = re.compile(
    rf"(?P<all>.*(?:要|得|会|打算|准备|有|去|计划|就).*(?:{_PLANNED}).*|.*(?:要|打算|准备|计划).{{0,14}}去.+"
    rf"|.*）(?:晚上|早上)?我们?(?:公司|学校|班|家|单位|部门)?.{{0,6}}(?:{_PLANNED})|.*是我.{{0,6}}生日|.*我(?:的)?"
    rf"(?:{KIN}).{{0,20}}(?:来|回来|出院|结婚|过生日|生日).{{0,8}})"
)


_PROMISE = re.compile(
    rf"我(?:(?:向你)?保证|答应(?:过?你)?|发誓|承诺)(?P<x>.{{3,40}})|我(?P<sure>一定)?会(?P<y>(?:{_WISHED}"
    rf"|(?<=一定会)).{{2,30}}?)的?"
)


def coming(clause: str) -> str:
    """What one plans, where a clause that names a day says so; else ""."""
    match = _COMING.fullmatch(clause)
    if match is None or "我" not in clause or _EVERY_DAY.search(clause):
        return ""
    return clause.replace("我", "用户")


def promised(clause: str) -> str:
    """What one promises; else ""."""
    match = _PROMISE.fullmatch(clause)
    if match is None:
        return ""
    what = (match["x"] or match["y"] or "").strip("，,。！! ").removesuffix("的").replace("我", "")
    return (
        f"用户答应{'' if what.startswith('会') else '会' if match['y'] else ''}{what}"
        if len(what) > 1
        else ""
    )
