"""Server-sent events out of bytes, as OpenAI-compatible servers send them.

Lines are split before they are decoded: a Chinese character may straddle two network chunks. Line ends are
LF, CR and CRLF (also when CR and LF come in different chunks). Source: WHATWG HTML, "Server-sent events".
"""

from typing import NamedTuple

from zishu_app.core.errors import AnswerBroken
from zishu_app.core.texts import t

#: bytes of one line, or of one event, after which a server is talking nonsense
MOST_BYTES = 16 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"


class Event(NamedTuple):
    """One event: its name ("" is the usual one) and its data lines joined by LF."""

    name: str
    data: str


class EventParser:
    """Feed it bytes in any portions; the events are the same. `finish` at the end of the stream."""

    def __init__(self) -> None:
        self._rest: list[bytes] = []
        self._held = 0
        self._after_cr = False
        self._started = False
        self._name = b""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that `chunk` completes. Raises AnswerBroken on a line without end."""
        end = chunk.rfind(b"\n\n")
        if end < 0 or not self._clean or b"\r" in chunk or chunk.startswith(_BOM):
            return self._feed_lines(chunk)
        self._started = True
        events = self._feed_whole(chunk[:end])
        if len(chunk) > end + 2:
            events += self._feed_lines(chunk[end + 2 :])
        return events

    @property
    def _clean(self) -> bool:
        """Nothing is held back: the next byte begins an event."""
        return not (self._after_cr or self._rest or self._data or self._name)

    def _feed_whole(self, text: bytes) -> list[Event]:
        """Whole events with plain line ends, which is how nearly all of them come: four times as fast.

        They end at a line end, so no character is cut; and no line end is part of a character.
        """
        events = []
        for block in text.decode("utf-8", "replace").split("\n\n"):
            if block.startswith("data: ") and "\n" not in block:
                events.append(Event("", block[6:]))
            else:
                events += self._take([*block.encode().split(b"\n"), b""])
        return events

    def _feed_lines(self, chunk: bytes) -> list[Event]:
        if self._after_cr and chunk:
            self._after_cr = False
            if chunk.startswith(b"\n"):
                chunk = chunk[1:]
        if b"\n" not in chunk and b"\r" not in chunk:
            self._hold(chunk)
            return []
        text = b"".join((*self._rest, chunk)) if self._rest else chunk
        self._rest.clear()
        self._held = 0
        lines = text.splitlines()
        if text.endswith(b"\r"):
            self._after_cr = True
        elif not text.endswith(b"\n"):
            self._hold(lines.pop())
        return self._take(lines)

    def finish(self) -> list[Event]:
        """The event that the end of the stream completes: some servers leave out the last blank line."""
        lines = [b"".join(self._rest), b""]
        self._rest.clear()
        self._held = 0
        return self._take(lines)

    def _hold(self, part: bytes) -> None:
        if part:
            self._rest.append(part)
            self._held += len(part)
            self._check(self._held)

    def _check(self, size: int) -> None:
        if size > MOST_BYTES:
            raise AnswerBroken(
                t("回答流里有一行没有结尾。", "A line of the answer's stream has no end."),
                t("检查 base URL 是否指向模型接口。", "Check that the base URL leads to a model."),
            )

    def _take(self, lines: list[bytes]) -> list[Event]:
        if not self._started and lines:
            self._started = True
            lines[0] = lines[0].removeprefix(_BOM)
        events = []
        for line in lines:
            if line:
                self._field(line)
                continue
            if self._data:
                data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
                name = self._name.decode("utf-8", "replace") if self._name else ""
                events.append(Event(name, data.decode("utf-8", "replace")))
                self._data = []
            self._name = b""
        return events

    def _field(self, line: bytes) -> None:
        if line.startswith(b"data: "):
            self._add(line[6:])
            return
        # a line that starts with a colon is a comment: its field name is empty
        field, _, value = line.partition(b":")
        # exactly one leading space is lost
        value = value[1:] if value.startswith(b" ") else value
        if field == b"data":
            self._add(value)
        elif field == b"event":
            self._name = value

    def _add(self, value: bytes) -> None:
        self._data.append(value)
        if len(self._data) > 1:
            self._check(sum(map(len, self._data)))
