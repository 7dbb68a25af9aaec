"""The answer as it arrives: chunks in, pieces of text and reasoning out, and at the end a verdict."""

from collections.abc import Mapping
from typing import Any

from zishu_app.core.errors import AnswerBroken, AnswerCut, AnswerEmpty, AnswerFiltered, ModelError
from zishu_app.core.texts import t
from zishu_app.llm.base import Answered, Reasoning, Text, Usage

OPEN, CLOSE = "<think>", "</think>"
Piece = Text | Reasoning

#: finish reasons beyond OpenAI's: Zhipu "sensitive"; Zhipu "network_error", DeepSeek
#: "insufficient_system_resource" and OpenRouter "error" mean that the answer is incomplete;
#: MiMo ends an answer that goes round in circles with "repetition_truncation"
_FILTERED = {"content_filter", "sensitive"}
_CUT = {"length", "max_tokens", "repetition_truncation"}
_BROKEN = {"network_error", "insufficient_system_resource", "error"}


class ThinkSplitter:
    """Tells a `<think>...</think>` at the very start of the content from the answer.

    Tags may straddle pieces; what could still become a tag is held back.
    """

    def __init__(self) -> None:
        self._feed = self._at_start
        self._held = ""

    @property
    def passed(self) -> bool:
        """From here on everything is text."""
        return self._feed is _as_text

    def feed(self, text: str) -> list[Piece]:
        """The pieces that are certain now."""
        return self._feed(text) if text else []

    def finish(self) -> list[Piece]:
        """What was held back."""
        held, self._held = self._held, ""
        if not held:
            return []
        return [Reasoning(held)] if self._feed == self._thinking else [Text(held)]

    def _at_start(self, text: str) -> list[Piece]:
        self._held += text
        begun = self._held.lstrip()
        if begun.startswith(OPEN):
            rest, self._held = begun[len(OPEN) :], ""
            self._feed = self._thinking
            return self._thinking(rest)
        if OPEN.startswith(begun):
            return []
        whole, self._held = self._held, ""
        self._feed = _as_text
        return [Text(whole)]

    def _thinking(self, text: str) -> list[Piece]:
        self._held += text
        thought, tag, rest = self._held.partition(CLOSE)
        if tag:
            self._held = ""
            self._feed = self._after_tag
            pieces: list[Piece] = [Reasoning(thought)] if thought else []
            return pieces + self._after_tag(rest)
        certain = len(self._held) - _overlap(self._held, CLOSE)
        thought, self._held = self._held[:certain], self._held[certain:]
        return [Reasoning(thought)] if thought else []

    def _after_tag(self, text: str) -> list[Piece]:
        # models put blank lines between the tag and the answer; they are not part of it
        text = text.lstrip()
        if not text:
            return []
        self._feed = _as_text
        return [Text(text)]


