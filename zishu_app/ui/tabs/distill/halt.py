"""Why a distillation stands still, in words."""

from zishu_app.core.texts import t
from zishu_app.ui.tabs.distill.distiller import Opened
from zishu_app.ui.told import limits_reached, reason_word
from zishu_app.ui.widgets.halt import Stand


def stand_of(opened: Opened) -> Stand | None:
    """How it stands, where it stands still with something left to do."""
    row = opened.row
    if opened.live or row.state not in ("stopped", "failed", "interrupted"):
        return None
    return Stand(row.id, message(opened), *limits_reached(row), opened.spent())


def message(opened: Opened) -> str:
    """Why it stands still."""
    left = opened.state.count("left", "waiting", "working")
    rest = t(f"还有 {left} 段没做", f"{left} still to do")
    if opened.row.state == "interrupted":
        return t(f"上次被中断了，{rest}。", f"It was interrupted: {rest}.")
    if reason := reason_word(opened.row.reason):
        return t(f"已停下：{reason}", f"Stopped: {reason}")
    return t(f"已停下，{rest}。", f"Stopped: {rest}.")
