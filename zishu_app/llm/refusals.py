"""From what an endpoint says when it will not answer to an error the user can act upon."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from zishu_app.core.errors import (
    AnswerBroken,
    ContextExceeded,
    ModelError,
    ModelRefused,
    ModelUnreachable,
    OutOfCredit,
    RateLimited,
)
from zishu_app.core.log import SECRETS
from zishu_app.core.texts import t
from zishu_app.llm.answer import filtered
from zishu_app.llm.catalog import CUSTOM
from zishu_app.llm.names import endpoint_name

#: characters of a server's own words that are shown
MOST_SHOWN = 400

# OpenAI insufficient_quota, billing_hard_limit_reached; DeepSeek "Insufficient Balance"; Moonshot
# exceeded_current_quota_error; DashScope Arrearage; SiliconFlow "account balance is insufficient";
# OpenRouter "Insufficient credits"; Zhipu 1113 "您的账户已欠费"
_CREDIT = re.compile(
    r"insufficient[_ ](quota|balance|credit|fund)|balance is (insufficient|not enough|too low)|"
    r"(account|credit) balance|out of credit|no credits|exceeded_current_quota|exceeded your current quota|"
    r"billing_hard_limit|spend(ing)?[_ ]limit|arrearage|overdue|余额不足|余额已用|欠费|额度已用完|额度不足",
    re.IGNORECASE,
)
# OpenAI context_length_exceeded; llama.cpp exceed_context_size_error; vLLM "maximum context length";
# DashScope "Range of input length"; Anthropic "prompt is too long"
_CONTEXT = re.compile(
    r"context_length_exceeded|maximum context length|exceed_context_size|context (size|window|length)[^.]{0,40}exceed|"
    r"exceeds?[^.]{0,40}context (size|window|length)|prompt is too long|input is too long|"
    r"range of input length|超[过出][^。]{0,20}上下文|上下文[^。]{0,12}(超|过长)|输入[^。]{0,8}过长",
    re.IGNORECASE,
)
# DashScope data_inspection_failed; Azure and Moonshot content_filter; Zhipu says it with code 1301
_FILTER = re.compile(
    r"data_?inspection_?failed|content_filter|content_policy|敏感内容|内容安全", re.IGNORECASE
)
_LIMIT = re.compile(r"rate[_ ]?limit|too many requests|overloaded|限流|频率|并发", re.IGNORECASE)
_NO_MODEL = re.compile(
    r"model[_ ]not[_ ](found|exist)|model .{0,80}(not exist|not found)|模型.{0,40}不存在", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a server said, freed of its wrapping."""

    message: str
    code: str = ""
    param: str = ""

    @property
    def all(self) -> str:
        """Message and code, for looking at."""
        return f"{self.code} {self.message}"


@dataclass(frozen=True, slots=True)
class Where:
    """Which endpoint is spoken of."""

    endpoint: str
    model: str
    base_url: str
    secret: str | None = None
    local: bool = False

    @property
    def name(self) -> str:
        """As people know it; an address given by hand by its host."""
        return urlsplit(self.base_url).netloc if self.endpoint == CUSTOM else endpoint_name(self.endpoint)


def read_said(body: bytes) -> Said:
    """The words of an error body: OpenAI's form, its many cousins, plain text or an HTML page."""
    text = body.decode("utf-8", "replace").strip()
    if text[:1] in "{[" and text:
        try:
            return said_in(json.loads(text))
        except ValueError:
            return Said(text)
    return Said(_page_text(text) if text.startswith("<") else text)


def said_in(value: Any) -> Said:
    """The words in an error object: {"error": {...}}, {"error": "..."}, {"message": ...}, {"detail": ...}."""
    if isinstance(value, list):
        value = value[0] if value else {}
    if not isinstance(value, dict):
        return Said(str(value))
    error = value.get("error", value)
    if not isinstance(error, dict):
        return Said(str(error), _first(value, "code", "type"))
    message = _first(error, "message", "msg", "detail", "error_msg") or json.dumps(error, ensure_ascii=False)
    code = " ".join(filter(None, (_first(error, "code"), _first(error, "type"))))
    return Said(message, code or _first(value, "code"), _first(error, "param"))


def refusal(status: int, said: Said, where: Where) -> ModelError:
    """The error for an HTTP status and what was said with it."""
    words = _shown(said, where)
    place = f"{where.name} ({status})"
    if error := _by_words(said, place, words):
        return error
    if status == 402:
        return _no_credit(place, words)
    if status == 413:
        return _too_long(place, words)
    if status == 429:
        return RateLimited(t(f"{place} 限制了请求频率：{words}", f"{place} asks us to slow down: {words}"))
    if status in (408, 409) or status >= 500:
        return ModelUnreachable(
            t(f"{place} 暂时无法回答：{words}", f"{place} cannot answer now: {words}"),
            t("稍后再试。", "Try again later."),
        )
    return _no_access(status, where, words) if status in (401, 403) else _refused(status, said, where, words)


