"""Chinese: a sentence in clauses, each with the one it speaks of: "我的生日是五月五号，住在杭州" says two things of "我". Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from zishu_app.memory.noticing.chinese.forms import KIN, NUMBER
from zishu_app.memory.noticing.slots import OWN, spoken
from zishu_app.memory.noticing.words import any_of
from zishu_app.memory.store import Noted

_FILLER = re.compile(
    r"^(?:对了|说起来|其实|那个|嗯|哦|噢|啊|呃|哎|唉|诶|喂|嗨|哈喽|你好[呀啊]?|老师好?|顺便(?:说|提)?一?[下句]?"
    r"|(?:我)?(?:要)?(?:跟|和|告诉)你[说讲]?(?:一?[下声]|个秘密)?"
    r"|你知道吗|另外|还有|而且|因为|所以|但是|然后|偷偷告诉你|说实话|老实说|我跟你说|是的|对|不对|不是|没有|不过"
    r"|可是|可)+[，,：: ]*"
    r"(?=.*我|.*叫我)"
)
#: in these words the character for "he" means nobody; it is put aside meanwhile
_NOBODY, _ASIDE = re.compile("(?<=[吉其])他"), "\ue000"
_PET_AND_NAME = re.compile(r"((?:养了?|有)[^，,。我你]{1,10}?)[，,]\s*(?:它|他|她)?的?(?:名字)?(?=叫)")
#: a clause without its subject goes on about the person
_GOES_ON = re.compile(
    "^(?:今年|现在|目前|一直)?(?:住|家住|喜欢|讨厌|不喜欢|在.{2,12}(?:上班|工作|读)|来自|老家|对.{1,8}过敏|属"
    "|爱|学|不吃|养了)"
)
#: where something was noted of them right before, more of it does
_GOES_ON_AFTER = re.compile(
    rf"^(?:今年|现在|目前|一直|平时|还|也|都|又|已经|刚刚?|从小|最近|其实|不过|但|但是|而且|然后|后来)*(?:叫|姓"
    rf"|住|家住|喜欢|爱|讨厌|恨|不|在|来自|老家|对|属|学|读|念|上|教|做|当|开"
    rf"|养|有|没|是|会|单身|已婚|未婚|离|怕|练|打|弹|踢|玩|收|打算|准备|计划|想|考|用|戒|身高|体重|近视|比我|退休"
    rf"|毕业|嫁|{NUMBER}岁)"
)
_OWN = "|".join(spoken(OWN, latin=False))
_OF_MINE = re.compile(rf"^(?:{_OWN})(?:是|在|叫)")
_SOMEBODY = re.compile(rf"^我(?:的|家的?|们家的?)?(?:{KIN})")
#: who comes after "I have" is whom the next clause may be about
_ANOTHER = re.compile(
    rf"(?:有|养|生|认识|遇到?|找|交|捡|领养|买|看|听|读|追)(?:了|过|着)?.*(?:{any_of('zh', 'animals')}|{KIN}|朋友"
    rf"|同学|同事|邻居|人|书|剧|电影|小说|动漫|歌|游戏)(?:了|的)?$"
)
#: in Chinese one need not say "I" where a sentence begins; with these words nobody else is meant
_UNSAID = re.compile(
    "^(?:最近|这阵子|近来|这段时间)(?:又)?(?:迷上|爱上|喜欢上|沉迷|入坑|在学|开始学|在练|开始练|在备考|在减肥|在准备)"
    "|^(?:从小就?|一直都?|平时)(?:很|最|特别)?(?:喜欢|爱|怕|讨厌|不吃|不爱)"
)


@dataclass
class Clauses:
    """The clauses of a sentence, one after the other. `noted`: whoever reads them says whether the last one told something."""

    sentence: str
    noted: bool = False

    def __iter__(self) -> Iterator[str]:
        sentence = _PET_AND_NAME.sub(r"\1", _FILLER.sub("", self.sentence))
        sentence = _NOBODY.sub(_ASIDE, sentence)
        subject = ""
        for part in re.split(r"[，,、]", sentence.strip("。！!；;…~～ \n")):
            clause = _FILLER.sub("", part.strip())
            if not subject and _UNSAID.match(clause):
                clause = f"我{clause}"
            elif subject and not clause.startswith("我"):
                clause = self._with(subject, clause)
            if clause.startswith("我"):
                somebody = _SOMEBODY.match(clause)
                subject = somebody[0] if somebody else "我"
            self.noted = False
            yield clause
            if subject == "我" and _ANOTHER.search(clause):
                subject = ""

    def _with(self, subject: str, clause: str) -> str:
        """A clause that goes on, with the one it goes on about; itself where it may be about anything."""
        if subject == "我" and _GOES_ON.match(clause):
            return f"我{clause}"
        if self.noted and subject == "我" and _OF_MINE.match(clause):
            return f"我的{clause}"
        return f"{subject}{clause}" if self.noted and _GOES_ON_AFTER.match(clause) else clause


def restored(noted: Noted) -> Noted:
    """With the characters that were put aside."""
    text, slot, value = (one.replace(_ASIDE, "他") for one in (noted.text, noted.slot, noted.value))
    return replace(noted, text=text, slot=slot, value=value)
