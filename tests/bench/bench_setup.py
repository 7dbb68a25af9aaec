"""What set-up took, and what start.py adds to every start after it.

    python tests/bench/bench_setup.py [--starts 10]     one JSON line

The parts come from the record that start.py left in .venv/setup.json (seconds, bytes). `added_ms` is the best of
several starts through start.py less the best of as many starts without it: other work on the machine only adds.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

import setting_up
import stamp

ROOT = Path(__file__).parents[2]
PROGRAM = ["models", "--help"]


def best(command: list[str], starts: int) -> float:
    """The shortest of `starts` runs, in milliseconds."""
    taken = []
    for _ in range(starts):
        begun = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        taken.append((time.perf_counter() - begun) * 1000)
    return min(taken)


def main() -> int:
    """Measure and print. Exit code 1 where there is no finished environment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=10)
    starts = parser.parse_args().starts
    venv = ROOT / ".venv"
    record = setting_up.read_record(venv)
    if not record or stamp.judge(str(ROOT), str(venv)):
        print(json.dumps({"bench": "setup", "error": "run packaging/start.py first"}))
        return 1
    through = best([sys.executable, str(ROOT / "packaging" / "start.py"), *PROGRAM], starts)
    without = best([stamp.python_in(str(venv)), "-P", "-m", "zishu_app", *PROGRAM], starts)
    measured = {"start_ms": round(through, 1), "added_ms": round(through - without, 1)}
    print(json.dumps({"bench": "setup", **record, **measured}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
