"""What a card is made of, as the page shows it: texts, and lists whose rows have columns. Pure but for the words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from zishu_app.character.card import Card
from zishu_app.character.card_file import plain_value
from zishu_app.character.emotion_words import emotion_word
from zishu_app.character.manifest import EMOTIONS
from zishu_app.core.texts import t
from zishu_app.ui.widgets.labels import Say

#: how a column is filled in: a line, a text, words with commas between them, one of several, a share, a number, yes or no
Kind = Literal["line", "text", "words", "choice", "share", "number", "flag"]
Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A field of a row."""

    key: str
    kind: Kind
    title: Say
    #: of a choice: value -> what it is called
    choices: Callable[[], dict[str, str]] = dict
    #: what a new row has there
    empty: Any = ""


@dataclass(frozen=True)
class TextField:
    """A text of the card."""

    name: str
    title: Say
    help: Say
    #: "text", a "line", or "words" with commas between them
    form: Kind = "text"


@dataclass(frozen=True)
class ListField:
    """A list of the card, or several that belong together."""

    name: str
    title: Say
    help: Say
    columns: tuple[Column, ...]
    read: Callable[[Card], list[Row]]
    #: fields of the card to be written
    write: Callable[[Sequence[Row]], dict[str, Any]]
    #: how a row is read: what stands small above, and the text
    shown: Callable[[Row], tuple[str, str]]
    new: Say = field(default=lambda: t("再加一条", "Add one"))


TEXTS: tuple[TextField, ...] = (
    TextField(
        "description",
        lambda: t("她是谁", "Who she is"),
        lambda: t(
            "样子、经历、和你的关系。{{char}} 是她，{{user}} 是你。",
            "Looks, past, what she is to you. {{char}} is her, {{user}} is you.",
        ),
    ),
    TextField(
        "personality",
        lambda: t("性格", "Personality"),
        lambda: t("几个词，或者几句话。", "Some words, or some sentences."),
    ),
    TextField(
        "style",
        lambda: t("怎么说话", "How she speaks"),
        lambda: t(
            "长短、语气、怎么称呼你、从不说什么。", "Length, tone, what she calls you, what she never says."
        ),
    ),
    TextField(
        "scenario",
        lambda: t("场景", "Scene"),
        lambda: t("你们在哪里，在做什么。", "Where you are, and what you do."),
    ),
    TextField(
        "short",
        lambda: t("一两句话的她", "Her in short"),
        lambda: t(
            "给很小的模型，也用在训练样本里。", "For very small models, and in samples she is trained on."
        ),
    ),
)
FURTHER: tuple[TextField, ...] = (
    TextField(
        "system_prompt",
        lambda: t("最先的指示", "First instructions"),
        lambda: t(
            "代替程序自己的开头；通常留空。", "In place of the program's own beginning; usually empty."
        ),
    ),
    TextField(
        "post_history",
        lambda: t("最后的提醒", "Last reminder"),
        lambda: t("放在对话之后，她最后才看到。", "Stands behind the talk, and is the last thing she sees."),
    ),
    TextField(
        "example_text",
        lambda: t("例子（原文）", "Examples as text"),
        lambda: t("别的程序写的例子，拆不成一问一答的。", "Examples of other programs that are no pairs."),
    ),
    TextField(
        "notes",
        lambda: t("作者的话", "Notes"),
        lambda: t("给人看的，她看不到。", "For people; she does not see them."),
    ),
    TextField(
        "creator",
        lambda: t("作者", "Author"),
        lambda: t("谁写的这张卡。", "Who wrote the card."),
        form="line",
    ),
    TextField("version", lambda: t("版本", "Version"), lambda: t("例如 1.2。", "E.g. 1.2."), form="line"),
)

_OCCASIONS: dict[str, tuple[str, Say]] = {
    "greetings": ("greetings", lambda: t("平时", "Any time")),
    "first_greetings": ("first_greetings", lambda: t("第一次见面", "The first time")),
    "missed_greetings": ("missed_greetings", lambda: t("好几天没见", "After some days")),
}
_REGIONS: dict[str, Say] = {
    "head": lambda: t("头", "Head"),
    "cheek": lambda: t("脸颊", "Cheek"),
    "hand": lambda: t("手", "Hand"),
    "body": lambda: t("身体", "Body"),
    "accessory": lambda: t("配件", "What she wears"),
    "carried": lambda: t("被提起来", "When carried"),
}
_POSITIONS: dict[str, Say] = {
    "before_char": lambda: t("在“她是谁”之前", "Before who she is"),
    "after_char": lambda: t("在“她是谁”之后", "After who she is"),
    "at_depth": lambda: t("在对话里，倒数第几句前", "In the talk, so many from its end"),
}


def _said(names: dict[str, Say]) -> dict[str, str]:
    return {name: say() for name, say in names.items()}


def _grouped(rows: Sequence[Row], key: str, names: Sequence[str]) -> dict[str, list[str]]:
    """Texts by what they are for."""
    return {name: [row["text"] for row in rows if row[key] == name and row["text"].strip()] for name in names}


def _greetings() -> ListField:
    def shown(row: Row) -> tuple[str, str]:
        usual = row["when"] == "greetings"
        return "" if usual else _OCCASIONS[row["when"]][1](), row["text"]

    return ListField(
        "greetings",
        lambda: t("问候", "Greetings"),
        lambda: t("她先开口时说的话；从不连着说同一句。", "What she says first; never the same twice running."),
        (
            Column(
                "when", "choice", lambda: t("什么时候", "When"),
                lambda: {name: say() for name, (_, say) in _OCCASIONS.items()}, "greetings",
            ),
            Column("text", "text", lambda: t("她说", "She says")),
        ),
        lambda card: [{"when": name, "text": text} for name in _OCCASIONS for text in getattr(card, name)],
        lambda rows: _grouped(rows, "when", list(_OCCASIONS)),
        shown,
    )  # fmt: skip


