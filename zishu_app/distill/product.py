"""The file of a distilled talk: the seeds' keys exactly, and everything of ours under `metadata`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from zishu_app import __version__
from zishu_app.distill.chunks import Chunk
from zishu_app.distill.extract import Result
from zishu_app.distill.form import Form

FORMAT = 1


def build(
    about: Mapping[str, Any],
    parts: Sequence[tuple[Chunk, Result, str]],
    final: tuple[Result, str],
    accounting: Mapping[str, Any],
) -> dict[str, Any]:
    """The whole file. `about`: what the metadata says of source, model and way."""
    result, summary = final
    return {
        "total_chunks": len(parts),
        "distilled_chunks": [_chunk(chunk, shown) for chunk, _, shown in parts],
        "final_summary": summary,
        "metadata": {
            "program": f"zishu {__version__}",
            "format": FORMAT,
            **about,
            "chunks": [_about_chunk(chunk, part) for chunk, part, _ in parts],
            "final": {"in_form": result.form is not None, "statements": _statements(result.form)},
            "flagged": sum(part.form is None for _, part, _ in parts) + (result.form is None),
            "accounting": dict(accounting),
        },
    }


def _chunk(chunk: Chunk, shown: str) -> dict[str, Any]:
    return {
        "chunk_index": chunk.index,
        "original_messages": [{"role": piece.role, "content": piece.content} for piece in chunk.pieces],
        "distilled_content": shown,
    }


def _about_chunk(chunk: Chunk, part: Result) -> dict[str, Any]:
    """Message numbers are 0-based places in the conversation; `overlap` messages repeat the chunk before."""
    found: dict[str, Any] = {
        "chunk_index": chunk.index,
        "messages": [piece.number for piece in chunk.pieces],
        "overlap": chunk.overlap,
        "tokens": chunk.tokens,
        "in_form": part.form is not None,
        "statements": _statements(part.form),
    }
    cut = [{"message": p.number, "part": p.part, "parts": p.parts} for p in chunk.pieces if p.parts > 1]
    return found | ({"cut": cut} if cut else {})


def _statements(form: Form | None) -> list[dict[str, Any]]:
    return [asdict(line) | {"messages": list(line.messages)} for line in form.lines()] if form else []
