"""Picks a door. Today there is one, the command line; the desktop joins it."""

import sys


def main() -> int:
    """Run the program with the arguments it was started with; return its exit code."""
    from zishu_app.cli.main import main as command_line

    return command_line(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
