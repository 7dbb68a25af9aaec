"""What samples are judged by, person and models alike: criteria from 1 to 5, and reasons to reject.

Four criteria come with the program, each with what its marks mean; a setting chooses among them and adds own ones. A
criterion is known by its `name`, in the ratings and in the models' answers; how it is called is another matter. With
a source to compare with, "faithful" and "complete" ask about the source; a talk alone can only be held against itself.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zishu_app.core.texts import Language, language
from zishu_app.dataset.sample import Kind

#: what the marks 1 to 5 mean
Levels = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is rated. Own ones have no words for their marks."""

    name: str
    titles: Mapping[Language, str]
    #: what is asked
    asks: Mapping[Language, str]
    levels: Mapping[Language, Levels]

    @property
    def title(self) -> str:
        """As it is called in the language spoken now."""
        return self.titles[language()]

    def meaning(self, score: int) -> str:
        """What a mark means, in the language spoken now; empty for an own criterion."""
        levels = self.levels.get(language())
        return levels[score - 1] if levels else ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a sample is rejected. `name` is what is stored with the verdict."""

    name: str
    titles: Mapping[Language, str]


FAITHFUL = Criterion(
    "faithful",
    {"zh": "忠实", "en": "Faithful"},
    {
        "zh": "结果里的每一句，来源里是否真的说过？",
        "en": "Was everything in the result really said in the source?",
    },
    {
        "zh": (
            "主要内容是编造的，或与来源相反",
            "有几处编造或歪曲",
            "大体属实，有一处明显不准",
            "属实，只有细枝末节不够准",
            "每一句都能在来源里找到依据",
        ),
        "en": (
            "the main points are made up, or the opposite of the source",
            "several points are made up or twisted",
            "mostly true, one clear mistake",
            "true, only small details are off",
            "every statement can be found in the source",
        ),
    },
)
CORRECT = Criterion(
    "faithful",
    FAITHFUL.titles,
    {
        "zh": "助手说的是否正确，前后是否一致？",
        "en": "Is what the assistant says correct, and does it agree with itself?",
    },
    {
        "zh": (
            "关键内容是错的，会误导人",
            "有几处错误或自相矛盾",
            "大体正确，有一处明显错误",
            "正确，只有细节可以挑剔",
            "全部正确，前后一致",
        ),
        "en": (
            "what matters is wrong and misleads",
            "several mistakes or contradictions",
            "mostly correct, one clear mistake",
            "correct, only details can be argued with",
            "all correct, and no contradiction",
        ),
    },
)
COMPLETE = Criterion(
    "complete",
    {"zh": "完整", "en": "Complete"},
    {
        "zh": "来源里重要的内容，结果里都有吗？",
        "en": "Is everything that matters in the source also in the result?",
    },
    {
        "zh": (
            "重要内容几乎都没有",
            "缺了多个要点",
            "缺了一个要点",
            "要点都在，只缺少量细节",
            "重要的都在，没有多余",
        ),
        "en": (
            "hardly anything that matters is there",
            "several main points are missing",
            "one main point is missing",
            "all main points, a few details are missing",
            "all that matters, and nothing beside it",
        ),
    },
)
ANSWERED = Criterion(
    "complete",
    COMPLETE.titles,
    {
        "zh": "用户问的，助手都答了吗？",
        "en": "Did the assistant answer all that the user asked?",
    },
    {
        "zh": (
            "没有回答问题",
            "只答了一小部分",
            "答了，但漏了一个要点",
            "都答了，只是个别地方不够细",
            "问到的都答了，也不啰唆",
        ),
        "en": (
            "the questions are not answered",
            "only a small part is answered",
            "answered, but one main point is missing",
            "all answered, a little thin in places",
            "all answered, and not at length",
        ),
    },
)
CLEAR = Criterion(
    "clear",
    {"zh": "清楚", "en": "Clear"},
    {
        "zh": "是否通顺、好懂、有条理？",
        "en": "Is it easy to read, to the point and in order?",
    },
    {
        "zh": (
            "看不懂",
            "要反复读才懂，或语句不通",
            "能懂，但啰唆或凌乱",
            "清楚，偶有不顺",
            "一读就懂，条理分明",
        ),
        "en": (
            "cannot be understood",
            "has to be read several times, or is broken language",
            "understandable, but wordy or untidy",
            "clear, rough in a place or two",
            "understood at once, in good order",
        ),
    },
)
IN_CHARACTER = Criterion(
    "in_character",
    {"zh": "符合角色", "en": "In character"},
    {
        "zh": "助手的语气和身份是否始终合适、像同一个人？",
        "en": "Does the assistant keep to one fitting voice and role throughout?",
    },
    {
        "zh": (
            "完全不像，像在念模板",
            "多处语气不对或出戏",
            "大体合适，有一处出戏",
            "合适，偶有生硬",
            "自始至终自然、是同一个人",
        ),
        "en": (
            "not at all, it recites a template",
            "out of role or tone in several places",
            "mostly fitting, out of role once",
            "fitting, a little stiff at times",
            "natural from beginning to end, always the same person",
        ),
    },
)

SHIPPED = (FAITHFUL, COMPLETE, CLEAR, IN_CHARACTER)
#: what is asked instead where there is no source to compare with
_ALONE = {"faithful": CORRECT, "complete": ANSWERED}

REASONS = (
    Reason("made up", {"zh": "有编造的内容", "en": "Made up"}),
    Reason("wrong", {"zh": "内容有错", "en": "Wrong"}),
    Reason("incomplete", {"zh": "缺了要点", "en": "Main points are missing"}),
    Reason("unclear", {"zh": "看不清在说什么", "en": "Hard to understand"}),
    Reason("out of character", {"zh": "不符合角色", "en": "Out of character"}),
    Reason("repetitive", {"zh": "来回重复", "en": "Goes in circles"}),
    Reason("refusal", {"zh": "助手拒绝回答", "en": "The assistant refuses"}),
    Reason("broken", {"zh": "格式坏了，或没说完", "en": "Broken or cut off"}),
    Reason("private", {"zh": "有隐私信息", "en": "Private data"}),
    Reason("off topic", {"zh": "跑题", "en": "Off topic"}),
)


def criteria(setting: str) -> tuple[Criterion, ...]:
    """The criteria a setting names, own ones among them, each once; where it names none, the shipped ones.

    The shipped ones are understood by their name and by both their titles.
    """
    known = {_bare(word): one for one in SHIPPED for word in (one.name, *one.titles.values())}
    found = {one.name: one for word in _listed(setting) for one in [known.get(_bare(word)) or _own(word)]}
    return tuple(found.values()) or SHIPPED


def fitting(chosen: Sequence[Criterion], kind: Kind, *, compared: bool) -> tuple[Criterion, ...]:
    """What a sample of this kind is rated by. `compared`: it has a source. A distilled one plays no role."""
    asked = [one for one in chosen if not (kind == "distilled" and one.name == IN_CHARACTER.name)]
    return tuple(one if compared else _ALONE.get(one.name, one) for one in asked)


def reasons(setting: str) -> tuple[Reason, ...]:
    """The reasons to reject that are offered: the shipped ones, then own ones."""
    known = {one.name for one in REASONS}
    own = [word for word in dict.fromkeys(_listed(setting)) if word not in known]
    return (*REASONS, *(Reason(word, {"zh": word, "en": word}) for word in own))


def reason_title(name: str) -> str:
    """How a stored reason is told in the language spoken now; own ones and whatever else was written as they are."""
    return next((one.titles[language()] for one in REASONS if one.name == name), name)


def _listed(setting: str) -> list[str]:
    words = (" ".join(word.split()) for word in re.split(r"[,，、;；\n]", setting))
    return [word for word in words if word]


def _bare(word: str) -> str:
    return word.replace("_", " ").casefold()


def _own(word: str) -> Criterion:
    asks: Mapping[Language, str] = {
        "zh": f"在“{word}”这一点上做得如何？1 是完全没有，5 是完全做到",
        "en": f"How well does it do by “{word}”? 1: not at all, 5: entirely",
    }
    return Criterion(word, {"zh": word, "en": word}, asks, {})