class Collector:
    """Takes the chunks of one answer and knows in the end whether it is whole.

    What came in together can be handed on together, as one piece of each kind: `gather` chunks, then ask for
    `pieces`. With a hundred calls at once that saves a third of the time.
    """

    def __init__(self) -> None:
        self._splitter = ThinkSplitter()
        self._plain = False
        self._fresh: list[Piece] = []
        self._fresh_text: list[str] = []
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self.finish_reason = ""
        self.usage: Usage | None = None
        self.model = ""
        #: the server said [DONE], or the answer came in one piece
        self.done = False

    def take(self, chunk: Mapping[str, Any]) -> list[Piece]:
        """The pieces in one chunk."""
        self.gather(chunk)
        return self.pieces()

    def gather(self, chunk: Mapping[str, Any]) -> None:
        """Take one chunk of a stream, or the whole of an answer that did not stream."""
        if not (self._plain and self._gather_plain(chunk)):
            self._gather_any(chunk)

    def _gather_plain(self, chunk: Mapping[str, Any]) -> bool:
        """Nearly all chunks of a long answer are a bit of text and nothing else; half the time is spent here."""
        try:
            choice = chunk["choices"][0]
            content = choice["delta"]["content"]
            lone = len(choice["delta"]) == 1 and not choice["finish_reason"]
        except (KeyError, IndexError, TypeError):
            return False
        if not lone or content.__class__ is not str or chunk.get("usage"):
            return False
        self._fresh_text.append(content)
        return True

    def _gather_any(self, chunk: Mapping[str, Any]) -> None:
        if usage := chunk.get("usage"):
            self.usage = read_usage(usage) or self.usage
        if not self.model:
            self.model = str(chunk.get("model") or "")
        choices = chunk.get("choices")
        if not choices or not isinstance(choices, list) or not isinstance(choices[0], dict):
            return
        choice = choices[0]
        if reason := choice.get("finish_reason"):
            self.finish_reason = str(reason)
        delta = choice.get("delta") or choice.get("message")
        if isinstance(delta, dict):
            self._take_delta(delta)

    def pieces(self) -> list[Piece]:
        """What came in since the last time, in order."""
        self._flush()
        fresh, self._fresh = self._fresh, []
        for piece in fresh:
            (self._text if isinstance(piece, Text) else self._reasoning).append(piece.text)
        return fresh

    def finish(self) -> list[Piece]:
        """What was held back until the end."""
        self._add(self._splitter.finish())
        return self.pieces()

    def verdict(self) -> ModelError | None:
        """What is wrong with the answer, if anything. Ask after `finish`."""
        reason = self.finish_reason
        if reason in _CUT:
            return AnswerCut(
                t(f"回答被截断（{reason}）。", f"The answer was cut off ({reason})."),
                t(
                    "增大 max_tokens，或关闭模型的思考。",
                    "Raise max_tokens, or switch the model's thinking off.",
                ),
            )
        if reason in _FILTERED:
            return filtered(reason)
        if reason in _BROKEN or not (reason or self.done):
            return AnswerBroken(
                t(
                    f"回答中断（{reason or '连接提前结束'}）。",
                    f"The answer broke off ({reason or 'connection ended'}).",
                )
            )
        if not any(map(str.strip, self._text)):
            return _empty(thought=bool(self._reasoning))
        return None

    def answered(self, *, name: str, retries: int, wasted: Usage | None) -> Answered:
        """The good ending."""
        return Answered(
            text="".join(self._text),
            reasoning="".join(self._reasoning),
            finish_reason=self.finish_reason or "stop",
            usage=self.usage,
            model=self.model or name,
            retries=retries,
            wasted=wasted,
        )

    def _take_delta(self, delta: Mapping[str, Any]) -> None:
        # DeepSeek and most others say reasoning_content; OpenRouter and Ollama say reasoning
        thought = delta.get("reasoning_content") or delta.get("reasoning")
        if thought and isinstance(thought, str):
            self._add([Reasoning(thought)])
        content = delta.get("content")
        if isinstance(content, list):
            content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
        if not content or not isinstance(content, str):
            return
        if self._plain:
            self._fresh_text.append(content)
        else:
            self._add(self._splitter.feed(content))
            self._plain = self._splitter.passed

    def _add(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            if isinstance(piece, Text):
                self._fresh_text.append(piece.text)
                continue
            self._flush()
            last = self._fresh[-1] if self._fresh else None
            if isinstance(last, Reasoning):
                self._fresh[-1] = Reasoning(last.text + piece.text)
            else:
                self._fresh.append(piece)

    def _flush(self) -> None:
        if self._fresh_text:
            self._fresh.append(Text("".join(self._fresh_text)))
            self._fresh_text.clear()


def filtered(reason: str) -> AnswerFiltered:
    """The endpoint withheld the answer, or would not read the prompt."""
    return AnswerFiltered(
        t(f"模型服务以内容审查为由拒绝回答（{reason}）。", f"The endpoint filtered the answer ({reason})."),
        t("换一个场景或换一个模型。", "Use another scenario or another model."),
    )


def read_usage(said: Any) -> Usage | None:
    """Token counts as the endpoint reports them; None where they make no sense."""
    if not isinstance(said, dict):
        return None
    prompt, completion = said.get("prompt_tokens"), said.get("completion_tokens")
    if not isinstance(prompt, int) or not isinstance(completion, int) or prompt < 0 or completion < 0:
        return None
    in_prompt, in_completion = said.get("prompt_tokens_details"), said.get("completion_tokens_details")
    # DeepSeek reports its cache beside the totals, Moonshot as `cached_tokens`
    cached = _count(in_prompt, "cached_tokens") or _count(said, "prompt_cache_hit_tokens")
    return Usage(
        prompt_tokens=prompt,
        completion_tokens=completion,
        cached_tokens=cached or _count(said, "cached_tokens"),
        reasoning_tokens=_count(in_completion, "reasoning_tokens"),
    )


def add_usage(one: Usage | None, other: Usage | None) -> Usage | None:
    """Both together; None where neither is known."""
    if one is None or other is None:
        return one or other
    return Usage(
        one.prompt_tokens + other.prompt_tokens,
        one.completion_tokens + other.completion_tokens,
        one.cached_tokens + other.cached_tokens,
        one.reasoning_tokens + other.reasoning_tokens,
    )


def _empty(*, thought: bool) -> AnswerEmpty:
    if thought:
        return AnswerEmpty(
            t("模型只思考，没有回答。", "The model thought, but gave no answer."),
            t("增大 max_tokens，或关闭模型的思考。", "Raise max_tokens, or switch the model's thinking off."),
        )
    return AnswerEmpty(t("模型返回了空回答。", "The model gave an empty answer."))


def _count(said: Any, name: str) -> int:
    value = said.get(name) if isinstance(said, dict) else None
    return value if isinstance(value, int) and value > 0 else 0


def _overlap(text: str, tag: str) -> int:
    """How many characters at the end of `text` may be the beginning of `tag`."""
    start = text.rfind("<", max(0, len(text) - len(tag) + 1))
    return len(text) - start if start >= 0 and tag.startswith(text[start:]) else 0


def _as_text(text: str) -> list[Piece]:
    return [Text(text)]
