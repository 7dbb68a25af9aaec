"""What is shown of samples while they are reviewed, in words."""

from datetime import datetime

from zishu_app.core.texts import t
from zishu_app.dataset import words
from zishu_app.dataset.acts import Act
from zishu_app.dataset.checks import TAG
from zishu_app.dataset.sample import Verdict
from zishu_app.review.rubric import reason_title
from zishu_app.ui.tabs.review.findings import title_of
from zishu_app.ui.told import when

#: icon and colour of each verdict
VERDICT_LOOK: dict[str, tuple[str, str]] = {
    "pending": ("pending", "outline"),
    "accepted": ("check-circle", "good"),
    "rejected": ("rejected", "bad"),
    "removed": ("trash", "faint"),
}


def at_word(at: int) -> str:
    """A time, seconds since 1970, as short as it can be told today."""
    return when(datetime.fromtimestamp(at).isoformat())


def day_word(at: int, now: datetime | None = None) -> str:
    """A time as short as a list has room for: 14:05, 11-03, 2025-11."""
    made, today = datetime.fromtimestamp(at), now or datetime.now()
    if made.date() == today.date():
        return f"{made:%H:%M}"
    return f"{made:%m-%d}" if made.year == today.year else f"{made:%Y-%m}"


def act_word(act: Act) -> str:
    """What an act did: to one sample in a word, for its name stands beside it; to many with their number."""
    if act.total > 1 and act.what != "split":
        told = words.act_word(act.what, act.total)
        return told[:1].upper() + told[1:]
    return {
        "accept": t("采纳", "Accepted"),
        "reject": t("退回", "Rejected"),
        "reopen": t("改回待审阅", "Back to undecided"),
        "remove": t("移到回收站", "Put into the bin"),
        "rate": t("评分", "Rated"),
        "flag": t("插旗", "Flagged"),
        "unflag": t("取消旗子", "Flag taken off"),
        "tag": t("改标签", "Tags changed"),
        "edit": t("修改消息", "Message edited"),
        "learn": t("改为要学", "To be learnt from"),
        "unlearn": t("改为不学", "Not to be learnt from"),
        "drop": t("去掉后面的消息", "Messages dropped"),
        "restore": t("回到另一个版本", "Back to another version"),
        "split": t("切成两个", "Split into two"),
        "refine": t("老师改写", "Written anew by the teacher"),
        "duplicates": t("作为重复退回", "Rejected as a duplicate"),
        "apart": t("标为不重复", "Said to be no duplicate"),
    }.get(act.what, t("修改", "Changed"))


def version_word(why: str, number: int) -> str:
    """What made a version."""
    if not number:
        return t("最初的样子", "As it came")
    return {
        "edit": t("修改", "edited"),
        "learn": t("改为要学", "to be learnt from"),
        "unlearn": t("改为不学", "not to be learnt from"),
        "drop": t("去掉后面的消息", "messages dropped"),
        "split": t("切成两个", "split"),
        "refine": t("老师改写", "written anew by the teacher"),
    }.get(why, why)


def decided_word(verdict: Verdict, reason: str) -> str:
    """A verdict with its reason."""
    word, why = words.verdict_word(verdict), reason_title(reason)
    return t(f"{word}：{why}", f"{word}: {why}") if why else word


def tag_word(tag: str) -> str:
    """A tag; those of the checks by what they found."""
    return title_of(tag) if tag.startswith(TAG) else words.mark_word(tag)
