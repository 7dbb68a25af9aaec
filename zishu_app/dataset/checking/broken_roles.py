"""Who speaks when: what chat templates refuse, or make something else of."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from zishu_app.dataset.checking.findings import Finding
from zishu_app.dataset.sample import SampleMessage


def broken_roles(messages: Sequence[SampleMessage]) -> Iterator[Finding]:
    """Empty messages, and an order that is not user and assistant in turn, the assistant last."""
    for at, one in enumerate(messages):
        if not one.content.strip():
            yield Finding("roles", at, 0, len(one.content), "empty")
    for at, (earlier, later) in enumerate(pairwise(messages), 1):
        if later.role == "system":
            yield _whole(at, later, "system_late")
        elif earlier.role == later.role:
            yield _whole(at, later, "twice")
    spoken = [(at, one) for at, one in enumerate(messages) if one.role != "system"]
    if spoken and spoken[0][1].role == "assistant":
        yield _whole(*spoken[0], "assistant_first")
    if not spoken or spoken[-1][1].role != "assistant":
        yield Finding("roles", None, 0, 0, "no_answer")


def _whole(at: int, one: SampleMessage, what: str) -> Finding:
    return Finding("roles", at, 0, len(one.content), what)
