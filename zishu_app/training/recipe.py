"""How a training is done: one dial, what follows from it, and whatever is said otherwise.

A recipe is written down beside every run, as TOML, and can be taken from a file, TOML or YAML. All mistakes in one are
told at once.
"""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

import tomlkit
import yaml
from pydantic import ValidationError

from zishu_app.core.errors import SettingsError
from zishu_app.core.setting_parts import Part, Share, field
from zishu_app.core.texts import language, t

Size = Literal["tiny", "small", "medium", "large"]
SIZES: tuple[Size, ...] = get_args(Size)


class Recipe(Part):
    """Everything that decides how a training goes, but for what is learnt and which base learns it."""

    size: Size = field(
        "档位", "Size", "按内存选：下面的都由它而来", "By the memory there is: all below follows from it"
    )
    method: Literal["lora", "full"] = field(
        "方法",
        "Method",
        "只训练小小的适配器（LoRA），或训练全部参数",
        "A small adapter (LoRA), or all parameters",
    )
    precision: Literal["bf16", "nf4", "int8", "fp32"] = field(
        "底座精度",
        "Precision of the base",
        "底座在内存里的精度；nf4 就是 QLoRA 的 4 位",
        "How the base lies in memory; nf4 is the 4 bit of QLoRA",
    )
    double_quant: bool = field(
        "二次量化",
        "Double quantisation",
        "nf4 的缩放值也量化，再省一点内存",
        "The scales of nf4 are quantised too",
    )
    rank: int = field(
        "LoRA 秩", "LoRA rank", "越大学得越多，也越占内存", "More learns more, and takes more", ge=1, le=1024
    )
    alpha: float = field(
        "LoRA alpha", "LoRA alpha", "适配器的权重：alpha / 秩", "Weight of the adapter: alpha / rank", gt=0
    )
    dropout: float = field(
        "LoRA dropout",
        "LoRA dropout",
        "训练时随机丢掉的比例，防止死记",
        "Share left out at random, against learning by heart",
        ge=0,
        lt=1,
    )
    targets: tuple[str, ...] = field(
        "训练哪些层",
        "Layers",
        "层名；all-linear 是全部线性层（输出层除外）",
        "Names of layers; all-linear: every linear one but the output",
        min_length=1,
    )
    rslora: bool = field(
        "rsLoRA",
        "rsLoRA",
        "权重按秩的平方根算，秩大时更稳",
        "Weight by the root of the rank: steadier for high ranks",
    )
    dora: bool = field(
        "DoRA",
        "DoRA",
        "把方向和大小分开学；更准一点，也更慢",
        "Direction and size are learnt apart: a little better, slower",
    )
    optimizer: Literal["adamw", "paged_adamw_8bit", "adafactor"] = field(
        "优化器",
        "Optimizer",
        "8 位的省显存，只在显卡上有",
        "The one of 8 bit saves memory, on graphics cards only",
    )
    learning_rate: float = field(
        "学习率", "Learning rate", "每一步走多远", "How far each step goes", gt=0, le=1
    )
    weight_decay: float = field(
        "权重衰减", "Weight decay", "把权重往零拉一点", "Pulls weights towards zero", ge=0, le=1
    )
    schedule: Literal["cosine", "linear", "constant"] = field(
        "学习率曲线", "Schedule", "预热之后怎样变小", "How the learning rate falls after the warm-up"
    )
    warmup: Share = field(
        "预热", "Warm-up", "前面多少步慢慢加大学习率", "Share of the steps in which it rises"
    )
    clip: float = field("梯度裁剪", "Clipping", "梯度范数的上限", "Largest norm of the gradient", gt=0)
    epochs: float = field("轮数", "Epochs", "全部材料看几遍", "How often all of it is seen", gt=0, le=1000)
    max_steps: int = field(
        "最多步数",
        "Most steps",
        "不管几轮，到这里为止",
        "Ends there, whatever the epochs",
        {"least": ("按轮数", "By the epochs")},
        ge=0,
    )
    batch: int = field("每批行数", "Batch", "一次算几行", "Rows computed at once", ge=1, le=4096)
    accumulation: int = field(
        "梯度累积", "Accumulation", "几批合成一步", "Batches that make one step", ge=1, le=4096
    )
    longest: int = field(
        "最长",
        "Longest",
        "一行最多多少个 token；超出的按轮次截掉",
        "Tokens of a row; longer talks are cut between turns",
        ge=32,
        le=1_048_576,
    )
    packing: bool = field(
        "打包",
        "Packing",
        "把短的对话拼在一行里，互相看不见",
        "Short talks share a row, without seeing each other",
    )
    seed: int = field(
        "随机种子", "Seed", "同样的种子，同样的训练", "The same seed, the same training", ge=0, le=2**31 - 1
    )
    attention: Literal["sdpa", "flash_attention_2", "eager"] = field(
        "注意力", "Attention", "怎么算；flash 要另装", "How it is computed; flash has to be installed"
    )
    checkpointing: Literal["none", "selective", "all"] = field(
        "激活重算",
        "Activation checkpointing",
        "省内存，但慢：不用、每隔一层、每一层",
        "Saves memory and costs time: none, every other layer, all",
    )
    evaluate_every: int = field(
        "每几步评估",
        "Evaluate every",
        "用留出的部分看看学得怎样",
        "Steps between two looks at what was held out",
        {"least": ("只在最后", "At the end only")},
        ge=0,
    )
    save_every: int = field(
        "每几步存档",
        "Save every",
        "断电也只丢这么多步",
        "Steps that a power cut can cost",
        {"least": ("只在最后", "At the end only")},
        ge=0,
    )
    patience: int = field(
        "提前结束",
        "Patience",
        "评估几次没有进步就结束",
        "Evaluations without a gain until it ends",
        {"least": ("不提前结束", "Never")},
        ge=0,
    )
    keep: int = field("保留存档", "Checkpoints kept", "留最后几个", "The last so many", ge=1, le=100)
    general: Share = field(
        "通用材料",
        "General material",
        "混入多少通用对话，防止忘掉原来会的",
        "Share of general talks mixed in, against forgetting",
    )
    emphasis: int = field(
        "强调纠正",
        "Emphasis",
        "一轮里，你改正的话出现几次；别的样本只出现一次",
        "How often your corrections come in a round, in which everything else comes once",
        ge=1,
        le=100,
    )
    replay: Share = field(
        "温习",
        "Replay",
        "接着练时，混入多少以前的材料",
        "Share of earlier material, when she goes on from what she has learnt",
    )


