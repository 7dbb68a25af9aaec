"""Every command and flag of the program, in both languages. Nothing heavy is imported here: help is instant."""

from __future__ import annotations  # the type of sub-commands exists for type checkers only

import argparse
import gettext
from pathlib import Path
from typing import TYPE_CHECKING

from zishu_app import __version__
from zishu_app.cli.chat.arguments import brains, chat
from zishu_app.cli.dataset.arguments import dataset
from zishu_app.cli.flags import add_home, command, json_flag
from zishu_app.cli.training.arguments import exam, runs, train
from zishu_app.core.texts import language, t

if TYPE_CHECKING:
    from zishu_app.cli.flags import Commands

MODES = ("cli", "api", "desktop", "voice", "full")
ACCESSORIES = ("turtle", "ribbon", "flower", "none")

#: what argparse itself says, in Chinese
ARGPARSE_ZH = {
    "usage: ": "用法：",
    "options": "选项",
    "positional arguments": "参数",
    "show this help message and exit": "显示帮助并退出",
    "show program's version number and exit": "显示版本并退出",
    "the following arguments are required: %s": "缺少参数：%s",
    "unrecognized arguments: %s": "不认识的参数：%s",
    "expected one argument": "需要一个值",
    "expected at most one argument": "最多一个值",
    "expected at least one argument": "至少需要一个值",
    "not allowed with argument %s": "不能与 %s 同用",
    "one of the arguments %s is required": "需要其中一个参数：%s",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s 不明确，可能是：%(matches)s",
    "ignored explicit argument %r": "不需要值，却给了 %r",
    "invalid choice: %(value)r (choose from %(choices)s)": "不能是 %(value)r（可选：%(choices)s）",
    "invalid %(type)s value: %(value)r": "不是有效的 %(type)s：%(value)r",
    "argument %(argument_name)s: %(message)s": "参数 %(argument_name)s：%(message)s",
    "%(prog)s: error: %(message)s\n": "%(prog)s：错误：%(message)s\n",
}


def build_parser() -> argparse.ArgumentParser:
    """The whole command line, in the language spoken now."""
    # argparse has no other opening for its own words
    argparse._ = _own_words  # type: ignore[attr-defined]
    parser = argparse.ArgumentParser(
        prog="zishu",
        description=t(
            "紫舒老师：养成一个会学习的角色。不带命令时打开窗口；没有图形界面时运行演示。",
            "Zishu: raise a character who learns. Without a command the window opens; without a display, the tour.",
        ),
    )
    parser.add_argument("--version", action="version", version=f"zishu {__version__}")
    parser.add_argument("--mode", choices=MODES, help=t("以哪种形式启动", "the form in which it starts"))
    parser.add_argument(
        "--accessory", choices=ACCESSORIES, help=t("她戴的配件（desktop）", "what she wears (desktop)")
    )
    parser.add_argument("--port", type=int, help=t("API 服务的端口（api）", "port of the API (api)"))
    add_home(parser)
    commands = parser.add_subparsers(dest="command", metavar=t("命令", "command"))
    for add in (
        _studio,
        chat,
        brains,
        _generate,
        _distill,
        dataset,
        train,
        runs,
        exam,
        _tour,
        _models,
        _keys,
        _character,
        _setup,
        _doctor,
    ):
        add(commands)
    return parser


def _own_words(message: str) -> str:
    return ARGPARSE_ZH.get(message, message) if language() == "zh" else gettext.gettext(message)


