"""What models are told, kept as text files beside the program: resources/prompts/<language>.toml."""

import functools
import hashlib
import tomllib

from zishu_app.core.paths import RESOURCES
from zishu_app.core.texts import Language


@functools.cache
def _prompts(language: Language) -> dict[str, dict[str, str]]:
    path = RESOURCES / "prompts" / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def prompt(language: Language, name: str, **values: object) -> str:
    """The prompt `room.name` with its {names} filled in; an unknown name is a bug and raises KeyError.

    Values are put in literally, braces in them mean nothing.
    """
    room, _, key = name.partition(".")
    text = _prompts(language)[room][key].strip("\n")
    missing = [slot for slot in values if f"{{{slot}}}" not in text]
    if missing:
        raise KeyError(f"{name} has no place for {missing}")
    # one pass over the text, so that braces inside a value are never read as a place
    pieces = text.split("{")
    filled = [pieces[0]]
    for piece in pieces[1:]:
        slot, closed, rest = piece.partition("}")
        filled.append(str(values[slot]) + rest if closed and slot in values else "{" + piece)
    return "".join(filled)


def edition(language: Language, room: str) -> str:
    """A fingerprint of a room's prompts: work done with other prompts is other work."""
    text = "\0".join(f"{key}={value}" for key, value in sorted(_prompts(language)[room].items()))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
