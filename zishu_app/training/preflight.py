"""Everything that could go wrong with a training, looked at before it begins; all of it is told at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from zishu_app.core.texts import counted, t
from zishu_app.training.estimate import Estimate, Load
from zishu_app.training.machine import Machine
from zishu_app.training.material import Material
from zishu_app.training.recipe import Recipe
from zishu_app.training.shape import Shape

#: rows below which learning is mostly chance
FEW = 20
#: rows held out below which they cannot say when to stop
TELLING = 10
#: MB that stay free on the disk whatever is written
SPARE_MB = 1000.0
#: battery below which nothing long is begun, in percent
LOW = 50.0

Level = Literal["stop", "warn", "fine"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. "stop": the training would be worthless, or would not come to its end."""

    level: Level
    what: str
    #: what to do; "": nothing
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """One file of rows in tokens, see jobs.specs.CountSpec."""

    samples: int
    tokens: int
    learnt: int
    longest: int
    cut_samples: int
    cut_messages: int


def counted_of(result: Mapping[str, Any]) -> tuple[list[Counted], list[str]]:
    """What the worker counted, and what it found wrong."""
    files = [Counted(**{name: int(one[name]) for name in Counted.__slots__}) for one in result["files"]]
    return files, [str(one) for one in result["faults"]]