def _model_flags(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--api-key", metavar="KEY", help=t("API 密钥，只用于这一次", "API key, for this run only"))
    add("--base-url", metavar="URL", help=t("接口地址", "address of the endpoint"))
    add(
        "--model",
        help=t("模型：endpoint/模型名，或 .gguf 文件", "the model: endpoint/model, or a .gguf file"),
    )
    add(
        "--max-cost",
        type=float,
        metavar="MONEY",
        help=t("费用上限（按模型报价的币种）", "limit in the price's currency"),
    )
    add("--max-total-tokens", type=int, metavar="N", help=t("token 总数上限", "limit in tokens"))
    add("--concurrency", type=int, metavar="N", help=t("同时进行多少个", "how many at once"))
    add("--yes", action="store_true", help=t("不询问，直接开始", "start without asking"))


def _chunk_flags(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--max-tokens",
        type=int,
        metavar="N",
        help=t("每个片段的 token 上限（4000）", "most tokens of a chunk (4000)"),
    )
    add("--overlap-tokens", type=int, metavar="N", help=t("片段重叠（200）", "tokens of overlap (200)"))


def _continue(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--continue",
        dest="continue_run",
        nargs="?",
        const="",
        metavar="RUN",
        help=t("继续上次停下的运行", "go on with the run that was stopped"),
    )


def _studio(commands: Commands) -> None:
    command(commands, "studio", t("打开窗口：工作室", "open the window: the studio"))


def _generate(commands: Commands) -> None:
    parser = command(
        commands, "generate", t("生成长对话并蒸馏", "two AIs hold long dialogues; each is distilled")
    )
    add = parser.add_argument
    add("-n", "--num-conversations", type=int, metavar="N", help=t("对话数量（100）", "how many (100)"))
    add("--min-rounds", type=int, metavar="N", help=t("最少轮数（50）", "fewest rounds (50)"))
    add("--max-rounds", type=int, metavar="N", help=t("最多轮数（100）", "most rounds (100)"))
    add(
        "-c",
        "--conversation-dir",
        metavar="DIR",
        help=t("对话目录（./conversations）", "for the dialogues (./conversations)"),
    )
    add(
        "-d",
        "--distilled-dir",
        metavar="DIR",
        help=t("蒸馏目录（./distilled）", "for the distillates (./distilled)"),
    )
    _chunk_flags(parser)
    _model_flags(parser)
    add("--user-model", help=t("扮演用户的模型（默认相同）", "the model that plays the user (the same)"))
    add("--lang", choices=("zh", "en"), help=t("对话的语言", "language of the dialogues"))
    add(
        "--scenario",
        action="append",
        metavar="NAME",
        help=t("只用这个场景，可重复", "only this scenario; repeatable"),
    )
    add("--seed", type=int, metavar="N", help=t("随机种子", "seed of everything but the models"))
    add(
        "--noise-rate",
        type=float,
        metavar="X",
        help=t("含错别字的用户消息比例（0.12）", "share of user messages with mistakes (0.12)"),
    )
    add("--no-distill", action="store_true", help=t("只生成，不蒸馏", "do not distil"))
    _continue(parser)
    json_flag(parser)


def _distill(commands: Commands) -> None:
    parser = command(commands, "distill", t("蒸馏已有的对话", "distil existing talks"))
    add = parser.add_argument
    add("-i", "--input", metavar="PATH", help=t("对话文件或目录", "a file of talks, or a folder"))
    add(
        "-o",
        "--output",
        metavar="PATH",
        help=t("输出文件或目录（./distilled）", "output file or folder (./distilled)"),
    )
    add("-b", "--batch", action="store_true", help=t("批量处理目录", "all files of a folder"))
    _chunk_flags(parser)
    add(
        "--split-method",
        choices=("tokens", "turns"),
        help=t("分割方法（tokens）", "how talks are split (tokens)"),
    )
    _model_flags(parser)
    add(
        "--lang",
        choices=("zh", "en"),
        help=t("结果的语言（默认随对话）", "language of the result (the talk's own)"),
    )
    _continue(parser)
    json_flag(parser)


def _tour(commands: Commands) -> None:
    parser = command(
        commands,
        "tour",
        t(
            "不用密钥和网络：生成并蒸馏一段短对话",
            "with no key and no network: one short dialogue, generated and distilled",
        ),
    )
    parser.add_argument("--lang", choices=("zh", "en"), help=t("对话的语言", "language of the dialogue"))
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help=t("轮数（3）", "rounds (3)"))
    json_flag(parser)


