"""Chance that can be repeated: a seed and a path of names give the same numbers on every machine."""

import hashlib
import random


def derive(seed: int, *path: object) -> int:
    """A 31-bit seed for one purpose, e.g. `derive(7, "dialogue", 3, "user", 12)`.

    31 bits, because some endpoints take a signed 32-bit integer only.
    """
    text = "/".join([str(seed), *map(str, path)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) >> 1


def dice(seed: int, *path: object) -> random.Random:
    """A random generator of its own for one purpose, independent of every other."""
    return random.Random(derive(seed, *path))
