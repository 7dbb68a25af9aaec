"""The X-ray of samples: token by token, what would be learnt. In the quick lane: it needs no torch."""

from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from zishu_app.jobs.specs import XraySpec
from zishu_app.worker.context import Context
from zishu_app.worker.training.mask import look
from zishu_app.worker.training.template import Said, Template, load_template
from zishu_app.worker.training.tokenizer import Tokenizer, load_tokenizer

#: what a base is told by: when one of them changes, it is read again
_FILES = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")


def run(spec: XraySpec, context: Context) -> dict[str, Any]:
    """See `XraySpec`. Raises DataError (the base)."""
    template, tokenizer = voice_of(Path(spec.base))
    samples = []
    for row in spec.rows:
        context.check_cancelled()
        samples.append(_seen(row["messages"], template, tokenizer, spec.longest))
        context.progress(len(samples), len(spec.rows))
    return {"samples": samples}


def voice_of(base: Path) -> tuple[Template, Tokenizer]:
    """Template and tokenizer of a base; read once for as long as its files stay the same. Raises DataError."""
    stamps = tuple(file.stat().st_mtime_ns for name in _FILES if (file := base / name).is_file())
    return _loaded(base, stamps)


@lru_cache(1)
def _loaded(base: Path, stamps: tuple[int, ...]) -> tuple[Template, Tokenizer]:  # noqa: ARG001 - part of the key
    template = load_template(base)
    return template, load_tokenizer(base, template.controls)


def _seen(messages: list[Said], template: Template, tokenizer: Tokenizer, longest: int) -> dict[str, Any]:
    encoded, tokens = look(messages, template, tokenizer, longest)
    kinds = ["cut" if place >= encoded.cut else "context" for place in range(len(encoded.ids))]
    for turn in encoded.turns:
        kinds[turn.start : turn.stop] = ["learnt"] * (turn.stop - turn.start)
    # tokens of one character share its place: the first shows it. Together they are the whole text
    stops = [0]
    for _, stop in tokens.spans:
        stops.append(max(stop, stops[-1]))
    texts = [tokenizer.shown(tokens.text[start:stop]) for start, stop in pairwise(stops)]
    counts = {kind: kinds.count(kind) for kind in ("learnt", "context", "cut")}
    said = [str(fault) for fault in encoded.faults]
    return {"tokens": list(zip(texts, kinds, strict=True)), **counts, "faults": said}
