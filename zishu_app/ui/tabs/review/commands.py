"""Everything that can be done while reviewing: its name in both languages, and its keys. The keyboard, the palette and
the help all read this one table. Knows no Qt widgets.

Single letters act only while no text is being written; see keyboard.py.
"""

from dataclasses import dataclass
from typing import Literal

from zishu_app.core.texts import language

Group = Literal["decide", "move", "edit", "mark", "queue", "all", "more"]
#: where the keys are heard: on the whole page, or while one reads
Where = Literal["page", "text"]


@dataclass(frozen=True, slots=True)
class Command:
    """One of them. `name` is what the page calls it by."""

    name: str
    zh: str
    en: str
    keys: tuple[str, ...]
    group: Group
    where: Where = "page"
    #: goes on while the key is held
    repeats: bool = False

    @property
    def said(self) -> str:
        """Its name in the language of the window."""
        return self.zh if language() == "zh" else self.en


GROUPS: dict[Group, tuple[str, str]] = {
    "decide": ("决定", "Decide"),
    "move": ("移动", "Move"),
    "mark": ("评分与标记", "Rate and mark"),
    "edit": ("修改", "Edit"),
    "queue": ("队列", "Queue"),
    "all": ("整批", "All at once"),
    "more": ("其他", "More"),
}


def group_name(group: Group) -> str:
    """A group in the language of the window."""
    zh, en = GROUPS[group]
    return zh if language() == "zh" else en


COMMANDS: tuple[Command, ...] = (
    Command("accept", "采纳", "Accept", ("A",), "decide"),
    Command("reject", "退回，并说明理由", "Reject, with a reason", ("R",), "decide"),
    Command("reopen", "改回待审阅", "Back to undecided", ("P",), "decide"),
    Command("remove", "移到回收站", "Put into the bin", ("Delete",), "decide"),
    Command("undo", "撤销", "Undo", ("U", "Ctrl+Z"), "decide", repeats=True),
    Command("redo", "重做", "Redo", ("Shift+U", "Ctrl+Shift+Z", "Ctrl+Y"), "decide", repeats=True),
    Command("next", "下一个样本", "Next sample", ("J", "Right"), "move", repeats=True),
    Command("previous", "上一个样本", "Previous sample", ("K", "Left"), "move", repeats=True),
    Command("next_message", "下一条消息或陈述", "Next message or statement", ("Down",), "move", "text", True),
    Command(
        "previous_message",
        "上一条消息或陈述",
        "Previous message or statement",
        ("Up",),
        "move",
        "text",
        True,
    ),
    Command("first_message", "第一条消息", "First message", ("Home",), "move", "text"),
    Command("last_message", "最后一条消息", "Last message", ("End",), "move", "text"),
    Command("page_down", "往下翻一页", "A page down", ("Space", "PgDown"), "move", "text", True),
    Command("page_up", "往上翻一页", "A page up", ("Shift+Space", "PgUp"), "move", "text", True),
    Command("other_side", "换到原文或结果那一边", "To the source, or back to the result", ("X",), "move"),
    Command(
        "fold",
        "展开或收起思考、代码与提示",
        "Open or fold reasoning, code and prompts",
        ("O", "Return"),
        "move",
        "text",
    ),
    Command("fold_all", "全部展开或收起", "Open or fold all of them", ("Shift+O",), "move"),
    Command("xray", "遮罩透视：哪些 token 会学", "X-ray: which tokens would be learnt", ("Shift+X",), "move"),
    Command("rate_1", "打 1 分", "Rate 1", ("1",), "mark"),
    Command("rate_2", "打 2 分", "Rate 2", ("2",), "mark"),
    Command("rate_3", "打 3 分", "Rate 3", ("3",), "mark"),
    Command("rate_4", "打 4 分", "Rate 4", ("4",), "mark"),
    Command("rate_5", "打 5 分", "Rate 5", ("5",), "mark"),
    Command("rate_0", "去掉这一项的分", "Take the mark away", ("0",), "mark"),
    Command("next_criterion", "下一项标准", "Next criterion", ("C",), "mark"),
    Command("previous_criterion", "上一项标准", "Previous criterion", ("Shift+C",), "mark"),
    Command("flag", "插旗或取消", "Flag, or take the flag off", ("F",), "mark"),
    Command("tag", "贴标签", "Tag", ("T",), "mark"),
    Command("edit", "就地修改这条消息", "Edit the message in place", ("E",), "edit"),
    Command("drop", "从这条消息起全部去掉", "Drop everything from this message on", ("D",), "edit"),
    Command("split", "在这条消息前切成两个样本", "Split into two before this message", ("S",), "edit"),
    Command("learn", "这条消息要不要学", "Learn from this message, or not", ("L",), "edit"),
    Command("versions", "版本与逐词对比", "Versions, compared word by word", ("V",), "edit"),
    Command("copy", "复制这条消息", "Copy the message", ("Ctrl+C",), "edit", "text"),
    Command("search", "搜索", "Search", ("Ctrl+F", "/"), "queue"),
    Command("filters", "筛选", "Filters", ("G", "Ctrl+Shift+F"), "queue"),
    Command("clear", "去掉所有筛选条件", "Clear all filters", ("Ctrl+Backspace",), "queue"),
    Command("refresh", "重新取队列", "Ask for the queue anew", ("F5", "Ctrl+R"), "queue"),
    Command("queue", "显示或隐藏队列", "Show or hide the queue", ("Q",), "queue"),
    Command("newest", "按时间：新的在前", "Order: newest first", (), "queue"),
    Command("oldest", "按时间：旧的在前", "Order: oldest first", (), "queue"),
    Command("priority", "按价值：分歧大、信息多的在前", "Order: most worth reading first", (), "queue"),
    Command("best", "按评审分：高的在前", "Order: best first", (), "queue"),
    Command("worst", "按评审分：低的在前", "Order: worst first", (), "queue"),
    Command(
        "accept_all", "采纳筛选出的全部样本", "Accept all that the filter finds", ("Ctrl+Shift+A",), "all"
    ),
    Command(
        "reject_all", "退回筛选出的全部样本", "Reject all that the filter finds", ("Ctrl+Shift+R",), "all"
    ),
    Command("reopen_all", "全部改回待审阅", "All back to undecided", (), "all"),
    Command("remove_all", "全部移到回收站", "Put all into the bin", (), "all"),
    Command("judge", "让评审模型打分", "Have models judge these", ("Ctrl+J",), "all"),
    Command("judged", "看评审怎么说", "What the judges said", ("M",), "mark"),
    Command("accept_judged", "采纳评审给高分的", "Accept what the judges liked", (), "all"),
    Command("evening", "今晚的进度", "How this evening goes", ("W",), "more"),
    Command("palette", "找一个命令", "Find a command", ("Ctrl+K",), "more"),
    Command("help", "所有按键", "All keys", ("?", "F1"), "more"),
)

BY_NAME = {one.name: one for one in COMMANDS}


def key_of(name: str) -> str:
    """The key that is shown for a command; empty where it has none."""
    keys = BY_NAME[name].keys
    return keys[0] if keys else ""
