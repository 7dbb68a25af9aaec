"""The door of the command line: arguments in, exit code out, every error told in one or two lines.

Exit codes: 0 done, 1 something failed, 2 wrong use, 130 stopped by the user.
"""

import argparse
import asyncio
import logging
import os
import sys
import traceback
from collections.abc import Callable

from zishu_app.cli.arguments import build_parser
from zishu_app.core.errors import SettingsError, UsageError, ZishuError
from zishu_app.core.texts import set_language, system_language, t

DONE, FAILED, WRONG_USE, STOPPED = 0, 1, 2, 130

#: commands of many actions, each a folder of its own
FOLDERS = ("chat", "dataset")

log = logging.getLogger("zishu.cli")

#: a command: arguments in, exit code out
Command = Callable[[argparse.Namespace], int]


def main(arguments: list[str], window: Command) -> int:
    """Run one command; `window` opens the window, which the command line itself does not know."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Windows may start us with a code page that has no Chinese
            stream.reconfigure(encoding="utf-8", errors="replace")
    set_language(system_language())
    try:
        given = build_parser().parse_args(arguments)
    except SystemExit as ended:  # argparse has said what is wrong
        return int(ended.code or 0)
    try:
        return _find(given, window)(given)
    except ZishuError as error:
        return _told(error)
    except (KeyboardInterrupt, asyncio.CancelledError):
        print(t("\n已停止。", "\nStopped."), file=sys.stderr)
        return STOPPED
    except BrokenPipeError:  # whoever read our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except ModuleNotFoundError:
        raise  # half an installation, see __main__
    except Exception:  # noqa: BLE001 - one of the four doors
        return _bug()


def _find(given: argparse.Namespace, window: Command) -> Command:
    """The command meant; each is imported only when it is used."""
    if given.command is not None and given.mode is not None:
        raise UsageError(t("--mode 不能与命令同用。", "--mode does not go with a command."))
    if given.command in (None, "studio"):
        from zishu_app.cli.start import start

        return lambda asked: start(asked, window)
    from importlib import import_module

    inner = ".main" if given.command in FOLDERS else ""
    module = import_module(f"zishu_app.cli.{given.command}{inner}")
    command: Command = module.run
    return command


def _told(error: ZishuError) -> int:
    log.info("%s", type(error).__name__)
    print(f"{t('错误：', 'Error: ')}{error.message}", file=sys.stderr)
    if error.hint:
        print(f"  → {error.hint}", file=sys.stderr)
    return WRONG_USE if isinstance(error, SettingsError | UsageError) else FAILED


def _bug() -> int:
    """Not one of our errors: a fault of the program. The details go to the log."""
    log.critical("%s", traceback.format_exc())
    writers = [h for h in logging.getLogger("zishu").handlers if isinstance(h, logging.FileHandler)]
    where = writers[0].baseFilename if writers else ""
    if not where:
        traceback.print_exc()
    print(
        t(
            f"程序出错了，这是我们的问题。详情：{where}",
            f"The program went wrong; this is our fault. Details: {where}",
        ),
        file=sys.stderr,
    )
    return FAILED
