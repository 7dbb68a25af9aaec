"""How an error is told in the window: a sentence, what to do, and where the details are."""

import logging
import re
from dataclasses import dataclass
from typing import Literal

from zishu_app.core.errors import BrainMissing, KeyMissing, ZishuError
from zishu_app.core.texts import t

log = logging.getLogger("zishu.ui")

Tone = Literal["info", "good", "warn", "bad"]

#: commands that hints name for the command line, and that have a place in the window
_DOWNLOAD = re.compile(r"(运行 |Run )?`zishu models download [^`]+`")
_MODELS = re.compile(r" ?`zishu (?:keys|models)\b[^`]*` ?")


@dataclass(frozen=True, slots=True)
class Told:
    """What a banner says."""

    tone: Tone
    message: str
    hint: str = ""


def told(error: BaseException) -> Told:
    """What the user reads of an error; one that is not ours is a bug, and goes to the log with all it knows."""
    if isinstance(error, BrainMissing):
        return Told("bad", error.message, t("办法在“她 › 大脑”里。", "Her › Brain shows the ways out."))
    if isinstance(error, KeyMissing):
        store = t("在“设置 › 模型与密钥”里存入。", "Store it in Settings › Models and keys.")
        return Told("bad", error.message, store)
    if isinstance(error, ZishuError):
        return Told("bad", error.message, in_window(error.hint))
    log.error("a task of the window failed", exc_info=error)
    return Told(
        "bad",
        t("程序出错了，这是我们的问题。", "The program went wrong; this is our fault."),
        t(
            "已经存下的内容不受影响。详情见“设置 › 日志”。",
            "What was stored is safe. The details are in Settings › Log.",
        ),
    )


def in_window(hint: str) -> str:
    """A hint whose command lines are the places of the window where the same is done."""
    fetched = t("在“设置 › 模型与密钥”里下载", "Download it in Settings › Models and keys")
    models = t("“设置 › 模型与密钥”", " Settings › Models and keys ")
    hint = _MODELS.sub(models, _DOWNLOAD.sub(fetched, hint))
    return re.sub(r" (?=[.;,])", "", hint).strip()
