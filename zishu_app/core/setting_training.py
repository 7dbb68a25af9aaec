"""The settings of how she learns; see core/setting_parts. What a single training does is its recipe, see training/recipe."""

from typing import Literal

from zishu_app.core.setting_parts import Part, field


class Training(Part):
    """How she learns."""

    base: str = field(
        "底座",
        "Base",
        "新的大脑从哪个模型学起：底座的名字，或一个模型文件夹",
        "The model a new brain begins with: a base's name, or a model's folder",
        {"empty": ("自带的小模型", "The built-in one")},
    )
    size: Literal["auto", "tiny", "small", "medium", "large"] = field(
        "档位",
        "Size",
        "训练多大：按内存选，或固定一档",
        "How large a training is: by the memory there is, or always the same",
    )
    delta: float = field(
        "可以忘多少",
        "May forget",
        "考试里通用部分最多可以退步多少（0.03 是百分之三）；再多就要你明说才换",
        "How much worse she may do in the general part of the exam (0.03: three in a hundred); beyond it you have to say so",
        ge=0,
        le=1,
    )
    night: bool = field(
        "夜校",
        "Night school",
        "电脑闲着、插着电源时，她在夜里自己学新通过的样本，早上告诉你",
        "While the computer is idle and on power she learns what was newly accepted at night, and tells you in the morning",
    )
    night_from: int = field(
        "夜校开始",
        "Night begins",
        "几点以后可以开始（0 到 23）",
        "The hour from which she may begin (0 to 23)",
        ge=0,
        le=23,
    )
    night_to: int = field(
        "夜校结束",
        "Night ends",
        "到几点为止（0 到 23）",
        "The hour at which she stops (0 to 23)",
        ge=0,
        le=23,
    )
    night_idle_min: int = field(
        "闲多久才开始",
        "Idle for",
        "电脑闲了多少分钟她才去学",
        "Minutes without a key or the mouse until she goes to learn",
        ge=1,
        le=600,
    )
    night_samples: int = field(
        "至少有多少新样本",
        "New samples",
        "攒够多少个新通过的样本才学",
        "Newly accepted samples there have to be",
        ge=1,
        le=100_000,
    )
