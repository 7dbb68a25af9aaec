# pathlib costs as much as all the rest of a second start:
# ruff: noqa: PTH118, PTH120
"""Start Zishu; set her up first where that is still to be done.

    python3 packaging/start.py [arguments]       sets up if need be, then `zishu [arguments]`
    python3 packaging/start.py --setup-only      sets up and ends
    python3 packaging/start.py --repair [...]    makes the environment anew with this Python, then starts
    python3 packaging/start.py --test [...]      sets up with the test tools, then all checks; the rest goes to pytest
    python3 packaging/start.py --sizes           what set-up took, as one line of JSON

Our own flags count as the first argument only; everything else goes to the program. What set-up says goes to
stderr, so that the output of the program can be piped from the very first start.

This file must parse on Python 3.8, to be able to say that 3.11 is needed. Everything that costs time is imported
after it is known that there is something to do.
"""

from __future__ import annotations  # Python 3.8 reads `int | None` only so

import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(HERE)
VENV = os.path.join(ROOT, ".venv")
OWN_FLAGS = ("--setup-only", "--repair", "--test", "--sizes")
NEEDED = (3, 11)


def main(arguments: list[str]) -> int:
    """Set up where needed, then become the program. On POSIX a good start does not return."""
    if sys.version_info[:2] < NEEDED:
        from old_python import say_what_to_do

        return say_what_to_do(sys.version_info[:2], NEEDED)
    flag = arguments[0] if arguments and arguments[0] in OWN_FLAGS else ""
    rest = arguments[1:] if flag else arguments
    import stamp

    reason = "asked" if flag == "--repair" else stamp.judge(ROOT, VENV, ("test",) if flag == "--test" else ())
    if flag in ("--setup-only", "--test", "--sizes") or reason:
        done = _do(flag, reason, rest)
        if done is not None:
            return done
    return run(stamp.python_in(VENV), ["-P", "-m", "zishu_app", *rest])


def _do(flag: str, reason: str, rest: list[str]) -> int | None:
    """Everything but the quick way; None: now start the program."""
    sys.path[:0] = [HERE, ROOT]
    import setting_up

    if flag == "--sizes":
        return setting_up.print_sizes(VENV)
    code = setting_up.set_up(ROOT, VENV, reason, test=flag == "--test")
    if code == 0 and flag == "--test":
        import checks

        return checks.run_all(ROOT, VENV, rest)
    return code if code or flag == "--setup-only" else None


def run(python: str, arguments: list[str]) -> int:
    """Become the program: its exit code and every signal are its own."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execv(python, [python, *arguments])
    # Windows has no exec: os.execv there starts a second process and returns to the shell at once
    import subprocess

    child = subprocess.Popen([python, *arguments])
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # Ctrl+C reached the program too; how it ends is its own decision


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
