"""The flags of `zishu dataset`, in both languages. Loads nothing heavy: help is instant."""

from __future__ import annotations  # the type of sub-commands exists for type checkers only

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from zishu_app.cli.flags import command, json_flag, share, whole
from zishu_app.core.texts import t
from zishu_app.dataset.sample import KINDS, LANGUAGES, VERDICTS

if TYPE_CHECKING:
    from zishu_app.cli.flags import Commands

FORMS = ("openai", "sharegpt", "alpaca", "parquet")
ORDERS = ("newest", "oldest", "priority", "best", "worst")


def dataset(commands: Commands) -> None:
    """All actions."""
    parser = command(
        commands,
        "dataset",
        t(
            "数据集：导入、查看、清理、冻结、导出样本",
            "the data set: samples in, looked at, cleaned, frozen, out",
        ),
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar=t("动作", "action"))
    for add in (
        _import,
        _export,
        _list,
        _search,
        _show,
        _stats,
        _decisions,
        _check,
        _duplicates,
        _freeze,
        _versions,
    ):
        add(actions)


def _import(actions: Commands) -> None:
    parser = command(
        actions,
        "import",
        t(
            "导入样本：OpenAI messages、ShareGPT、Alpaca、CSV、Parquet、ChatGPT 与 SillyTavern 的导出、本程序的文件",
            "take samples in: OpenAI messages, ShareGPT, Alpaca, CSV, Parquet, exports of ChatGPT and SillyTavern,"
            " files of this program",
        ),
    )
    parser.add_argument(
        "path", nargs="+", type=Path, metavar="PATH", help=t("文件或目录", "files, or folders of them")
    )
    parser.add_argument(
        "--tag",
        action="append",
        metavar="TAG",
        help=t("给导入的样本加标签，可重复", "tag what comes in; repeatable"),
    )
    json_flag(parser)


def _export(actions: Commands) -> None:
    parser = command(
        actions, "export", t("导出样本（默认只导出已采纳的）", "write samples to a file (accepted ones only)")
    )
    add = parser.add_argument
    add("--format", choices=FORMS, required=True, help=t("格式", "its form"))
    add("-o", "--output", type=Path, required=True, metavar="PATH", help=t("输出文件", "the file"))
    _all(parser)
    _filters(parser)
    json_flag(parser)


def _list(actions: Commands) -> None:
    parser = command(actions, "list", t("列出样本", "samples as lines"))
    _lines(parser)
    _filters(parser)
    json_flag(parser)


def _search(actions: Commands) -> None:
    parser = command(
        actions,
        "search",
        t("全文搜索（中文两个字就够）", "find samples by their words (two Chinese characters do)"),
    )
    parser.add_argument(
        "text", nargs="+", metavar="TEXT", help=t("要找的文字；“加引号”为连续的短语", 'words, or a "phrase"')
    )
    _lines(parser)
    _filters(parser, search=False)
    json_flag(parser)


def _show(actions: Commands) -> None:
    parser = command(
        actions, "show", t("查看样本：消息、来源、经过", "a sample: messages, where it is from, its history")
    )
    _ids(parser)
    parser.add_argument(
        "--source", action="store_true", help=t("连同原对话", "with the talk it was distilled from")
    )
    json_flag(parser)


def _stats(actions: Commands) -> None:
    parser = command(actions, "stats", t("统计", "figures of the data set"))
    _filters(parser)
    json_flag(parser)


def _decisions(actions: Commands) -> None:
    accept = command(actions, "accept", t("采纳样本", "accept samples"))
    reject = command(actions, "reject", t("退回样本", "reject samples"))
    for parser in (accept, reject):
        parser.add_argument("--reason", metavar="TEXT", help=t("理由", "why"))
    reopen = command(
        actions, "reopen", t("改回待审阅，也能从回收站取回", "back to undecided, also out of the bin")
    )
    for parser in (accept, reject, reopen):
        _ids(parser)
        json_flag(parser)
    json_flag(command(actions, "undo", t("撤销上一步", "take the last act back")))
    json_flag(command(actions, "redo", t("重做", "do again what was undone")))


def _check(actions: Commands) -> None:
    parser = command(
        actions,
        "check",
        t(
            "检查：过短过长、语言、重复、拒答、隐私、残缺",
            "look for what is wrong: length, language, repetition, refusals, private data",
        ),
    )
    _filters(parser)
    json_flag(parser)


