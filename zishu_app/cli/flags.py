"""What the flags of all commands have in common. Loads nothing heavy: help is instant."""

from __future__ import annotations  # the type of sub-commands exists for type checkers only

import argparse
from typing import TYPE_CHECKING

from zishu_app.core.texts import t

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_home(parser: argparse.ArgumentParser, *, inner: bool = False) -> None:
    """The home folder, before the command or (`inner`) after it."""
    default = (
        argparse.SUPPRESS if inner else None
    )  # `zishu --home X tour` and `zishu tour --home X` are the same
    parser.add_argument("--home", metavar="DIR", default=default, help=t("数据目录", "the home folder"))


def command(commands: Commands, name: str, help_: str) -> argparse.ArgumentParser:
    """A command, or an action of one."""
    parser = commands.add_parser(name, help=help_, description=help_)
    add_home(parser, inner=True)
    return parser


def json_flag(parser: argparse.ArgumentParser) -> None:
    """For programs that read along."""
    parser.add_argument(
        "--json", action="store_true", help=t("每行输出一个 JSON 事件", "print one JSON event a line")
    )


def share(text: str) -> float:
    """A number from 0 to 1, for argparse."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(t(f"{text} 不在 0 到 1 之间", f"{text} is not between 0 and 1"))
    return value


def whole(text: str) -> int:
    """A number from 0 on, for argparse."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(t(f"{text} 不是 0 或正整数", f"{text} is no whole number from 0 on"))
    return int(text)