def stream_error(said: Said, where: Where) -> ModelError:
    """The error for an `error` object in the middle of a stream, where there is no status any more."""
    words = _shown(said, where)
    code = re.search(r"\b[45]\d\d\b", said.code)
    if code:
        return refusal(int(code.group()), said, where)
    if error := _by_words(said, where.name, words):
        return error
    if _LIMIT.search(said.all):
        return RateLimited(
            t(f"{where.name} 限制了请求频率：{words}", f"{where.name} asks us to slow down: {words}")
        )
    return AnswerBroken(
        t(f"{where.name} 在回答中途出错：{words}", f"{where.name} failed in mid-answer: {words}")
    )


def not_a_model(where: Where, body: bytes) -> ModelRefused:
    """A page, or nonsense, came with status 200."""
    words = _shown(read_said(body), where)
    return ModelRefused(
        t(
            f"{where.base_url} 返回的不是模型回答：{words}",
            f"{where.base_url} did not answer like a model: {words}",
        ),
        _check_url(),
    )


def hide_secret(text: str, secret: str | None) -> str:
    """The text without the key, whoever repeated it."""
    if secret:
        text = text.replace(secret, "[key]")
    return SECRETS.sub("[key]", text)


def _by_words(said: Said, place: str, words: str) -> ModelError | None:
    """Errors whose words say more than their status does."""
    if _CREDIT.search(said.all):
        return _no_credit(place, words)
    if _CONTEXT.search(said.all):
        return _too_long(place, words)
    if _FILTER.search(said.all) or said.code == "1301":
        return filtered(words)
    return None


def _no_credit(place: str, words: str) -> OutOfCredit:
    return OutOfCredit(
        t(
            f"{place} 的余额不足或已到消费上限：{words}",
            f"No credit left at {place}, or its limit is reached: {words}",
        ),
        t(
            "充值或换一个模型后再继续；已完成的部分都已保存。",
            "Top up or use another model, then go on; all done work is kept.",
        ),
    )


def _too_long(place: str, words: str) -> ContextExceeded:
    return ContextExceeded(
        t(f"{place}：内容超过模型能读的长度：{words}", f"{place}: more than the model can read: {words}"),
        t(
            "减小 history_tokens / max_tokens，或换上下文更长的模型。",
            "Lower history_tokens / max_tokens, or use a model with a longer context.",
        ),
    )


def _no_access(status: int, where: Where, words: str) -> ModelRefused:
    name = where.endpoint
    return ModelRefused(
        t(f"{name} 拒绝访问（{status}）：{words}", f"{name} refuses access ({status}): {words}"),
        t(
            f"检查密钥：用 `zishu keys set {name}` 重新存入；也可能是该密钥无权使用 {where.model}。",
            f"Check the key: store it again with `zishu keys set {name}`; or it may not be used for {where.model}.",
        ),
    )


def _refused(status: int, said: Said, where: Where, words: str) -> ModelRefused:
    name = where.endpoint
    error = t(f"{name} 拒绝了请求（{status}）：{words}", f"{name} refused the request ({status}): {words}")
    if status == 404 or _NO_MODEL.search(said.all):
        return ModelRefused(
            error,
            t(
                f"检查模型名 {where.model} 和 base URL {where.base_url}（通常以 /v1 结尾）；`zishu models list` 列出已知的模型。",
                f"Check the model name {where.model} and the base URL {where.base_url} (mostly ends in /v1); "
                "`zishu models list` shows what is known.",
            ),
        )
    return ModelRefused(error, _check_url() if 300 <= status < 400 else "")


def _check_url() -> str:
    return t(
        "检查 base URL（通常以 /v1 结尾），以及是否有登录页或代理拦截。",
        "Check the base URL (mostly ends in /v1), and whether a login page or a proxy is in the way.",
    )


def _shown(said: Said, where: Where) -> str:
    """A server's words for the user: one line, not too long, without the key."""
    words = hide_secret(" ".join(said.message.split()), where.secret)
    if len(words) > MOST_SHOWN:
        words = words[:MOST_SHOWN] + "…"
    return words or t("（没有说明）", "(no words)")


def _page_text(page: str) -> str:
    """The title of an HTML page, or its words."""
    title = re.search(r"<title[^>]*>(.*?)</title>", page, re.IGNORECASE | re.DOTALL)
    if title and title.group(1).strip():
        return html.unescape(title.group(1).strip())
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.IGNORECASE | re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


def _first(value: Mapping[str, Any], *names: str) -> str:
    found = (value.get(name) for name in names)
    return next(
        (
            str(item) if not isinstance(item, dict | list) else json.dumps(item, ensure_ascii=False)
            for item in found
            if item
        ),
        "",
    )
