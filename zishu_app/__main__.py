"""Picks a door: the command line, and behind it, where there is a display, the window."""

import argparse
import gc
import os
import sys


def main() -> int:
    """Run the program with the arguments it was started with; return its exit code."""
    try:
        from zishu_app.cli.main import main as command_line

        return command_line(sys.argv[1:], open_window)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("zishu_app"):
            raise
        # half an installation: neither our texts nor our log can be relied on here
        print(  # noqa: T201
            f"缺少组件 {error.name}，请运行：python3 packaging/start.py --repair\n"
            f"The part {error.name} is missing; run: python3 packaging/start.py --repair",
            file=sys.stderr,
        )
        return 1


def open_window(given: argparse.Namespace) -> int:
    """The window until it is closed. Handed to the command line, which may not know its neighbour."""
    os.environ["QT_API"] = "pyside6"  # else qasync takes another Qt where this variable names one
    gc.disable()  # for good, see ui/garbage; already now, because nothing that is imported is garbage
    from zishu_app.ui.imports import take_out_hook

    take_out_hook()
    from zishu_app.ui.main import run

    return run(given)


if __name__ == "__main__":
    sys.exit(main())
