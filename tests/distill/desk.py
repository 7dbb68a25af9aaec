"""Talks to distil and models that distil them."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.books import RUN, accounts_on, speaker
from zishu_app.core.messages import Message, as_dicts
from zishu_app.core.texts import Language
from zishu_app.dataset.talks import Talk
from zishu_app.distill.chunks import Chunk, Piece
from zishu_app.distill.distil import Tools, Way
from zishu_app.distill.extract import Desk
from zishu_app.distill.form import HEADINGS, SECTIONS, Form, Kind, Statement, write_form
from zishu_app.ledger.store import Store
from zishu_app.llm.base import Options

Answer = Callable[[Sequence[Message], Options], str]
NUMBER = re.compile(r"\[(\d+(?:,\d+)*)\]")


def way(**changes: Any) -> Way:
    settings = {
        "max_tokens": 400, "overlap_tokens": 60, "max_turns": 10, "split_method": "tokens",
        "temperature": 0.3, "max_output_tokens": 500,
    }  # fmt: skip
    return Way(**(settings | changes))


def talk(messages: int = 40, length: int = 60, language: Language = "zh", **fields: Any) -> Talk:
    """Messages that all differ, user and assistant in turn."""
    said = tuple(
        Message("user" if n % 2 == 0 else "assistant", (f"第{n}条" * length)[:length])
        for n in range(messages)
    )
    values = {
        "name": "机器学习", "language": language, "source": Path("talk.json"), "number": 1, "scenario": None,
        "made": "2026-01-12T16:54:04", "metadata": {},
    }  # fmt: skip
    return Talk(messages=said, **(values | fields))


def kind_of(messages: Sequence[Message]) -> Kind:
    asked = messages[1].content
    return "final" if any(HEADINGS[language]["main_issues"] in asked for language in HEADINGS) else "part"


def faithful(language: Language = "zh", lines: int = 1) -> Answer:
    """Keeps the form, and rests every line on messages it was shown: a pure function."""

    def answer(messages: Sequence[Message], options: Options) -> str:
        kind = kind_of(messages)
        numbers = sorted({int(n) for found in NUMBER.findall(messages[1].content) for n in found.split(",")})
        told = [n for n in numbers if n] or [0]
        sections = tuple(
            tuple(
                Statement(
                    f"{name}{index}{options.seed}", (told[index % len(told)], told[-1 - index % len(told)])
                )
                for index in range(lines)
            )
            for name in SECTIONS[kind]
        )
        fixed = (
            tuple(Statement(s.text, tuple(sorted(set(s.messages)))) for s in section) for section in sections
        )
        return write_form(Form(kind, f"主题{told[-1]}", tuple(fixed)), language, cite=True)

    return answer


def tools(store: Store, model: Any, concurrency: int = 3) -> Tools:
    return Tools(RUN, speaker(model), accounts_on(store), concurrency)


def desk(store: Store, model: Any, parts: dict[str, Any] | None = None, language: Language = "zh") -> Desk:
    return Desk(
        RUN,
        "file",
        "item",
        language,
        speaker(model),
        accounts_on(store),
        Options(max_tokens=200, seed=1),
        parts or {},
        99,
    )


def chunk(numbers: Sequence[int], overlap: int = 0) -> Chunk:
    pieces = tuple(Piece(n, "user" if n % 2 == 0 else "assistant", f"message {n}") for n in numbers)
    return Chunk(0, pieces, overlap, 100)


def conversation(path: Path, one: Talk) -> Path:
    """A talk as `zishu generate` writes it."""
    value = {
        "scenario": {"name": one.name},
        "conversation": as_dicts(one.messages),
        "total_rounds": len(one.messages) // 2,
        "created_at": one.made,
    }
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path
