"""The flags of `zishu train` and `zishu runs`, in both languages. Loads nothing heavy: help is instant."""

from __future__ import annotations  # the type of sub-commands exists for type checkers only

from typing import TYPE_CHECKING

from zishu_app.cli.flags import command, json_flag
from zishu_app.core.texts import t

if TYPE_CHECKING:
    import argparse

    from zishu_app.cli.flags import Commands


def train(commands: Commands) -> None:
    """`zishu train`."""
    parser = command(
        commands,
        "train",
        t("训练她：从冻结的版本学一个新大脑", "she learns: a new brain from a frozen version"),
    )
    add = parser.add_argument
    add(
        "dataset",
        nargs="?",
        metavar="DATASET",
        help=t("冻结版本的名字，或 JSONL 文件", "a frozen version, or a JSONL file"),
    )
    add(
        "--base",
        metavar="B",
        default="",
        help=t("底座：名字或文件夹（内置的）", "the base: its name or folder (the built-in one)"),
    )
    add(
        "--from",
        dest="brain",
        metavar="BRAIN",
        default="",
        help=t("从她学成的哪个大脑接着练", "a brain she has learnt, to go on from"),
    )
    _how(parser)
    add("--name", metavar="NAME", default="", help=t("新大脑的名字", "what the new brain is called"))
    add(
        "--resume",
        metavar="RUN",
        help=t(
            "接着练停下的那次；last 是最近一次", "go on with a training that was stopped; last: the newest"
        ),
    )
    json_flag(parser)


def _how(parser: argparse.ArgumentParser) -> None:
    """The recipe, and what is done before the start."""
    add = parser.add_argument
    add(
        "--size",
        choices=("tiny", "small", "medium", "large"),
        help=t("档位（按内存）", "the dial (by the memory there is)"),
    )
    add("--recipe", metavar="FILE", help=t("训练配方，TOML 或 YAML", "a recipe, TOML or YAML"))
    add(
        "--set",
        dest="given",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help=t("改配方里的一个值，可重复", "a value of the recipe; repeatable"),
    )
    add(
        "--look",
        action="store_true",
        help=t("只做开始前的检查和估算", "only look and estimate; nothing is trained"),
    )
    add(
        "--no-measure",
        dest="measure",
        action="store_false",
        help=t("不用两步试算校正估算", "do not correct the estimate by two steps"),
    )


def runs(commands: Commands) -> None:
    """`zishu runs`."""
    parser = command(
        commands, "runs", t("训练：列出、查看、停下、接着练", "trainings: list, show, stop, go on")
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar=t("动作", "action"))
    json_flag(command(actions, "list", t("所有训练", "all of them")))
    removed = t("移走了、还能拿回来的", "those that were removed and can be brought back")
    json_flag(command(actions, "removed", removed))
    for name, help_ in (
        ("show", t("一次训练的配方、数字和她说的话", "recipe, figures and what she said")),
        ("cancel", t("停下；先存档，可以接着练", "stop it; a checkpoint is written first")),
        ("resume", t("从最后一个存档接着练", "go on from the last checkpoint")),
        ("remove", t("移走；七天里 undo 可以拿回来", "remove it; for seven days undo brings it back")),
        ("undo", t("拿回移走的", "bring back one that was removed")),
        ("drop", t("移走的不再留，彻底删除", "one that was removed goes for good, now")),
    ):
        one = command(actions, name, help_)
        one.add_argument(
            "run",
            metavar="RUN",
            help=t("编号或开头；last 是最近一次", "its id or the beginning of it; last: the newest"),
        )
        json_flag(one)


def exam(commands: Commands) -> None:
    """`zishu exam`."""
    parser = command(
        commands,
        "exam",
        t(
            "考试：她学会了什么，有没有丢掉什么",
            "an exam: what she has learnt, and whether anything was lost",
        ),
    )
    brain = t(
        "考哪个：大脑、训练编号或底座（最新的大脑）", "a brain, a training or a base (her newest brain)"
    )
    sets = t(
        "只考这个题集，或 guard、persona、zh、en；可重复",
        "only this set, or guard, persona, zh, en; repeatable",
    )
    parser.add_argument("--brain", metavar="B", default="", help=brain)
    parser.add_argument("--set", dest="sets", action="append", default=[], metavar="NAME", help=sets)
    _against(parser)
    listed = t("列出题集和考过的试", "list item sets and exams")
    parser.add_argument("--list", action="store_true", help=listed)
    json_flag(parser)


def _against(parser: argparse.ArgumentParser) -> None:
    """What it is held against."""
    other = t(
        "和谁比：大脑、底座或考试编号（它的底座）", "what it is held against: a brain or an exam (its base)"
    )
    alone = t("不和别的比", "hold it against nothing")
    delta = t("常识最多可以变差多少（0.03）", "by how much what is general may get worse (0.03)")
    parser.add_argument("--against", metavar="B", default="base", help=other)
    parser.add_argument("--alone", dest="against", action="store_const", const="", help=alone)
    parser.add_argument("--delta", type=float, default=0.03, metavar="X", help=delta)