#: what all sizes have in common
_ALL: dict[str, Any] = {
    "method": "lora", "double_quant": True, "dropout": 0.05, "targets": ("all-linear",), "rslora": False, "dora": False,
    "weight_decay": 0.0, "schedule": "cosine", "warmup": 0.05, "clip": 1.0, "max_steps": 0, "packing": True, "seed": 42,
    "attention": "sdpa", "evaluate_every": 20, "save_every": 20, "patience": 3, "keep": 2, "general": 0.15, "replay": 0.2, "emphasis": 3,
}  # fmt: skip
#: tiny: no graphics card. small: 6-8 GB. medium: 12-16 GB. large: 24 GB and more
_BY_SIZE: dict[Size, dict[str, Any]] = {
    "tiny": {
        "precision": "bf16", "rank": 16, "alpha": 32.0, "optimizer": "adamw", "learning_rate": 5e-4, "epochs": 3.0,
        "batch": 2, "accumulation": 1, "longest": 512, "checkpointing": "none",
    },
    "small": {
        "precision": "nf4", "rank": 16, "alpha": 32.0, "optimizer": "paged_adamw_8bit", "learning_rate": 2e-4, "epochs": 3.0,
        "batch": 1, "accumulation": 8, "longest": 1024, "checkpointing": "all",
    },
    "medium": {
        "precision": "nf4", "rank": 32, "alpha": 64.0, "optimizer": "paged_adamw_8bit", "learning_rate": 2e-4, "epochs": 3.0,
        "batch": 2, "accumulation": 4, "longest": 2048, "checkpointing": "selective",
    },
    "large": {
        "precision": "bf16", "rank": 64, "alpha": 128.0, "optimizer": "adamw", "learning_rate": 1e-4, "epochs": 3.0,
        "batch": 4, "accumulation": 2, "longest": 4096, "checkpointing": "selective",
    },
}  # fmt: skip


def size_for(card_gb: float) -> Size:
    """The dial for a graphics card of so many GB; 0: there is none."""
    if card_gb >= 22:
        return "large"
    if card_gb >= 11:
        return "medium"
    return "small" if card_gb >= 5 else "tiny"


