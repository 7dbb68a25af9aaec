"""From what pip, venv and the system print when something fails, to the one thing to do."""

from collections.abc import Sequence

from zishu_app.core.errors import ZishuError
from zishu_app.core.texts import t

#: first match wins; compared in lower case
SIGNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("disk", ("no space left on device", "errno 28", "not enough space on the disk", "disk quota exceeded")),
    ("venv", ("ensurepip is not available", "no module named ensurepip", "no module named venv")),
    ("no pip", ("no module named pip",)),
    ("path", ("longpathsenabled", "enable-long-paths", "long path support", "file name too long")),
    ("rights", ("permission denied", "errno 13", "access is denied", "winerror 5]", "read-only file system")),
    (
        "network",
        (
            "temporary failure in name resolution",
            "name or service not known",
            "getaddrinfo failed",
            "newconnectionerror",
            "nodename nor servname",
            "network is unreachable",
            "connection refused",
            "connection reset",
            "connecttimeouterror",
            "readtimeouterror",
            "read timed out",
            "proxyerror",
            "tunnel connection failed",
            "certificate_verify_failed",
            "sslerror",
            "incompleteread",
        ),
    ),
    (
        "wheel",
        (
            "no matching distribution found",
            "failed building wheel",
            "failed to build",
            "resolutionimpossible",
        ),
    ),
)


def kind_of(lines: Sequence[str]) -> str:
    """Which of SIGNS the output shows; "other" when none."""
    text = "\n".join(lines).lower()
    return next((kind for kind, signs in SIGNS if any(sign in text for sign in signs)), "other")


def last_words(lines: Sequence[str], count: int = 3) -> list[str]:
    """The lines worth showing: what pip calls an error, else the last ones; of a traceback, its last."""
    spoken = [line for line in lines if line and not line.startswith(("WARNING: Retrying", "[notice]"))]
    errors = [line for line in spoken if line.lower().startswith(("error", "fatal", "e: "))]
    if not errors and any(line.startswith("Traceback") for line in spoken):
        count = 1
    return [line[:300] for line in (errors or spoken)[-count:]]


def explain(lines: Sequence[str]) -> ZishuError:
    """The failure of a step as an error with its hint; each line of the message on a line of its own."""
    shown = "".join(f"\n    {line}" for line in last_words(lines))
    return ZishuError(shown, hint(kind_of(lines)))


def hint(kind: str) -> str:
    """The one thing to do."""
    hints = {
        "disk": t(
            "磁盘已满：请腾出约 1 GB 再启动一次。", "The disk is full: make about 1 GB free and start again."
        ),
        "venv": t(
            "这个 Python 缺少 venv：请安装它的 venv 软件包（见上面的命令），再启动一次。",
            "This Python lacks venv: install its venv package (the command is above), then start again.",
        ),
        "path": t(
            "路径太长：请把文件夹移到更短的位置（例如 C:\\zishu），再启动一次。",
            "The path is too long: move the folder to a shorter place (such as C:\\zishu) and start again.",
        ),
        "rights": t(
            "文件夹 .venv 不可写，或正被使用：请关闭紫舒；若它属于别的用户，请删除 .venv。然后再启动一次。",
            "The folder .venv cannot be written to or is in use: close Zishu, or delete .venv if it belongs to "
            "another user, then start again.",
        ),
        "network": t(
            "请检查网络；要用代理时设置 HTTPS_PROXY。在中国大陆可先换镜像："
            "pip config set global.index-url <镜像地址>（或环境变量 PIP_INDEX_URL）。然后再启动一次，已下载的不会重来。",
            "Check the network; behind a proxy set HTTPS_PROXY. In mainland China choose a mirror first: "
            "pip config set global.index-url <address> (or PIP_INDEX_URL). Then start again; what is downloaded stays.",
        ),
        "wheel": t(
            "这个系统或 Python 版本没有现成的包：请换 64 位的 Python 3.11 至 3.13 再启动一次。",
            "There is no ready package for this system or Python: use a 64-bit Python 3.11 to 3.13 and start again.",
        ),
    }
    return hints.get(
        kind,
        t("请再启动一次；若仍不行，请看详细记录。", "Start again; if it fails again, look at the details."),
    )
