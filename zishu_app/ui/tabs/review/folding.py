"""What of a message is folded away until it is asked for: reasoning, code, and prompts that repeat the source. Pure.

A text is cut into parts; what is shown of it is another text, and `Written` knows where each place of the one lies in
the other.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from zishu_app.core.texts import counted, t
from zishu_app.ui.widgets.talk_text import Manner, Span

Part = Literal["plain", "thought", "code", "prompt"]

#: reasoning, also one that is never closed; and fenced code
_FOLDED = re.compile(
    r"<think(?:ing)?>(?P<thought>.*?)(?:</think(?:ing)?>|\Z)"
    r"|^[ \t]*(?P<mark>`{3,}|~{3,})(?P<name>[^\n`]*)\n(?P<code>.*?)(?:^[ \t]*(?P=mark)[`~]*[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)
#: code of fewer lines is read at a glance
SHORT_CODE = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """[start, end) of a message, and what it is. `name`: of code, its language."""

    part: Part
    start: int
    end: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What is shown of a message. `places`: (start in the message, start in what is shown, length), in order."""

    text: str
    spans: tuple[Span, ...]
    places: tuple[tuple[int, int, int], ...]

    def where(self, start: int, end: int) -> tuple[int, int] | None:
        """Where [start, end) of the message stands in what is shown; None where none of it does."""
        found = []
        for at, shown, length in self.places:
            first, last = max(start, at), min(end, at + length)
            if first < last or (first == last and start == end and at <= start <= at + length):
                found.append((shown + first - at, shown + last - at))
        return (found[0][0], found[-1][1]) if found else None

    def moved(self, at: int, by: int) -> "Written":
        """The places, after `by` characters were put in at a place of what is shown."""
        places: list[tuple[int, int, int]] = []
        for start, shown, length in self.places:
            if at < shown or (at == shown and length):
                places.append((start, shown + by, length))
            elif at >= shown + length:
                places.append((start, shown, length))
            else:
                first = at - shown
                places += [(start, shown, first), (start + first, at + by, length - first)]
        return Written(self.text, self.spans, tuple(places))


def pieces_of(text: str, *, prompt: bool = False) -> list[Piece]:
    """A message in parts. `prompt`: all of it is one that repeats what stands beside it."""
    if prompt:
        return [Piece("prompt", 0, len(text))]
    return list(_pieces(text))


def _pieces(text: str) -> Iterator[Piece]:
    done = 0
    for found in _FOLDED.finditer(text):
        start, end = found.span()
        code = found["code"]
        if code is not None and code.count("\n") < SHORT_CODE:
            continue
        if start > done:
            yield Piece("plain", done, start)
        name = (found["name"] or "").strip()
        yield Piece("code" if code is not None else "thought", start, end, name)
        done = end
    if done < len(text) or not text:
        yield Piece("plain", done, len(text))


def written(text: str, pieces: Sequence[Piece], open_: Collection[int], key: str) -> Written:
    """What is shown: a line for each folded part, and below it the part itself where its number is in `open_`.

    `key` begins the keys of the lines, which are clicked to open them.
    """
    shown, spans, places = "", [], []
    for number, piece in enumerate(pieces):
        if piece.part == "plain":
            places.append((piece.start, len(shown), piece.end - piece.start))
            shown += text[piece.start : piece.end]
            continue
        if shown and not shown.endswith("\n"):
            shown += "\n"
        line = _line(piece, text, opened=number in open_)
        spans.append(
            Span(len(shown), len(shown) + len(line), "fold", _tip(number in open_), f"{key}{number}")
        )
        shown += line
        if number in open_:
            shown += "\n"
            body = text[piece.start : piece.end]
            manner: Manner = "code" if piece.part == "code" else "thought"
            spans.append(Span(len(shown), len(shown) + len(body), manner))
            places.append((piece.start, len(shown), len(body)))
            shown += body
        if number + 1 < len(pieces) and not text[piece.end :].startswith("\n"):
            shown += "\n"
    return Written(shown, tuple(spans), tuple(places))


def folds(pieces: Sequence[Piece]) -> list[int]:
    """The numbers of the parts that can be folded."""
    return [number for number, piece in enumerate(pieces) if piece.part != "plain"]


def _line(piece: Piece, text: str, *, opened: bool) -> str:
    body = text[piece.start : piece.end]
    lines, letters = body.count("\n") + 1, len(body)
    size = {
        "thought": t(f"思考 · {letters:,} 字", f"Reasoning · {counted(letters, 'character')}"),
        "prompt": t(f"提示与原文 · {letters:,} 字", f"Prompt and source · {counted(letters, 'character')}"),
    }.get(piece.part, t(f"代码 {piece.name} · {lines} 行", f"Code {piece.name} · {counted(lines, 'line')}"))
    return f"{'▾' if opened else '▸'} {' '.join(size.split())}"


def _tip(opened: bool) -> str:
    return t("收起（O）", "Fold (O)") if opened else t("展开（O）", "Open (O)")
