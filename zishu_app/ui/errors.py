"""How an error is told in the window: a sentence, what to do, and where the details are."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from zishu_app.core.errors import BrainMissing, KeyMissing, ZishuError
from zishu_app.core.texts import t

log = logging.getLogger("zishu.ui")

Tone = Literal["info", "good", "warn", "bad"]

#: commands that hints name for the command line, and the place in the window where the same is done; the first that fits
_PLACES: tuple[tuple[re.Pattern[str], Callable[[], str]], ...] = (
    (
        re.compile(r"(运行 |Run )?`zishu models download --base [^`]+`"),
        lambda: t("在“训练 › 更多底座”里下载", "Download it in Train › More bases"),
    ),
    (
        re.compile(r"(运行 |Run )?`zishu models download [^`]+`"),
        lambda: t("在“设置 › 模型与密钥”里下载", "Download it in Settings › Models and keys"),
    ),
    (
        re.compile(
            r"(运行 |Run )?`zishu setup training`(，或在“训练”页里安装|, or install it on the Train page)?"
        ),
        lambda: t("在“训练”页安装训练组件", "Install the training pack on the Train page"),
    ),
    (
        re.compile(r" ?`zishu models list --bases` ?"),
        lambda: t("“训练 › 更多底座”", " Train › More bases "),
    ),
    (
        re.compile(r" ?`zishu (?:keys|models)\b[^`]*` ?"),
        lambda: t("“设置 › 模型与密钥”", " Settings › Models and keys "),
    ),
    (re.compile(r" ?`zishu (?:runs|train)\b[^`]*` ?"), lambda: t("“训练”页", " The Train page ")),
    (re.compile(r" ?`zishu brains\b[^`]*` ?"), lambda: t("“她 › 大脑”", " Her › Brain ")),
    (re.compile(r" ?`zishu dataset freeze\b[^`]*` ?"), lambda: t("“数据集 › 版本”", " Data set › Versions ")),
)


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
    for command, place in _PLACES:
        hint = command.sub(place(), hint)
    return re.sub(r" (?=[.;,])", "", hint).strip()
