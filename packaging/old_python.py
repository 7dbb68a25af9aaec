"""What to say when start.py was given a Python that is too old, and which command is right on this machine.

Read and run by Python 3.8 too.
"""

from __future__ import annotations

import shutil
import subprocess
import sys

#: minor version of Python 3 to look for first
NEWEST = 15


def say_what_to_do(running: tuple[int, ...], needed: tuple[int, ...]) -> int:
    """Print it in both languages; exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console that has no Chinese shows the English half
    print(sentence(running, needed, command_for(find_newer(needed))), file=sys.stderr)
    return 1


def sentence(running: tuple[int, ...], needed: tuple[int, ...], command: str) -> str:
    """Two plain sentences and the command to run."""
    have, want = f"{running[0]}.{running[1]}", f"{needed[0]}.{needed[1]}"
    return (
        f"紫舒需要 Python {want} 或更新的版本，现在这个是 {have}。请运行：\n"
        f"Zishu needs Python {want} or newer; this one is {have}. Please run:\n"
        f"    {command}"
    )


def find_newer(needed: tuple[int, ...]) -> str:
    """A Python on this machine that is new enough and really starts (a shim may not); "" if there is none."""
    for minor in range(NEWEST, needed[1] - 1, -1):
        name = f"python3.{minor}"
        if shutil.which(name) and _starts(name):
            return name
    return ""


def _starts(name: str) -> bool:
    try:
        ended = subprocess.run([name, "-c", "import venv"], timeout=20, capture_output=True, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0


def command_for(found: str, system: str = sys.platform) -> str:
    """The lines to type: with the Python that is there, or how to get one."""
    if found:
        return f"{found} packaging/start.py"
    if system == "win32":
        return "winget install Python.Python.3.12\n    py -3.12 packaging\\start.py"
    if system == "darwin":
        return "brew install python@3.12\n    python3.12 packaging/start.py"
    return "sudo apt-get install python3.11 python3.11-venv\n    python3.11 packaging/start.py"
