"""The flags of `zishu brains` for brains she has learnt, in both languages. Loads nothing heavy: help is instant."""

from __future__ import annotations  # the type of sub-commands exists for type checkers only

from typing import TYPE_CHECKING

from zishu_app.cli.flags import command, json_flag
from zishu_app.core.texts import t

if TYPE_CHECKING:
    import argparse

    from zishu_app.cli.flags import Commands

#: see studio/giving
FORMS = ("peft", "merged", "gguf", "folder")


def learnt(actions: Commands) -> None:
    """What can be done with brains she has learnt."""
    adopt = command(actions, "adopt", t("把一次训练变成大脑", "make a training a brain"))
    adopt.add_argument(
        "run", metavar="RUN", help=t("训练；last 是最近一次", "the training; last: the newest")
    )
    adopt.add_argument("--name", default="", help=t("大脑的名字", "what it is called"))
    adopt.add_argument("--use", action="store_true", help=t("马上换上", "make it hers at once"))
    json_flag(adopt)
    _giving(actions)
    rename = _named(actions, "rename", t("改名", "call it otherwise"))
    rename.add_argument("text", metavar=t("新名字", "NEW"))
    note = _named(actions, "note", t("写一句备注", "note something about it"))
    note.add_argument("text", metavar=t("备注", "TEXT"))
    _named(
        actions, "remove", t("移走；七天里 undo 可以拿回来", "remove it; for seven days undo brings it back")
    )
    removed = t("移走了、还能拿回来的", "those that were removed and can be brought back")
    json_flag(command(actions, "removed", removed))
    _named(
        actions, "undo", t("拿回移走的；last 是最近一个", "bring back one that was removed; last: the newest")
    )
    _named(actions, "drop", t("移走的不再留，彻底删除", "one that was removed goes for good, now"))
    why = command(actions, "why", t("她为什么这么说", "why does she say that"))
    why.add_argument("text", metavar=t("她的话", "TEXT"), help=t("她说的那句话", "what she said"))
    why.add_argument("--brain", default="", metavar="B", help=t("哪个大脑（现在的）", "which brain (hers)"))
    json_flag(why)


def _giving(actions: Commands) -> None:
    export = _named(actions, "export", t("导出", "give it away"))
    forms = t(
        "peft：适配器；merged：合并的模型；gguf：给 llama.cpp；folder：给朋友，连角色卡和成绩",
        "peft: the adapter; merged: one model; gguf: for llama.cpp; folder: for a friend, with card and marks",
    )
    export.add_argument("--form", choices=FORMS, default="folder", help=forms)
    export.add_argument("-o", "--output", required=True, metavar="PATH", help=t("写到哪里", "where it goes"))
    export.add_argument(
        "--unchecked",
        action="store_true",
        help=t("不用二十个问题核对", "do not ask what was written the twenty prompts"),
    )
    imported = command(actions, "import", t("收下朋友给的文件夹", "take in a friend's folder"))
    imported.add_argument("path", metavar="PATH")
    json_flag(imported)
    compare = _named(
        actions, "compare", t("各种形式说得一样吗（20 个问题）", "is it the same in every form (20 prompts)")
    )
    compare.add_argument(
        "--merged", default="", metavar="PATH", help=t("合并导出的文件夹", "a merged folder")
    )


def _named(actions: Commands, name: str, help_: str) -> argparse.ArgumentParser:
    """An action on one brain."""
    parser = command(actions, name, help_)
    parser.add_argument("name", metavar="NAME", help=t("名字或编号", "its name or id"))
    json_flag(parser)
    return parser
