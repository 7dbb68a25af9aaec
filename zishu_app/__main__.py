"""Picks a door. Today there is one, the command line; the desktop joins it."""

import sys


def main() -> int:
    """Run the program with the arguments it was started with; return its exit code."""
    try:
        from zishu_app.cli.main import main as command_line

        return command_line(sys.argv[1:])
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


if __name__ == "__main__":
    sys.exit(main())