def derive(size: Size, given: Mapping[str, Any] | None = None, where: str = "") -> Recipe:
    """What follows from the dial, with whatever is `given` over it. Raises SettingsError naming every mistake."""
    return _checked({"size": size, **_ALL, **_BY_SIZE[size], **(given or {})}, where)


def read_recipe(path: Path) -> dict[str, Any]:
    """What a file says, TOML or YAML: to be laid over what follows from its `size`. Raises SettingsError."""
    try:
        text = path.read_text(encoding="utf-8")
        value = yaml.safe_load(text) if path.suffix.lower() in (".yaml", ".yml") else tomllib.loads(text)
    except (OSError, ValueError, yaml.YAMLError) as error:
        why = " ".join(str(error).split())
        raise SettingsError(
            t(f"训练配方 {path} 读不懂：{why}。", f"The recipe {path} cannot be read: {why}."),
            t(
                "要一个 TOML 或 YAML 文件，每行一个“名字 = 值”。",
                "A TOML or YAML file is needed, with a name and a value on each line.",
            ),
        ) from error
    if not isinstance(value, dict):
        raise SettingsError(
            t(f"训练配方 {path} 里没有名字和值。", f"The recipe {path} holds no names with values.")
        )
    return value


def from_file(path: Path, given: Mapping[str, Any] | None = None) -> Recipe:
    """The recipe of a file, with whatever is `given` over it. Raises SettingsError."""
    value = {**read_recipe(path), **(given or {})}
    size = value.get("size", "tiny")
    if size not in SIZES:
        return _checked({**_ALL, **_BY_SIZE["tiny"], **value}, str(path))
    return derive(size, value, str(path))


def given_on_a_line(pairs: list[str]) -> dict[str, Any]:
    """`key=value` as they stand on a command line. Raises SettingsError for one that is no such pair."""
    found: dict[str, Any] = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign:
            raise SettingsError(t(f"“{pair}”不是“名字=值”。", f'"{pair}" is not name=value.'))
        found[name.strip()] = (
            [one.strip() for one in text.split(",")] if name.strip() == "targets" else text.strip()
        )
    return found


def as_toml(recipe: Recipe) -> str:
    """The recipe as a file, each line with what it means, in the language of the moment."""
    document = tomlkit.document()
    for name, value in recipe.model_dump(mode="json").items():
        document.add(tomlkit.comment(" ".join(told_of(name))))
        document.add(name, value)
    return tomlkit.dumps(document)


def changed(recipe: Recipe) -> dict[str, Any]:
    """What in it does not follow from its size."""
    plain = derive(recipe.size).model_dump(mode="json")
    return {name: value for name, value in recipe.model_dump(mode="json").items() if value != plain[name]}


def told_of(name: str) -> tuple[str, str]:
    """Title and help of one of its values, in the language of the moment."""
    found = Recipe.model_fields[name]
    extra = found.json_schema_extra
    assert isinstance(extra, dict)
    if language() == "zh":
        return str(extra["zh_title"]), str(extra["zh"])
    return str(found.title), str(found.description)


def _checked(value: Mapping[str, Any], where: str) -> Recipe:
    try:
        recipe = Recipe.model_validate(value)
    except ValidationError as error:
        told = "\n".join(f"  {_mistake(one['loc'], one['type'], one['msg'])}" for one in error.errors())
        place = t(f"（{where}）", f" ({where})") if where else ""
        raise SettingsError(
            t(f"训练配方有误{place}：\n{told}", f"The recipe is wrong{place}:\n{told}"),
            t(
                "改正后再试；不写的值按档位来。",
                "Correct it and try again; what is left out follows from the size.",
            ),
        ) from None
    if recipe.method == "full" and recipe.precision in ("nf4", "int8"):
        raise SettingsError(
            t(
                "全参数训练不能用 4 位或 8 位的底座。",
                "All parameters cannot be trained on a base in 4 or 8 bit.",
            ),
            t("用 precision=bf16，或 method=lora。", "Use precision=bf16, or method=lora."),
        )
    return recipe


def _mistake(place: tuple[int | str, ...], kind: str, message: str) -> str:
    name = ".".join(map(str, place))
    if kind != "extra_forbidden":
        return f"{name}: {message}"
    near = difflib.get_close_matches(name, Recipe.model_fields, 1)
    meant = t(f"，是不是 {near[0]}？", f"; is {near[0]} meant?") if near else ""
    return t(f"{name}：没有这个名字{meant}", f"{name}: there is no such name{meant}")