def load_of(files: Sequence[Counted], recipe: Recipe) -> Load:
    """What there is to learn, and in how many steps."""
    train = files[0]
    rows = max(train.tokens / recipe.longest if recipe.packing else train.samples, 1.0)
    in_epoch = max(round(rows / (recipe.batch * recipe.accumulation) + 0.499), 1)
    steps = recipe.max_steps or max(round(in_epoch * recipe.epochs), 1)
    return Load(train.tokens, train.learnt, steps, train.longest)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was looked at, in values: the findings are said of it anew, in another language too."""

    shape: Shape
    files: Sequence[Counted]
    #: what the worker found wrong, in the words it said that in
    faults: Sequence[str]
    #: samples that are not learnt from, and those of them that were left aside
    held_out: int
    own_words: int = 0


def of_material(seen: Seen, recipe: Recipe) -> list[Finding]:
    """Samples, tokens, template."""
    train, found = seen.files[0], [Finding("stop", one) for one in seen.faults]
    if not train.samples:
        return [
            *found,
            Finding("stop", t("没有可以学的样本。", "There is nothing to learn from."), _accept_some()),
        ]
    what = t(
        f"{train.samples:,} 个样本，{train.tokens:,} 个 token，其中学 {train.learnt:,} 个。",
        f"{counted(train.samples, 'sample')}, {train.tokens:,} tokens, {train.learnt:,} of them learnt.",
    )
    found += [Finding("fine", what), *_amount(train), *_cut(train, recipe)]
    return [*found, *_held_out(seen)]


def _held_out(seen: Seen) -> list[Finding]:
    aside = ""
    if seen.own_words:
        aside = t(
            f"另外留出的 {seen.own_words} 个是底座自己的话，说明不了学到什么，没有算。",
            f"{seen.own_words} more are the base's own words, which tell of nothing that is learnt: left aside.",
        )
    if not seen.held_out:
        what = t(
            "没有留出用来评估的样本，看不出是不是死记。",
            "Nothing is held out, so learning by heart will not be seen.",
        )
        return [
            Finding(
                "warn",
                what,
                aside or t("冻结时留一部分用于评估。", "Keep a share for evaluation when you freeze."),
            )
        ]
    if seen.held_out < TELLING:
        what = t(
            f"留出的只有 {seen.held_out} 个，看不准什么时候该停：会学到最后。",
            f"Only {counted(seen.held_out, 'sample')} held out: too few to tell when to stop,"
            " so it goes on to its end.",
        )
        return [Finding("warn", what, aside)]
    return []


def patience_for(material: Material, recipe: Recipe) -> Recipe:
    """Without enough that was held out nobody can tell when to stop: then it goes on to its end."""
    if len(material.evaluation) >= TELLING:
        return recipe
    return recipe.model_copy(update={"patience": 0})


def _amount(train: Counted) -> list[Finding]:
    if train.samples >= FEW:
        return []
    what = t(
        f"只有 {train.samples} 个样本，学不出多少。",
        f"Only {counted(train.samples, 'sample')}: not much to learn from.",
    )
    return [Finding("warn", what, _accept_some())]


def _cut(train: Counted, recipe: Recipe) -> list[Finding]:
    if not train.cut_samples:
        return []
    lost = counted(train.cut_messages, "message")
    what = t(
        f"{train.cut_samples:,} 个样本太长，会丢掉末尾的 {train.cut_messages:,} 条消息。",
        f"{counted(train.cut_samples, 'sample')} too long: {lost} at the end will be lost.",
    )
    hint = t(f"加大 longest（现在 {recipe.longest}）。", f"Raise longest (now {recipe.longest}).")
    return [Finding("warn", what, hint)]


def of_machine(shape: Shape, recipe: Recipe, machine: Machine, worked_out: Estimate) -> list[Finding]:
    """Memory, disk, power, and whether the recipe can be done here."""
    found = [_memory(worked_out, machine)]
    if recipe.longest > shape.context:
        found.append(
            Finding(
                "stop",
                t(
                    f"底座最多读 {shape.context} 个 token，配方要 {recipe.longest}。",
                    f"The base reads {shape.context} tokens, the recipe asks for {recipe.longest}.",
                ),
                f"longest={shape.context}",
            )
        )
    if not machine.card and recipe.precision in ("nf4", "int8"):
        found.append(
            Finding(
                "warn",
                t(
                    "没有显卡：4 位和 8 位在处理器上更慢，也不省峰值内存。",
                    "Without a graphics card 4 and 8 bit are slower, and save no memory at the peak.",
                ),
                "precision=bf16",
            )
        )
    found += [*_disk(recipe, machine, worked_out), *_power(machine)]
    return found


def _memory(worked_out: Estimate, machine: Machine) -> Finding:
    need, free = worked_out.memory_mb / 1000, worked_out.free_mb / 1000
    where = machine.card or t("内存", "memory")
    told = t(
        f"估计要 {need:.1f} GB {where}，现在空着 {free:.1f} GB。",
        f"About {need:.1f} GB of {where} needed, {free:.1f} GB free.",
    )
    hint = t(
        "换小一档，减小 batch 或 longest，或关掉别的程序。",
        "A smaller size, a smaller batch or longest, or fewer other programs.",
    )
    level: dict[str, Level] = {"green": "fine", "yellow": "warn", "red": "stop"}
    return Finding(level[worked_out.light], told, "" if worked_out.light == "green" else hint)


def _disk(recipe: Recipe, machine: Machine, worked_out: Estimate) -> list[Finding]:
    """Checkpoints hold what is trained and the optimizer's averages."""
    each = worked_out.trained_parameters * 12 / 1e6
    need = each * (recipe.keep + 2)
    if need + SPARE_MB <= machine.disk_mb:
        return []
    return [
        Finding(
            "stop",
            t(
                f"存档要 {need:,.0f} MB，磁盘只剩 {machine.disk_mb:,.0f} MB。",
                f"Checkpoints take {need:,.0f} MB, and {machine.disk_mb:,.0f} MB of disk are left.",
            ),
            t("腾出空间，或减小 keep。", "Make room, or lower keep."),
        )
    ]


def _power(machine: Machine) -> list[Finding]:
    if machine.plugged is not False:
        return []
    level: Level = "stop" if (machine.battery_percent or 0) < LOW else "warn"
    return [
        Finding(
            level,
            t(
                f"现在用电池（{machine.battery_percent:.0f}%）。",
                f"On battery ({machine.battery_percent:.0f}%).",
            ),
            t("插上电源。", "Plug it in."),
        )
    ]


def _accept_some() -> str:
    return t(
        "先在“审阅”里通过一些样本，再冻结一个版本。", "Accept some samples in Review, then freeze a version."
    )