def _duplicates(actions: Commands) -> None:
    parser = command(
        actions, "duplicates", t("找出重复和近似重复的样本", "find samples that are the same, or nearly")
    )
    add = parser.add_argument
    add(
        "--threshold",
        type=share,
        metavar="X",
        help=t(
            "文字有多大比例相同算重复（0.3–1；默认用设置里的）",
            "share of text in common (0.3 to 1; as in the settings)",
        ),
    )
    add(
        "--keep-best",
        action="store_true",
        help=t(
            "每组只留最好的，退回其余的（可撤销）",
            "keep the best of each group, reject the others (can be undone)",
        ),
    )
    add("--yes", action="store_true", help=t("不询问", "without asking"))
    add(
        "--limit",
        type=whole,
        default=10,
        metavar="N",
        help=t("最多列出多少组（10；0 为全部）", "groups shown (10; 0: all)"),
    )
    _filters(parser)
    json_flag(parser)


def _freeze(actions: Commands) -> None:
    freeze = command(
        actions,
        "freeze",
        t(
            "冻结一个版本：划分、去重叠、附说明卡，之后不再改变",
            "freeze a version: split, free of leaks, with its card",
        ),
    )
    add = freeze.add_argument
    add("name", metavar="NAME", help=t("版本名", "what it is called"))
    add(
        "--eval-share",
        type=share,
        metavar="X",
        help=t("留作评估的比例（默认用设置里的）", "kept for evaluation (as in the settings)"),
    )
    add("--seed", type=int, default=0, metavar="N", help=t("划分的随机种子（0）", "seed of the split (0)"))
    add(
        "--licence",
        metavar="TEXT",
        help=t("写进说明卡的许可证（默认用设置里的）", "licence for the card (as in the settings)"),
    )
    _all(freeze)
    _filters(freeze)
    json_flag(freeze)


def _versions(actions: Commands) -> None:
    listed = command(actions, "versions", t("列出冻结的版本", "the frozen versions"))
    listed.add_argument(
        "--verify", action="store_true", help=t("逐个核对文件", "hold every file against its hash")
    )
    diff = command(actions, "diff", t("比较两个冻结的版本", "how two frozen versions differ"))
    diff.add_argument("before", metavar="A", help=t("较早的版本", "the earlier one"))
    diff.add_argument("after", metavar="B", help=t("较晚的版本", "the later one"))
    diff.add_argument(
        "--limit",
        type=whole,
        default=20,
        metavar="N",
        help=t("最多列出多少处（20；0 为全部）", "how many are listed (20; 0: all)"),
    )
    for parser in (listed, diff):
        json_flag(parser)


def _ids(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="+", type=whole, metavar="ID", help=t("样本编号", "numbers of samples"))


def _all(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--all",
        action="store_true",
        help=t("连同待审阅和退回的", "also those that are undecided or rejected"),
    )


def _lines(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--limit",
        type=whole,
        default=20,
        metavar="N",
        help=t("最多多少个（20；0 为全部）", "at most (20; 0: all)"),
    )
    add("--order", choices=ORDERS, default="newest", help=t("顺序（newest）", "their order (newest)"))


def _filters(parser: argparse.ArgumentParser, *, search: bool = True) -> None:
    """Which samples it is about; several of one kind mean any of them, several tags mean all of them."""
    group = parser.add_argument_group(t("只要这些样本", "only these samples"))
    add = group.add_argument
    add("--kind", action="append", choices=KINDS, help=t("类型，可重复", "their kind; repeatable"))
    add("--lang", action="append", choices=LANGUAGES, help=t("语言", "their language"))
    add("--scenario", action="append", metavar="NAME", help=t("场景，可重复", "their scenario; repeatable"))
    add(
        "--verdict", action="append", choices=VERDICTS, help=t("状态，可重复", "what was decided; repeatable")
    )
    add("--tag", action="append", metavar="TAG", help=t("有这个标签，可重复", "with this tag; repeatable"))
    add("--flagged", action="store_true", help=t("插了旗的", "with a flag"))
    if search:
        add("--search", metavar="TEXT", help=t("含有这些文字", "in which these words are"))
    else:
        parser.set_defaults(search="")
