"""Why the training pack could not be installed, and what to do: one sentence for each kind of trouble."""

from collections.abc import Sequence
from pathlib import Path

from zishu_app.brains import pip
from zishu_app.brains.part import disk_full
from zishu_app.core.errors import DataError, DownloadError, ZishuError
from zishu_app.core.texts import t


def refuse(trouble: pip.PipTrouble, ended: pip.Ended, folder: Path) -> ZishuError:
    """What pip's failure means."""
    last = pip.last_words(ended)
    match trouble:
        case "full":
            return disk_full(folder)
        case "no pip":
            return DownloadError(
                t("这个 Python 没有 pip。", "This Python has no pip."),
                t("运行 `python -m ensurepip`，再试一次。", "Run `python -m ensurepip`, then try again."),
            )
        case "offline":
            return DownloadError(
                t("连接不上软件源。", "The package index cannot be reached."),
                t(
                    "检查网络和代理（HTTPS_PROXY）。在中国大陆可先换镜像：pip config set global.index-url <镜像地址>。"
                    "已取到的包 pip 会留着，不会重来。",
                    "Check the network and the proxy (HTTPS_PROXY). In mainland China choose a mirror first: "
                    "pip config set global.index-url <address>. pip keeps the packages it has fetched.",
                ),
            )
        case "absent":
            return DownloadError(
                t(f"软件源里没有需要的版本：{last}。", f"The package index lacks a version: {last}."),
                t(
                    "镜像可能还没有同步，换一个再试；PyTorch 的各种版本可用 PIP_EXTRA_INDEX_URL 或 PIP_FIND_LINKS 指给 pip。"
                    "Python 请用 64 位的 3.11 至 3.13。",
                    "A mirror may lag behind: try another; builds of PyTorch can be shown to pip with "
                    "PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS. Use a 64-bit Python 3.11 to 3.13.",
                ),
            )
        case _:
            return DownloadError(
                t(f"pip 失败：{last}。", f"pip failed: {last}."),
                t(
                    "看看 `python -m pip --version` 能否运行。",
                    "See whether `python -m pip --version` works.",
                ),
            )


def broken(faults: Sequence[str]) -> DataError:
    """What was installed does not hold together."""
    shown = "; ".join(faults[:3])
    return DataError(
        t(f"装好的组件不能用：{shown}。", f"What was installed does not work: {shown}."),
        t(
            "没有留下任何东西；请更新程序后再试一次。",
            "Nothing of it was kept; update the program and try again.",
        ),
    )


def busy() -> DataError:
    """Another program installs it just now."""
    return DataError(
        t("另一个程序正在安装训练组件。", "Another program is installing the training pack."),
        t("等它完成。", "Wait until it is done."),
    )
