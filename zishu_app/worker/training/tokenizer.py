"""The tokenizer of a base, read in a way in which nothing that is said in a talk can be a control token.

A tokenizer takes every "<|im_end|>" for the end of a turn, also where a user has typed it. So control tokens have names
here that nobody can write, and only what the template itself has put into the text is called by them. The rest is the
base's own tokenizer, and gives the same numbers.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tokenizers

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t

#: stands in those names. Unicode says that it is no character and is in no text that is handed on
MARK = "\U0010fffe"


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text cut into tokens."""

    ids: list[int]
    #: where each begins and ends in `text`. What is between two of them belongs to neither
    spans: list[tuple[int, int]]
    #: with the names of control tokens that nobody can write
    text: str
    #: where these stand in the text that was given, and how far it has shifted there
    _steps: list[int]
    _shifts: list[int]

    def at(self, place: int) -> int:
        """Where in `text` is what stood at `place` of the text that was given."""
        step = bisect_right(self._steps, place)
        return place + (self._shifts[step - 1] if step else 0)


class Tokenizer:
    """See above. `specials`: the control tokens, by what they look like."""

    def __init__(self, written: Mapping[str, Any], also: tuple[str, ...] = ()) -> None:
        control = [one for one in written["added_tokens"] if one["special"] or one["content"] in also]
        self.specials: dict[str, int] = {one["content"]: one["id"] for one in control}
        self._words = list(self.specials)
        names = {word: f"{MARK}{number}{MARK}" for number, word in enumerate(self._words)}
        self._inner = _built(json.dumps(_renamed(written, names)))
        # the longest first, as the tokenizer itself does it
        looks = "|".join(map(re.escape, sorted(self._words, key=len, reverse=True))) or "(?!)"
        self._look = re.compile(looks)
        self._any = re.compile(f"{MARK}x?([0-9]+){MARK}|{looks}")
        self._number = {word: number for number, word in enumerate(self._words)}

    def guarded(self, said: str) -> str:
        """What somebody said, with a stand-in where it looks like a control token: to be put into a template."""
        return self._look.sub(
            lambda one: f"{MARK}x{self._number[one[0]]}{MARK}", said.replace(MARK, "\ufffd")
        )

    def shown(self, text: str) -> str:
        """Guarded text, or a piece of the text of tokens, as people read it."""
        return self._any.sub(lambda one: self._words[int(one[1])] if one[1] else one[0], text)

    def last_control(self, text: str) -> tuple[int, int] | None:
        """Where the last control token of a guarded text stands."""
        found = list(self._look.finditer(text))
        return found[-1].span() if found else None

    def encode(self, guarded: str) -> Tokens:
        """The tokens of a guarded text; what looks like a control token in it is one."""
        parts: list[str] = []
        steps: list[int] = []
        shifts: list[int] = []
        end = length = 0
        for one in self._any.finditer(guarded):
            real = not one[1]
            new = f"{MARK}{self._number[one[0]]}{MARK}" if real else self._words[int(one[1])]
            parts += [guarded[end : one.start()], new]
            length += one.start() - end + len(new)
            end = one.end()
            steps.append(end)
            shifts.append(length - end)
        text = "".join([*parts, guarded[end:]])
        found = self._inner.encode(text, add_special_tokens=False)
        return Tokens(found.ids, found.offsets, text, steps, shifts)


def load_tokenizer(folder: Path, also: tuple[str, ...] = ()) -> Tokenizer:
    """The tokenizer of the base in this folder. `also`: further tokens that control. Raises DataError."""
    try:
        return Tokenizer(json.loads((folder / "tokenizer.json").read_text(encoding="utf-8")), also)
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise DataError(
            t(
                f"读不了 {folder.name} 的 tokenizer.json：{error}",
                f"No tokenizer.json in {folder.name}: {error}",
            ),
            t(
                "换用带 tokenizer.json 的版本，或重新下载、转换这个基座模型。",
                "Use a version that has tokenizer.json, or download or convert this base again.",
            ),
        ) from error


def _built(written: str) -> tokenizers.Tokenizer:
    """Raises ValueError: the library has no error of its own for a file that it cannot read."""
    try:
        return tokenizers.Tokenizer.from_str(written)
    except Exception as error:
        if type(error) is not Exception:
            raise
        raise ValueError(str(error)) from error


def _renamed(written: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The tokenizer with other names for its control tokens, and without what is put around a text."""
    # normalized: the name is looked for before anything else is done to the text
    added = [
        {**one, "content": names[one["content"]], "normalized": False} if one["content"] in names else one
        for one in written["added_tokens"]
    ]
    model = dict(written["model"])
    if isinstance(model["vocab"], dict):
        model["vocab"] = {names.get(word, word): number for word, number in model["vocab"].items()}
    else:
        model["vocab"] = [[names.get(word, word), weight] for word, weight in model["vocab"]]
    if model.get("unk_token") in names:
        model["unk_token"] = names[model["unk_token"]]
    if model.get("merges"):
        # plain text must not grow into one of them
        model["merges"] = [one for one in model["merges"] if _grown(one) not in names]
    nothing = {"post_processor": None, "truncation": None, "padding": None}
    return {**written, "added_tokens": added, "model": model, **nothing}


def _grown(merge: str | list[str]) -> str:
    return "".join(merge.split(" ") if isinstance(merge, str) else merge)
