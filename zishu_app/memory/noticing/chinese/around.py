"""Chinese: whom and what one has around oneself. Pure."""

import re

from zishu_app.memory.noticing.chinese.forms import HEAD, KIN, NAME, NUMBER, TAIL
from zishu_app.memory.noticing.rule import Found, Rule
from zishu_app.memory.noticing.slots import OWN, around, name_of, own, spoken
from zishu_app.memory.noticing.words import any_of

_THINGS = "|".join(spoken(OWN, latin=False))


_ANIMALS = any_of("zh", "animals")


_HAD = (
    f"{_ANIMALS}|孩子|老婆|老公|妹|姐|弟|哥|房子?|车|纹身|耳洞|宝宝|娃|孙子|孙女|儿子|女儿|双胞胎|哥哥|姐姐|弟弟|妹妹"
    f"|双胞胎(?:哥哥|姐姐|弟弟|妹妹)|女朋友|男朋友|对象|驾照|博士学位"
)


def _kin(found: Found) -> str:
    who, rest = found["who"], found["rest"]
    if re.match(
        "(?:现在|也|都|已经|刚)*(?:是(?:说|觉得|不是|想|因为|在|来|真|个好|谁|对的|错|吗|$)|在(?:家|这|那|等|叫"
        "|喊|说|干|睡|吃|做|看|门口|哭|笑|忙|洗|$)"
        "|上(?:来|去|楼|车|厕所)|开(?:门|始|会|车来|玩笑)|做(?:完|好|饭|得|的)|学(?:会|我)|叫(?:醒|来)|爱(?:说"
        "|怎)|怕(?!.*[狗猫蛇虫黑高水冷热血])|有(?:.{0,2}个(?:人|事|问题|会))|读(?:完|了)|对(?:不起|吧|的|你)"
        "|住(?:手|口|院|嘴))|$",
        rest,
    ) or re.search("刚才|（周|今天|现在要|不了了|了吗", rest):
        return ""
    return f"用户的{who}{rest}"


def _kin_slot(found: Found) -> str:
    who, rest = around(found["who"]), found["rest"]
    if named := re.match("(?:叫做?|名叫|的名字是|名字叫)(.+)", rest):
        return name_of(who, named[1])
    if re.match("(?:现在|目前)?住", rest):
        return f"{who}.home"
    return f"{who}.work" if re.search("工作|上班", rest) else ""


def _own(found: Found) -> str:
    what, value = found["what"], found["x"]
    if re.match("什么|怎么|谁|哪|不是|因为|说|这|那|要|很|太|真|该", value) or re.search(
        "坏|丢|没电|停", value
    ):
        return ""
    return f"用户的{what}是{value}"


RULES: tuple[Rule, ...] = (
    # whom and what one has
    Rule(
        rf"我(?:家)?{HEAD}(?:养了?|养着|有)(?P<n>{NUMBER})?(?P<m>只|条|个|匹|头|缸)?(?P<what>{_ANIMALS})(?:的名字)?"
        rf"(?:名字)?叫做?{NAME}{TAIL}",
        text=lambda found: f"用户养了{found['n'] or '一'}{found['m'] or '只'}{found['what']}，叫{found['x']}",
        importance=0.7,
        slot=lambda found: name_of(found["what"], found["x"]),
        value="{x}",
    ),
    Rule(
        rf"我(?:家)?{HEAD}(?:养了?|养着)(?P<n>{NUMBER})?(?P<m>只|条|个|匹|头|缸)?(?P<what>{_ANIMALS}){TAIL}",
        text=lambda found: f"用户养了{found['n'] or '一'}{found['m'] or '只'}{found['what']}",
        importance=0.7,
    ),
    Rule(
        rf"我{HEAD}有(?:了)?(?P<n>{NUMBER})?(?P<m>个|位|只|条|对"
        rf"|本)?(?P<more>(?:[^你您她他它我这那，]{{1,6}}的)?)(?P<what>{_HAD}){TAIL}",
        text="用户有{n}{m}{more}{what}",
        importance=0.7,
    ),
    Rule(
        rf"我{HEAD}有(?P<n>{NUMBER})?(?P<m>个|位)?(?P<who>{KIN})(?P<rest>(?:今年|现在|也|都)*(?:在|是|叫|读"
        rf"|上)[^你您她他它我这那]{{2,14}}?){TAIL}",
        text="用户有{n}{m}{who}，{rest}",
        importance=0.7,
    ),
    Rule(
        rf"我(?:家)?{HEAD}(?:养了?|养着|有)(?P<x>(?:{NUMBER}[只条个](?:{_ANIMALS})[和跟]?){{2,4}}){TAIL}",
        text="用户养了{x}",
        importance=0.7,
    ),
    Rule(
        rf"我(?:的|家的?|们家的?)?(?P<who>{KIN})(?P<rest>(?:今年|现在|目前|也|都|以前|一直|是|很|特别|其实|刚"
        rf"|已经)*(?:叫|名叫|的名字是|名字叫|是|在|住|喜欢|讨厌|属|上|当|做|"
        rf"来自|得了|对|教|学|开|不吃|不喝|不喜欢|不会|不爱|不抽|爱|怕|姓|读|念|信|退休|单身|离异|怀孕"
        rf"|有(?:{_ANIMALS}|{NUMBER}个|孩子|.{{0,6}}[病症炎])|没(?:有)?(?:工作|结婚|孩子|对象)"
        rf"|养|生了|考上|嫁|毕业于)[^我你您]{{0,20}}?|(?:今年|已经|快|马上|才|刚)*{NUMBER}[多几]?岁?"
        rf"|比我[大小][^我你您]{{1,6}}){TAIL}",
        text=_kin,
        importance=0.7,
        slot=_kin_slot,
        value=lambda found: re.sub("^(?:叫|名叫|的名字是|名字叫|住在?)", "", found["rest"]),
    ),
    Rule(
        rf"我(?:的|家的?)?(?P<who>{KIN})(?P<rest>(?:上周|上个?月|去年|今年|昨天|前天|前几天|已经|刚刚?|最近|要|快)*"
        rf"(?:去世|过世|走|住院|结婚|怀孕|离婚|出生"
        r"|退休|毕业|出院|考上.{1,10})(?:要|快)?了)",
        text="用户的{who}{rest}",
        kind="event",
        importance=0.8,
    ),
    Rule(
        r"我(?P<x>(?:要|快|快要|马上|马上要|准备|已经|刚)+(?:结婚|订婚|离婚|生孩子|当爸爸?|当妈妈?|毕业|退休|搬家"
        r"|出国|离职|跳槽|怀孕|分手))(?:了|啦)?",
        text="用户{x}了",
        kind="event",
        importance=0.8,
    ),
    Rule(
        rf"我(?:的)?(?P<what>{_THINGS})(?:是|叫|在|：|:)(?P<x>[^你您她他它我]{{1,40}}?){TAIL}",
        text=_own,
        importance=0.6,
        slot=lambda found: own(found["what"]),
        value="{x}",
    ),
)
