"""What a base is called by people: the name on its card. Trainings and learnt brains keep the card's id, or a path."""

import functools
import re
import tomllib
from pathlib import Path

from zishu_app.brains.bases_cards import SHIPPED_BASES


@functools.lru_cache(128)
def base_title(base: str) -> str:
    """The shipped card's name; of a base without one what its folder is called. Reads one small file, once."""
    if re.fullmatch(r"[a-z0-9][a-z0-9._-]*", base):
        file = SHIPPED_BASES / f"{base}.toml"
        if file.is_file():
            return str(tomllib.loads(file.read_text(encoding="utf-8"))["name"])
    return Path(base).name or base
