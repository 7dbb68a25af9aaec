"""What is shown of her, in words."""

from datetime import datetime

from zishu_app.core.texts import counted, t
from zishu_app.memory.look import Order
from zishu_app.memory.store import Kind, Memory
from zishu_app.ui.told import when
from zishu_app.ui.widgets.labels import Say

#: icon and colour of each kind
KIND_LOOK: dict[Kind, tuple[str, str]] = {
    "fact": ("person", "violet_ink"),
    "preference": ("star", "warn"),
    "event": ("clock", "shift"),
    "promise": ("flag", "good"),
}
ORDERS: dict[Order, Say] = {
    "changed": lambda: t("最近变化的", "Latest changed"),
    "created": lambda: t("最近记下的", "Latest noted"),
    "uses": lambda: t("最常想起的", "Most recalled"),
    "importance": lambda: t("最重要的", "Most important"),
}


def kind_word(kind: Kind) -> str:
    """What sort of thing it is."""
    return {
        "fact": t("事实", "Fact"),
        "preference": t("喜好", "Preference"),
        "event": t("事件", "Event"),
        "promise": t("约定", "Promise"),
        "said": t("你的原话", "Your own words"),  # in no list, but it may have been in her mind
    }[kind]


def why_word(why: str) -> str:
    """Why a memory says something else than before."""
    return {
        "update": t("后来说的不同", "said otherwise later"),
        "edit": t("改写", "edited"),
        "merge": t("合并", "merged"),
    }.get(why, why)


def at_word(at: int) -> str:
    """A time, seconds since 1970, as short as it can be told today."""
    return when(datetime.fromtimestamp(at).isoformat())


def day_word(at: int) -> str:
    """A day, always in full."""
    day = datetime.fromtimestamp(at)
    return t(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%B %Y}")


def uses_word(uses: int) -> str:
    """How often it was recalled."""
    return (
        t(f"想起 {uses} 次", f"recalled {counted(uses, 'time')}")
        if uses
        else t("还没想起过", "not recalled yet")
    )


def line_of(memory: Memory) -> str:
    """What stands below a memory in the list."""
    parts = [kind_word(memory.kind), at_word(memory.changed), uses_word(memory.uses)]
    if memory.until is not None:
        parts.insert(1, t(f"到 {day_word(memory.until)} 为止", f"was so until {day_word(memory.until)}"))
    return " · ".join(parts)


def memories_word(number: int) -> str:
    """So many."""
    if number == 1:
        return t("1 条记忆", "1 memory")
    return t(f"{number:,} 条记忆", f"{number:,} memories")


def size_word(size: int) -> str:
    """Bytes for people."""
    return f"{size / 1e6:,.1f} MB" if size >= 1_000_000 else f"{size / 1e3:,.0f} kB"
