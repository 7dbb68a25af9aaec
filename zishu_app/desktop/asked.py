"""What a tool of the system answers, where it has no other opening; "" where it is missing, slow or fails."""

import subprocess
from collections.abc import Callable, Sequence

#: asks a tool
Ask = Callable[[Sequence[str]], str]

#: seconds it may take
PATIENCE = 2.0


def ask(command: Sequence[str]) -> str:
    """Run it and return what it prints."""
    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
            encoding="utf-8",
            errors="replace",
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ended.stdout.strip() if ended.returncode == 0 else ""
