"""A whole lesson, as her owner gives it: corrected, accepted, frozen, trained, examined, switched, spoken with, gone back.

    python tests/bench/bench_lesson.py --folder FOLDER [--size tiny] [--set KEY=VALUE ...] [--general 200]

40 corrections (English, lesson/corrections.en.toml) and `--general` accepted answers of the built-in model itself,
which her owner liked, are frozen as one version; everything after that goes through the commands a person uses. Prints one JSON line:
steps, seconds and memory of the training beside what was foreseen; what the exam found before and after (persona items
are worded like no correction; the guard; perplexity of general prose); what she says to three questions with the
new brain in the bubble's own way, and after the roll-back. Aims: persona +20 points, perplexity of general prose at most +2 %.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from zishu_app.core.keys import Keys  # noqa: E402 - the path comes first
from zishu_app.core.paths import Home, open_home  # noqa: E402
from zishu_app.core.settings import load_settings  # noqa: E402
from zishu_app.dataset.sample import Draft, fingerprint, message  # noqa: E402
from zishu_app.dataset.store import add  # noqa: E402
from zishu_app.dataset.wanted import Filter  # noqa: E402
from zishu_app.house import House  # noqa: E402
from zishu_app.review.desk import Desk  # noqa: E402
from zishu_app.studio.bases import Ground, base_of  # noqa: E402
from zishu_app.studio.corrections import LIKED  # noqa: E402
from zishu_app.studio.material import asker  # noqa: E402
from zishu_app.studio.training import persona_of  # noqa: E402
from zishu_app.training.general import questions  # noqa: E402

LESSON = Path(__file__).parent / "lesson"
#: asked in the talk, before and after; none of them stands among the corrections
ASKED = (
    "What should I call you?",
    "I failed the test. I would rather not talk.",
    "What colour is your cardigan?",
)


async def fill(home: Home, general: int) -> None:
    """The data set: corrections and general talks, all of them accepted."""
    async with House(home, load_settings(home), Keys(home.keys)) as house:
        persona = message("system", await persona_of(house, "en"))
        lines = tomllib.loads((LESSON / "corrections.en.toml").read_text(encoding="utf-8"))["corrections"]
        drafts = [
            Draft(
                fingerprint("lesson", q),
                "correction",
                "en",
                q,
                (persona, message("user", q), message("assistant", a)),
            )
            for q, a in lines
        ]
        drafts += [
            # as studio/corrections keeps an answer that was called good
            Draft(
                fingerprint("lesson", q),
                "dialogue",
                "en",
                q,
                (message("user", q), message("assistant", a)),
                tags=(LIKED,),
                provenance={"turn": [0, 0], "brain": house.choose("builtin").name},
            )
            for q, a in await talks(house, general)
        ]
        await add(house.samples, drafts, int(time.time()))
        desk = Desk(house.samples, "bench", house.clock)
        async for _ in desk.decide_all(Filter(verdicts=("pending",)), "accepted"):
            pass


async def talks(house: House, general: int) -> list[tuple[str, str]]:
    """General questions, answered by the built-in model itself; kept beside its base, and asked for once."""
    ground = [one async for one in base_of(house, "") if isinstance(one, Ground)][0]
    # more everyday things to be asked about than the program ships, for a larger set
    topics = (LESSON / "topics.en.txt").read_text(encoding="utf-8").splitlines()
    asked = [*questions("en"), *(f"Tell me two or three things about {one}." for one in topics)][:general]
    path, ask = ground.folder / "lesson.jsonl", await asker(house, ground)
    known = dict(map(json.loads, path.read_text(encoding="utf-8").splitlines())) if path.is_file() else {}
    with path.open("a", encoding="utf-8") as file:
        for question in asked:
            if question not in known:
                known[question] = await ask(question)
                file.write(json.dumps([question, known[question]]) + "\n")
                file.flush()
    return [(one, known[one]) for one in asked if known[one]]


def zishu(home: Path, *words: str) -> str:
    """A command as a person types it; what it printed."""
    command = [sys.executable, "-m", "zishu_app", "--home", str(home), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(words)}: {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done.stdout


def last(text: str) -> dict[str, Any]:
    """The last JSON line of what was printed."""
    found: dict[str, Any] = json.loads(text.strip().splitlines()[-1])
    return found


def talk(home: Path) -> list[str]:
    """What she says to the three questions."""
    return [zishu(home, "chat", "--lang", "en", "--new", one).strip() for one in ASKED]


def main() -> None:
    """Give the lesson."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--size", default="tiny")
    parser.add_argument("--set", action="append", default=[], dest="given")
    parser.add_argument("--general", type=int, default=200)
    given = parser.parse_args()
    home = open_home(given.folder)
    if not home.samples.exists():
        asyncio.run(fill(home, given.general))
    version = f"lesson-{int(time.time())}"
    frozen = last(zishu(given.folder, "dataset", "freeze", version, "--json"))
    before = talk(given.folder)
    words = [word for one in given.given for word in ("--set", one)]
    trained = last(
        zishu(given.folder, "train", version, "--size", given.size, "--name", version, "--json", *words)
    )
    exam = last(zishu(given.folder, "exam", "--brain", trained["brain"], "--json"))
    zishu(given.folder, "brains", "use", trained["brain"])
    after = talk(given.folder)
    zishu(given.folder, "brains", "rollback")
    back = zishu(given.folder, "brains", "list").splitlines()[0]
    foreseen = trained["estimate"]
    figures = {
        name: trained[name]
        for name in ("steps", "seconds", "tokens_per_s", "peak_memory_mb", "loss", "eval_loss")
    }
    print(
        json.dumps(
            {
                "bench": "lesson",
                "samples": {"train": frozen["train"], "eval": frozen["eval"]},
                "training": figures
                | {"foreseen_mb": foreseen["memory_mb"], "foreseen_s": foreseen["seconds"]},
                "exam": exam,
                "says_before": before,
                "says_after": after,
                "rolled_back": back,
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
