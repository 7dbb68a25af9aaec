"""How long `zishu --help` takes, beside a bare Python. Prints one JSON line; the aim is 0.4 s.

python tests/bench/bench_start.py
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNS = 15
AIM_S = 0.4


def seconds(command: list[str]) -> float:
    """Median of several runs, after one that fills the caches."""
    taken = []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken[1:])


def main() -> None:
    """Measure and print."""
    bare = seconds([sys.executable, "-c", ""])
    help_ = seconds([sys.executable, "-m", "zishu_app", "--help"])
    figures = {"bench": "start", "help_s": round(help_, 3), "bare_python_s": round(bare, 3), "aim_s": AIM_S}
    print(
        json.dumps(
            figures | {"ratio_to_aim": round(help_ / AIM_S, 3), "ratio_to_bare": round(help_ / bare, 2)}
        )
    )


if __name__ == "__main__":
    main()
