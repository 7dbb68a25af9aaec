"""How well feelings are read from words: precision and recall of the lexicon, for each feeling and over all.

    python tests/bench/bench_feelings.py            # the half that was never tuned on
    python tests/bench/bench_feelings.py --tuning   # the other half, and what goes wrong in it

Precision and recall of "calm" are left out of the sums: calm is what is told where nothing is found.
"""

import argparse
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
from zishu_app.character.lexicon import feeling  # noqa: E402 - the path comes first
from zishu_app.character.manifest import EMOTIONS  # noqa: E402

Judged = list[tuple[str, str, str, str]]


def lines(*, tuning: bool) -> Iterator[tuple[str, str, str]]:
    """Language, feeling and text of one half."""
    table = tomllib.loads((Path(__file__).parent / "feelings.toml").read_text("utf-8"))
    for language, by_feeling in table.items():
        for emotion, texts in by_feeling.items():
            for text in texts[0 if tuning else 1 :: 2]:
                yield language, emotion, text


def judged(*, tuning: bool) -> Judged:
    """Language, feeling, what was read, text."""
    return [(lang, emotion, feeling(text).emotion, text) for lang, emotion, text in lines(tuning=tuning)]


def measure(found: Judged, emotions: tuple[str, ...]) -> tuple[float, float, float]:
    """Precision and recall of these feelings, and how much of all was right."""
    told = sum(read in emotions for _, _, read, _ in found)
    there = sum(is_ in emotions for _, is_, _, _ in found)
    right = sum(is_ == read and is_ in emotions for _, is_, read, _ in found)
    whole = sum(is_ == read for _, is_, read, _ in found)
    return right / max(told, 1), right / max(there, 1), whole / max(len(found), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tuning", action="store_true")
    tuning = parser.parse_args().tuning
    found = judged(tuning=tuning)
    half = "tuned on" if tuning else "never tuned on"
    print(f"{len(found)} lines, the half that was {half}")
    feelings = tuple(one for one in EMOTIONS if one != "calm")
    for name, which in (("all", ("zh", "en")), ("zh", ("zh",)), ("en", ("en",))):
        part = [one for one in found if one[0] in which]
        precision, recall, right = measure(part, feelings)
        print(f"{name:10} precision {precision:.2f}  recall {recall:.2f}  right {right:.2f}  ({len(part)})")
    for emotion in EMOTIONS:
        precision, recall, _ = measure(found, (emotion,))
        print(f"{emotion:10} precision {precision:.2f}  recall {recall:.2f}")
    if tuning:
        for lang, is_, read, text in found:
            if is_ != read:
                print(f"  {lang} {is_} read as {read}: {text}")


if __name__ == "__main__":
    main()
