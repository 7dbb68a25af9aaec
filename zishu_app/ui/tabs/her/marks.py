"""What she wrote, to be read: code, lists and emphasis of Markdown as stretches of a plain text. Pure.

A talk is one text document (widgets/talk_view), so nothing becomes a picture, a link or a box: fences and signs go, code is
set in letters of one width, and a line of a list gets a dot.
"""

import re
from collections.abc import Iterator

from zishu_app.ui.widgets.talk_text import Span

_FENCE = re.compile(r"^\s{0,3}(```+|~~~+)\s*[\w+#.-]*\s*$")
_DOT = re.compile(r"^(\s*)[-*+] (?=\S)")
_HEAD = re.compile(r"^#{1,6} +")
_INLINE = re.compile(r"`([^`\n]+)`|\*\*([^*\n]+)\*\*|__([^_\n]+)__")


def marked(text: str) -> tuple[str, tuple[Span, ...]]:
    """The text without its signs, and what of it is code."""
    shown: list[str] = []
    spans: list[Span] = []
    length = 0
    for line, is_code in _lines(text):
        if shown:
            length += 1
        if is_code:
            if line:
                spans.append(Span(length, length + len(line), "code"))
            shown.append(line)
            length += len(line)
            continue
        plain, codes = _inline(_HEAD.sub("", _DOT.sub(r"\1• ", line)))
        spans += [Span(length + start, length + end, "code") for start, end in codes]
        shown.append(plain)
        length += len(plain)
    return "\n".join(shown), tuple(_joined(spans))


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Lines without the fences, each with whether it is code. A fence that is not closed is none."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        fence = _FENCE.match(lines[at])
        end = _closing(lines, at, fence[1]) if fence else None
        if end is None:
            yield lines[at], False
            at += 1
            continue
        yield from ((line, True) for line in lines[at + 1 : end])
        at = end + 1


def _closing(lines: list[str], start: int, fence: str) -> int | None:
    for at in range(start + 1, len(lines)):
        found = lines[at].strip()
        if found.startswith(fence) and not found.strip(fence[0]):
            return at
    return None


def _inline(line: str) -> tuple[str, list[tuple[int, int]]]:
    """A line without the signs within it, and where code stands in it then."""
    shown, at = "", 0
    codes: list[tuple[int, int]] = []
    for match in _INLINE.finditer(line):
        shown += line[at : match.start()]
        inside = match[1] or match[2] or match[3]
        if match[1]:
            codes.append((len(shown), len(shown) + len(inside)))
        shown += inside
        at = match.end()
    return shown + line[at:], codes


def _joined(spans: list[Span]) -> Iterator[Span]:
    """Lines of code below each other are one stretch."""
    last: Span | None = None
    for span in spans:
        if last is not None and span.start == last.end + 1:
            last = Span(last.start, span.end, "code")
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last
