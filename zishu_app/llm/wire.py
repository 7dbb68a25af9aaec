"""From the bytes of a 200 answer to its JSON chunks, whatever form the server chose.

Asked for a stream, some servers answer in one JSON object, some with an error object, some with a web page.
The first character tells: no line of an event stream begins with a brace or an angle bracket.
"""

import json
import re
from typing import Any

from pydantic_core import from_json

from zishu_app.core.errors import AnswerBroken
from zishu_app.core.texts import t
from zishu_app.llm.refusals import Where, hide_secret, not_a_model, said_in, stream_error
from zishu_app.llm.sse import MOST_BYTES, Event, EventParser

END = "[DONE]"
#: escaped halves of surrogate pairs whose other half is not beside them
_LONE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


class WireReader:
    """Feed it the body in any portions, then `finish`."""

    def __init__(self, where: Where) -> None:
        self._where = where
        self._events = EventParser()
        #: the body so far, where it is no event stream
        self._whole: bytearray | None = None
        self._decided = False
        #: the server said that the answer is complete
        self.done = False

    def feed(self, chunk: bytes) -> list[dict[str, Any]]:
        """The chunks that are complete now. Raises a ModelError for an error in mid-stream."""
        if not self._decided:
            self._decide(chunk)
        if self._whole is None:
            return self._load_all(self._events.feed(chunk))
        self._whole += chunk
        if len(self._whole) > MOST_BYTES:
            raise not_a_model(self._where, b"")
        return []

    def finish(self) -> list[dict[str, Any]]:
        """What the end of the body completes."""
        if self._whole is None:
            return self._load_all(self._events.finish())
        body = bytes(self._whole).strip()
        if body.startswith(b"<"):
            raise not_a_model(self._where, body)
        text = body.decode("utf-8", "replace")
        value = _load(text)
        self._check("", text, value)
        self.done = True
        if "choices" not in value:
            raise not_a_model(self._where, body)
        return [value]

    def _decide(self, chunk: bytes) -> None:
        head = chunk.lstrip()[:1]
        if head:
            self._decided = True
            if head in b"{[<":
                self._whole = bytearray()

    def _load_all(self, events: list[Event]) -> list[dict[str, Any]]:
        loaded = []
        for name, data in events:
            if data.startswith(END):
                self.done = True
            if self.done:
                break
            value = _load(data)
            if name or not isinstance(value, dict) or "error" in value or value.get("object") == "error":
                self._check(name, data, value)
            loaded.append(value)
        return loaded

    def _check(self, name: str, data: str, value: Any) -> None:
        """Raise what an odd chunk stands for. An `error` without contents stands for nothing."""
        if name == "error":
            raise stream_error(said_in(value), self._where)
        if not isinstance(value, dict):
            raise self._not_understood(data)
        if value.get("error") or value.get("object") == "error":
            raise stream_error(said_in(value), self._where)

    def _not_understood(self, data: str) -> AnswerBroken:
        name, start = self._where.endpoint, hide_secret(data[:80], self._where.secret)
        return AnswerBroken(
            t(f"{name} 的回答读不懂：{start!r}。", f"The answer of {name} is not understood: {start!r}.")
        )


def _load(data: str) -> Any:
    """The JSON value, or the text itself where it is none. Halves of characters become U+FFFD."""
    try:
        # three times as fast as json.loads, but strict about halves of surrogate pairs
        return from_json(data)
    except ValueError:
        pass
    try:
        return json.loads(_LONE.sub(r"\\ufffd", data))
    except ValueError:
        return data