def _examples() -> ListField:
    return ListField(
        "examples",
        lambda: t("例子", "Examples"),
        lambda: t(
            "她怎样回答。话前面可以写心情，例如 [shy]。",
            "How she answers. A feeling may stand before it, e.g. [shy].",
        ),
        (
            Column("user", "text", lambda: t("你说", "You say")),
            Column("her", "text", lambda: t("她说", "She says")),
        ),
        lambda card: plain_value(card.examples),
        lambda rows: {"examples": [row for row in rows if row["user"].strip() or row["her"].strip()]},
        lambda row: (row["user"], row["her"]),
    )


def _moods() -> ListField:
    def shown(row: Row) -> tuple[str, str]:
        return t("、", ", ").join(row["words"]), f"{emotion_word(row['emotion'])}  {row['strength']:.0%}"

    return ListField(
        "moods",
        lambda: t("心情", "Moods"),
        lambda: t("听到这些词，她会有什么感觉、多强。", "What these words make her feel, and how strongly."),
        (
            Column("words", "words", lambda: t("这些词", "These words"), empty=()),
            Column(
                "emotion", "choice", lambda: t("感觉", "Feeling"),
                lambda: {one: emotion_word(one) for one in EMOTIONS}, "happy",
            ),
            Column("strength", "share", lambda: t("多强", "How strongly"), empty=0.7),
        ),
        lambda card: plain_value(card.moods),
        lambda rows: {"moods": [row for row in rows if row["words"]]},
        shown,
    )  # fmt: skip


def _wears(choices: Callable[[], dict[str, str]]) -> ListField:
    def shown(row: Row) -> tuple[str, str]:
        named = choices()
        return t("、", ", ").join(row["words"]), named.get(row["accessory"] or "", row["accessory"] or "")

    def write(rows: Sequence[Row]) -> dict[str, Any]:
        return {"wears": [{**row, "accessory": row["accessory"] or None} for row in rows if row["words"]]}

    return ListField(
        "wears",
        lambda: t("配件", "What she puts on"),
        lambda: t("聊到这些词，她会戴上什么。", "What she puts on when the talk comes to these words."),
        (
            Column("words", "words", lambda: t("这些词", "These words"), empty=()),
            Column("accessory", "choice", lambda: t("戴上", "Puts on"), choices),
        ),
        lambda card: [{**row, "accessory": row["accessory"] or ""} for row in plain_value(card.wears)],
        write,
        shown,
    )


def _touched() -> ListField:
    def read(card: Card) -> list[Row]:
        return [{"where": name, "text": text} for name in _REGIONS for text in getattr(card.touched, name)]

    return ListField(
        "touched",
        lambda: t("碰到她时", "When touched"),
        lambda: t("碰到哪里，她说什么。", "What she says, and where she was touched."),
        (
            Column("where", "choice", lambda: t("哪里", "Where"), lambda: _said(_REGIONS), "head"),
            Column("text", "text", lambda: t("她说", "She says")),
        ),
        read,
        lambda rows: {"touched": _grouped(rows, "where", list(_REGIONS))},
        lambda row: (_REGIONS[row["where"]](), row["text"]),
    )


def _knowledge() -> ListField:
    def write(rows: Sequence[Row], book: dict[str, Any]) -> dict[str, Any]:
        kept = [row for row in rows if row["content"].strip() or row["keys"]]
        return {"knowledge": {**book, "entries": kept}}

    def shown(row: Row) -> tuple[str, str]:
        keys = t("总是在", "always there") if row["constant"] else t("、", ", ").join(row["keys"])
        off = "" if row["enabled"] else t("（停用）", "(switched off)")
        return " ".join(filter(None, [row["comment"], f"[{keys}]", off])), row["content"]

    return ListField(
        "knowledge",
        lambda: t("知识", "Knowledge"),
        lambda: t("聊到关键词时才让她看到的事；放不下时先去掉优先级低的。",
                  "What she is shown when the talk comes to its keys; where there is no room, the least important goes."),
        (
            Column("comment", "line", lambda: t("标题", "Title")),
            Column("keys", "words", lambda: t("关键词", "Keys"), empty=()),
            Column("content", "text", lambda: t("内容", "Content")),
            Column("position", "choice", lambda: t("放在", "Stands"), lambda: _said(_POSITIONS), "after_char"),
            Column("depth", "number", lambda: t("倒数第几句", "From the end"), empty=4),
            Column("insertion_order", "number", lambda: t("次序", "Order"), empty=100),
            Column("constant", "flag", lambda: t("总是在", "Always there"), empty=False),
            Column("enabled", "flag", lambda: t("启用", "Switched on"), empty=True),
        ),
        lambda card: plain_value(card.knowledge.entries),
        lambda rows: write(rows, {}),
        shown,
    )  # fmt: skip


def lists(wearable: Callable[[], dict[str, str]]) -> tuple[ListField, ...]:
    """All lists of a card; `wearable`: what she can put on, by id; "" is nothing."""
    return (_greetings(), _examples(), _moods(), _wears(wearable), _touched(), _knowledge())
