"""The chat template of a base: how messages become the one text that it reads.

Templates come with models of others, so they run in jinja's sandbox, with what transformers gives them and no more.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.ext import Extension, loopcontrols
from jinja2.nodes import Node
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t

#: a message of a row: `role`, `content`, and for those who ask: `loss`
Said = Mapping[str, Any]
#: what a template fails with, on top of jinja's own errors, where it is given what it was not written for
_BROKEN = (jinja2.TemplateError, TypeError, ValueError, LookupError, ArithmeticError, RecursionError)
#: tried on a template to see what it does with a system message
_PROBE = (
    {"role": "system", "content": "PROBE"},
    {"role": "user", "content": "1"},
    {"role": "assistant", "content": "2"},
    {"role": "user", "content": "3"},
)


@dataclass(frozen=True)
class Template:
    """The chat template of one base, with the tokens that it may name."""

    text: str
    #: "bos_token", "eos_token" and so on, as the base calls them
    tokens: Mapping[str, str]
    #: for templates that write the date: one text must not change while it is being read
    now: datetime

    @property
    def bos(self) -> str:
        """The token that begins a text; "": none."""
        return self.tokens.get("bos_token", "")

    @property
    def eos(self) -> str:
        """The token that ends an answer; "": none is named."""
        return self.tokens.get("eos_token", "")

    @property
    def pad(self) -> str:
        """The token that fills up a batch; "": none is named."""
        return self.tokens.get("pad_token", "")

    @property
    def controls(self) -> tuple[str, ...]:
        """Those that say where something begins or ends, whatever else the tokenizer says of them."""
        return tuple(one for one in (self.bos, self.eos, self.pad) if one)

    @cached_property
    def sha256(self) -> str:
        """What tells two templates apart."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def thinks(self) -> bool:
        """Whether it can be told not to leave room for reasoning."""
        return "enable_thinking" in self.text

    @cached_property
    def takes_system(self) -> bool:
        """Whether a system message keeps its place: some templates refuse it, leave it out, or move it about."""
        try:
            short, long = self._fill(_PROBE[:2]), self._fill(_PROBE)
        except DataError:
            return False
        return _PROBE[0]["content"] in short and long.startswith(short)

    def render(
        self, messages: Sequence[Said], *, add_generation_prompt: bool = False, thinking: bool | None = None
    ) -> str:
        """The text of a talk; with `add_generation_prompt` up to where she begins to speak.

        Where a template has no place for a system message, it goes before the first message of the user. Raises DataError.
        """
        given = [{"role": one["role"], "content": one["content"]} for one in messages]
        if given and given[0]["role"] == "system" and not self.takes_system:
            given = _folded(given)
        return self._fill(given, add_generation_prompt=add_generation_prompt, thinking=thinking)

    def _fill(
        self, given: Sequence[Said], *, add_generation_prompt: bool = False, thinking: bool | None = None
    ) -> str:
        more = {} if thinking is None else {"enable_thinking": thinking}
        names = {**self.tokens, "tools": None, "documents": None, "strftime_now": self.now.strftime, **more}
        try:
            return _compiled(self.text).render(
                messages=list(given), add_generation_prompt=add_generation_prompt, **names
            )
        except _BROKEN as error:
            raise DataError(
                t(f"对话模板拒绝了这段对话：{error}", f"The chat template refuses this talk: {error}"),
                t(
                    "检查角色的顺序（用户与助手应轮流发言），或换一个基座模型。",
                    "Look at the order of the roles (user and assistant in turns), or use another base.",
                ),
            ) from error


def load_template(folder: Path, now: datetime | None = None) -> Template:
    """The template of the base in this folder. Raises DataError where there is none, or it cannot be read."""
    try:
        config = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
        own = folder / "chat_template.jinja"
        text = own.read_text(encoding="utf-8") if own.is_file() else _of_config(config.get("chat_template"))
    except (OSError, ValueError, AttributeError) as error:
        raise DataError(
            t(
                f"读不了 {folder.name} 的分词器设置：{error}",
                f"No tokenizer settings in {folder.name}: {error}",
            ),
            t("重新下载或转换这个基座模型。", "Download or convert this base again."),
        ) from error
    if not text:
        raise DataError(
            t(f"{folder.name} 没有对话模板。", f"{folder.name} has no chat template."),
            t("换用它的对话版本（Instruct 或 Chat）。", "Use its version for talking (Instruct or Chat)."),
        )
    return Template(text, _tokens(config), now or datetime.now())


def _of_config(value: object) -> str:
    """A template by itself, or several by their names."""
    if isinstance(value, list):
        named = {one["name"]: one["template"] for one in value}
        value = named.get("default", next(iter(named.values()), ""))
    return value if isinstance(value, str) else ""


def _tokens(config: Mapping[str, Any]) -> dict[str, str]:
    found = {name: one for name, one in config.items() if name.endswith("_token")}
    plain = {name: one["content"] if isinstance(one, dict) else one for name, one in found.items()}
    return {name: one for name, one in plain.items() if isinstance(one, str)}


def _folded(given: Sequence[Said]) -> list[dict[str, Any]]:
    """The system message as the beginning of what the user says first."""
    first, *rest = given
    if rest and rest[0]["role"] == "user":
        return [
            {"role": "user", "content": f"{first['content']}\n\n{rest[0]['content']}"},
            *map(dict, rest[1:]),
        ]
    return [{"role": "user", "content": first["content"]}, *map(dict, rest)]


class _Generation(Extension):
    """`{% generation %}` marks what the assistant says. Only few templates have it, so nothing here relies on it."""

    tags = {"generation"}  # noqa: RUF012 - as jinja reads it

    def parse(self, parser: Parser) -> list[Node]:
        """What is inside, as if the mark were not there."""
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


@lru_cache(8)
def _compiled(text: str) -> jinja2.Template:
    around = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, loopcontrols]
    )
    around.filters["tojson"] = _tojson
    around.globals["raise_exception"] = _raise
    return around.from_string(text)


def _tojson(value: object, indent: int | None = None, *, ensure_ascii: bool = False, **more: Any) -> str:
    """Jinja's own writes < and > as HTML does."""
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, **more)


def _raise(message: str) -> None:
    raise jinja2.TemplateError(message)
