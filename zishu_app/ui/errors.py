"""How an error is told in the window: a sentence, what to do, and where the details are."""

import logging
from dataclasses import dataclass
from typing import Literal

from zishu_app.core.errors import ZishuError
from zishu_app.core.texts import t

log = logging.getLogger("zishu.ui")

Tone = Literal["info", "good", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Told:
    """What a banner says."""

    tone: Tone
    message: str
    hint: str = ""


def told(error: BaseException) -> Told:
    """What the user reads of an error; one that is not ours is a bug, and goes to the log with all it knows."""
    if isinstance(error, ZishuError):
        return Told("bad", error.message, error.hint)
    log.error("a task of the window failed", exc_info=error)
    return Told(
        "bad",
        t("程序出错了，这是我们的问题。", "The program went wrong; this is our fault."),
        t(
            "已经存下的内容不受影响。详情见“设置 › 日志”。",
            "What was stored is safe. The details are in Settings › Log.",
        ),
    )
