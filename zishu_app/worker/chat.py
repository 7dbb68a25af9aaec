"""One answer of a local model: the request in, pieces of text out, cancelled within a token."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from zishu_app.core.errors import AnswerBroken, ContextExceeded, ModelRefused, ZishuError
from zishu_app.core.messages import as_dicts
from zishu_app.core.texts import t
from zishu_app.jobs.specs import ChatSpec
from zishu_app.worker.context import Context
from zishu_app.worker.loaded import LEARNT, MODELS, loading_of

Chunk = dict[str, Any]

#: calls into llama.cpp block, and a cancelled job does not wait for its call: each has a thread here
_CALLS = ThreadPoolExecutor(64, "call")


def run(spec: ChatSpec, context: Context) -> dict[str, Any]:
    """Stream the answer; the result says how it ended and what it cost in tokens.

    Raises ContextExceeded, ModelRefused, AnswerBroken, DataError (the model file).
    """
    #: None: the job was cancelled, or the call is over
    chunks: SimpleQueue[Chunk | None] = SimpleQueue()

    def take(chunk: Chunk) -> bool:
        chunks.put(chunk)
        return context.cancelled.is_set()

    call = _CALLS.submit(MODELS.ask, loading_of(spec), build_request(spec), take, context.cancelled)

    def stop() -> None:
        MODELS.expect_end(call)
        chunks.put(None)

    context.on_cancel(stop)
    call.add_done_callback(lambda _: chunks.put(None))
    answer = Answer(context)
    while (chunk := chunks.get()) is not None:
        answer.take(chunk)
    context.check_cancelled()
    call.result()
    return answer.result()


def build_request(spec: ChatSpec) -> dict[str, Any]:
    """The request in OpenAI's form, with llama.cpp's own fields."""
    request: dict[str, Any] = {
        "messages": as_dicts(spec.messages),
        "max_tokens": spec.max_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
        "return_progress": True,
        "cache_prompt": not spec.exact,
    }
    if spec.lora_path:
        request |= LEARNT
    if spec.temperature is not None:
        request["temperature"] = spec.temperature
    if spec.seed is not None:
        request["seed"] = spec.seed
    if spec.schema is not None:
        form = {"name": "answer", "strict": True, "schema": dict(spec.schema)}
        request["response_format"] = {"type": "json_schema", "json_schema": form}
    elif spec.sentences is not None:
        latin = all(map(_is_latin, "".join(message.content for message in spec.messages)))
        request["grammar"] = sentence_grammar(spec.sentences, latin=latin)
    if spec.steady:
        # a form takes its words from the talk: there only what was just written may not come again; elsewhere
        # nothing that was said before. llama.cpp looks back not at all unless told how far.
        back = 64 if spec.schema else spec.context
        calm = min(spec.temperature if spec.temperature is not None else 0.6, 0.6)
        request |= {"dry_multiplier": 0.4, "dry_allowed_length": 4, "dry_penalty_last_n": back}
        request |= {"min_p": 0.1, "temperature": calm} | ({} if spec.schema else {"repeat_penalty": 1.05})
    return request


def sentence_grammar(most: int, *, latin: bool) -> str:
    """GBNF for one paragraph of at most `most` sentences; a sentence ends by itself within 240 characters.

    `latin`: nothing but Latin letters and their marks, for talks that have no others: asked about "Greek letters",
    a very small model goes on in them.
    """
    ends = ".!?。！？"
    letters = r"\x22-\x2D\x2F-\x3E\x40-\x7E\u00A0-\u024F\u2010-\u2026" if latin else f"^ \\n{ends}"
    inner = rf"\x20{letters}" if latin else f"^\\n{ends}"
    return (
        f'root ::= sentence (" "? sentence){{0,{most - 1}}}\n'
        f"sentence ::= [{letters}] [{inner}]{{1,240}} [{ends}]\n"
    )


def _is_latin(character: str) -> bool:
    """No letter, or a Latin one (up to U+024F)."""
    return not character.isalpha() or character <= "\u024f"


class Answer:
    """Takes the chunks of one answer and passes on what is in them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._finish = ""
        self._usage: Mapping[str, Any] = {}
        self._model = ""

    def take(self, chunk: Chunk) -> None:
        """One chunk of the stream. Raises what an error chunk says."""
        if error := chunk.get("error"):
            raise _refusal(error)
        self._model = str(chunk.get("model") or self._model)
        self._usage = chunk.get("usage") or self._usage
        if progress := chunk.get("prompt_progress"):
            self._context.progress(progress["processed"], progress["total"], t("正在读", "reading"))
        for choice in chunk.get("choices", ()):
            self._finish = choice.get("finish_reason") or self._finish
            delta = choice.get("delta", {})
            if thought := delta.get("reasoning_content"):
                self._context.piece(thought, reasoning=True)
            if text := delta.get("content"):
                self._context.piece(text)

    def result(self) -> dict[str, Any]:
        """How it ended. Raises AnswerBroken when it did not."""
        if not self._finish:
            raise AnswerBroken(t("本地模型的回答中断了。", "The answer of the local model broke off."))
        details = self._usage.get("prompt_tokens_details") or {}
        return {
            "finish_reason": self._finish,
            "prompt_tokens": self._usage.get("prompt_tokens", 0),
            "completion_tokens": self._usage.get("completion_tokens", 0),
            "cached_tokens": details.get("cached_tokens", 0),
            "model": Path(self._model).name,
        }


def _refusal(error: Mapping[str, Any]) -> ZishuError:
    """The error for what llama.cpp says instead of an answer."""
    said = str(error.get("message", ""))
    if error.get("type") == "exceed_context_size_error":
        long, most = error.get("n_prompt_tokens"), error.get("n_ctx")
        return ContextExceeded(
            t(
                f"内容有 {long} 个 token，模型只能读 {most} 个。",
                f"{long} tokens, but the model can read {most} only.",
            ),
            t("缩短历史，或增大模型的上下文长度。", "Shorten the history, or raise the model's context."),
        )
    if error.get("code") == 400:
        return ModelRefused(t(f"本地模型拒绝了请求：{said}", f"The local model refused the request: {said}"))
    return AnswerBroken(t(f"本地模型在回答中出错：{said}", f"The local model failed in mid-answer: {said}"))
