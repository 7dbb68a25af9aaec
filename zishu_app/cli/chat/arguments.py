"""The flags of `zishu chat` and `zishu brains`, in both languages. Loads nothing heavy: help is instant."""

from __future__ import annotations  # the type of sub-commands exists for type checkers only

from typing import TYPE_CHECKING

from zishu_app.cli.flags import command, json_flag
from zishu_app.cli.training.learnt_arguments import learnt
from zishu_app.core.texts import t

if TYPE_CHECKING:
    from zishu_app.cli.flags import Commands


def chat(commands: Commands) -> None:
    """Talking with her."""
    parser = command(
        commands,
        "chat",
        t(
            "和她聊天；不写内容时一直聊下去，也可以从管道逐行输入",
            "talk with her; without words for as long as you like, or line by line out of a pipe",
        ),
    )
    add = parser.add_argument
    add("words", nargs="*", metavar=t("内容", "words"), help=t("只说这一句", "say this and no more"))
    add("--lang", choices=("zh", "en"), help=t("她说的语言", "the language she speaks"))
    add(
        "--brain",
        metavar="NAME",
        help=t(
            "这一次用哪个大脑（endpoint/模型名、builtin 或 .gguf 文件）",
            "her brain for this time (endpoint/model, builtin, or a .gguf file)",
        ),
    )
    add("--new", action="store_true", help=t("开始新的对话", "begin a new talk"))
    json_flag(parser)


def brains(commands: Commands) -> None:
    """Her brain."""
    parser = command(
        commands,
        "brains",
        t("她的大脑：更换、换回、导出、收下", "her brain: change, go back, give away, take in"),
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar=t("动作", "action"))
    listing = command(
        actions, "list", t("有哪些，哪个能用，现在是哪个", "what there is, what can be used, which is hers")
    )
    use = command(actions, "use", t("换一个", "change it"))
    use.add_argument(
        "name",
        help=t(
            "endpoint/模型名、builtin、模型卡片名或 .gguf 文件；auto 为自动选择",
            "endpoint/model, builtin, a model's card or a .gguf file; auto: chosen by itself",
        ),
    )
    back = command(actions, "rollback", t("换回上一个", "back to the one before"))
    for one in (listing, use, back):
        json_flag(one)
        one.add_argument("--lang", choices=("zh", "en"), help=t("她说的语言", "the language she speaks"))
    learnt(actions)