def _models(commands: Commands) -> None:
    parser = command(commands, "models", t("模型：列出、下载、查看", "models: list, download, look at"))
    actions = parser.add_subparsers(dest="action", required=True, metavar=t("动作", "action"))
    listed = command(
        actions, "list", t("列出接口、本机模型和底座", "endpoints, local models, and bases to train")
    )
    listed.add_argument("--bases", action="store_true", help=t("只列出底座", "only the bases"))
    json_flag(listed)
    download = command(
        actions, "download", t("下载模型（可续传、校验）", "download a model (resumed, checked)")
    )
    download.add_argument(
        "name", help=t("模型名，如 qwen3-0.6b、builtin", "its name, e.g. qwen3-0.6b, builtin")
    )
    download.add_argument(
        "--mirror", action="store_true", help=t("先用国内镜像", "ask the Chinese mirror first")
    )
    download.add_argument(
        "--shared", action="store_true", help=t("放进程序的环境，供所有数据目录使用", "for all homes")
    )
    _of_bases(download)
    download.add_argument("--again", action="store_true", help=t("重新下载", "even if it is there"))
    json_flag(download)
    info = command(actions, "info", t("查看一个模型", "what is known of a model"))
    info.add_argument("name", help=t("模型名或 .gguf 文件", "its name, or a .gguf file"))
    _of_bases(info)
    json_flag(info)


def _of_bases(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--base",
        action="store_true",
        help=t("指可训练的底座，不是模型文件", "the base to train, not the model file"),
    )


def _keys(commands: Commands) -> None:
    parser = command(commands, "keys", t("API 密钥：存入、删除、查看", "API keys: store, forget, look"))
    actions = parser.add_subparsers(dest="action", required=True, metavar=t("动作", "action"))
    command(actions, "list", t("哪些接口有密钥", "which endpoints have one"))
    store = command(
        actions,
        "set",
        t("存入密钥（从终端或标准输入读取）", "store one (read from the terminal or standard input)"),
    )
    store.add_argument(
        "endpoint", nargs="?", help=t("接口名；省略则从密钥识别", "the endpoint; left out: recognised")
    )
    forget = command(actions, "forget", t("删除密钥", "forget one"))
    forget.add_argument("endpoint", help=t("接口名", "the endpoint"))


def _character(commands: Commands) -> None:
    parser = command(
        commands,
        "character",
        t("角色包：列出、检查、安装、新建", "character packs: list, check, install, begin"),
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar=t("动作", "action"))
    json_flag(command(actions, "list", t("有哪些角色和配件", "who there is, and what can be worn")))
    check = command(actions, "check", t("检查一个包能不能用", "whether a pack can be used"))
    install = command(actions, "install", t("装进数据目录", "take a pack in"))
    for one in (check, install):
        one.add_argument(
            "path",
            type=Path,
            metavar="PATH",
            help=t("文件夹、.zip，或配件的 .toml", "a folder, a .zip, or the .toml of an accessory"),
        )
        json_flag(one)
    new = command(
        actions, "new", t("新建一个角色：复制模板", "begin a new character: a copy of the template")
    )
    new.add_argument("folder", type=Path, metavar="FOLDER", help=t("新文件夹", "a new folder"))


def _setup(commands: Commands) -> None:
    parser = command(
        commands,
        "setup",
        t("加装或卸下不是人人都要的部分", "parts that are not for everybody: take in, take out"),
    )
    parts = parser.add_subparsers(dest="part", required=True, metavar=t("部分", "part"))
    training = command(
        parts,
        "training",
        t(
            "训练组件：PyTorch 等，选适合这台机器的版本",
            "the training pack: PyTorch and more, as fits this machine",
        ),
    )
    how = training.add_mutually_exclusive_group()
    how.add_argument("--look", action="store_true", help=t("只看装了什么", "only see what is there"))
    how.add_argument("--remove", action="store_true", help=t("卸下", "take it out"))
    how.add_argument("--again", action="store_true", help=t("重新安装", "even if it is there"))
    json_flag(training)


def _doctor(commands: Commands) -> None:
    json_flag(
        command(
            commands,
            "doctor",
            t("检查装了什么、缺什么、怎么办", "what is there, what is missing, what to do"),
        )
    )
