"""Trainings in words: how they stand, what their values are called, memory and time."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zishu_app.core.texts import duration, t
from zishu_app.training.recipe import Size
from zishu_app.training.runs import State, TrainingRun
from zishu_app.ui.widgets.rows import Tone

TONES: dict[State, Tone] = {
    "ready": "plain",
    "running": "violet",
    "paused": "warn",
    "lost": "warn",
    "failed": "bad",
    "done": "good",
}


def state_word(state: State) -> str:
    """How a training stands."""
    return {
        "ready": t("未开始", "not begun"),
        "running": t("训练中", "learning"),
        "paused": t("已暂停", "paused"),
        "lost": t("被中断", "interrupted"),
        "failed": t("失败", "failed"),
        "done": t("完成", "done"),
    }[state]


def size_word(size: Size) -> str:
    """A position of the dial."""
    return {
        "tiny": t("最小", "Tiny"),
        "small": t("小", "Small"),
        "medium": t("中", "Medium"),
        "large": t("大", "Large"),
    }[size]


def size_for_word(size: Size) -> str:
    """What computer a position is for."""
    return {
        "tiny": t("没有显卡的电脑", "Without a graphics card"),
        "small": t("6–8 GB 显存", "A card of 6–8 GB"),
        "medium": t("12–16 GB 显存", "A card of 12–16 GB"),
        "large": t("24 GB 以上显存", "A card of 24 GB or more"),
    }[size]


def choice_word(choice: str) -> str:
    """A value of a recipe that is one of a few; one without a word of its own is a name and stands as it is."""
    return {
        "lora": "LoRA",
        "full": t("全部参数", "All parameters"),
        "nf4": t("nf4（4 位）", "nf4 (4 bit)"),
        "int8": t("int8（8 位）", "int8 (8 bit)"),
        "adamw": "AdamW",
        "paged_adamw_8bit": t("AdamW（8 位）", "AdamW (8 bit)"),
        "adafactor": "Adafactor",
        "cosine": t("余弦", "Cosine"),
        "linear": t("直线", "Linear"),
        "constant": t("不变", "Constant"),
        "sdpa": "SDPA",
        "flash_attention_2": "FlashAttention-2",
        "eager": "Eager",
        "none": t("不用", "None"),
        "selective": t("每隔一层", "Every other layer"),
        "all": t("每一层", "Every layer"),
    }.get(choice, choice)


def title_of(run: TrainingRun) -> str:
    """What it learns from: a version's name, or that of a file."""
    return Path(run.dataset).name or run.id


def gigabytes(megabytes: float) -> str:
    """Memory for people."""
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes:,.0f} MB"


def long_time(seconds: float) -> str:
    """A time that is only about right: seconds, minutes, hours, days."""
    if seconds < 90:
        return t(f"约 {max(round(seconds), 1)} 秒", f"about {max(round(seconds), 1)} s")
    if seconds < 5400:
        return t(f"约 {round(seconds / 60)} 分钟", f"about {round(seconds / 60)} min")
    if seconds < 172_800:
        return t(f"约 {seconds / 3600:.1f} 小时", f"about {seconds / 3600:.1f} h")
    return t(f"约 {seconds / 86_400:.1f} 天", f"about {seconds / 86_400:.1f} days")


def taken(result: Mapping[str, Any]) -> str:
    """How long a training took."""
    return duration(float(result.get("seconds") or 0))


def number(value: Any, digits: int = 3) -> str:
    """A figure of a result; a dash where there is none."""
    return f"{float(value):.{digits}f}" if isinstance(value, int | float) else "–"
