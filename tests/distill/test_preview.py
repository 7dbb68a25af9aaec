"""How a talk will be cut, before any model is asked: the same as it is cut then, and counted once."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from tests.books import LetterCounter, scripted, speaker
from tests.distill.desk import faithful, talk, tools, way
from zishu_app.core.errors import SettingsError
from zishu_app.distill.chunks import FRAMING
from zishu_app.distill.distil import Way, distil, fitted
from zishu_app.distill.events import Distilled
from zishu_app.distill.preview import Block, Preview, Span, preview
from zishu_app.ledger.store import Store


@dataclass
class Counting:
    """Counts letters, and remembers what was counted. Implements `Counter`."""

    name: str = "counting"
    exact: bool = True
    asked: list[str] = field(default_factory=list)

    def count(self, text: str) -> int:
        self.asked.append(text)
        return LetterCounter().count(text)

    def count_many(self, texts: Sequence[str]) -> list[int]:
        return [self.count(text) for text in texts]


WAYS = [
    way(),
    way(max_tokens=100, overlap_tokens=0),
    way(max_tokens=900, overlap_tokens=300),
    way(max_tokens=30, overlap_tokens=10),  # below a message: it is cut into parts
    way(split_method="turns", max_turns=3),
    way(split_method="turns", max_turns=40, overlap_tokens=0),
]


@pytest.mark.parametrize("how", WAYS)
async def test_it_is_what_distilling_will_do(store: Store, how: Way) -> None:
    one, who = talk(31), tools(store, scripted(faithful()))
    shown = preview(one, fitted(how, who.speaker, one.language), who.speaker.counter)
    events = [event async for event in distil(one, how, who)]
    last = events[-1]
    assert isinstance(last, Distilled)
    cut = [
        (chunk["chunk_index"], chunk["messages"][0], chunk["messages"][-1], chunk["overlap"], chunk["tokens"])
        for chunk in last.product["metadata"]["chunks"]
    ]
    assert [(s.index, s.first, s.last, s.overlap, s.tokens) for s in shown.spans] == cut


def test_every_message_has_its_block() -> None:
    one = talk(5, length=60)
    assert preview(one, way(), LetterCounter()) == Preview(
        tuple(Block(n, "user" if n % 2 == 0 else "assistant", 30 + FRAMING) for n in range(5)),
        (Span(0, 0, 4, 0, 5 * (30 + FRAMING)),),
    )


def test_another_way_counts_nothing_again() -> None:
    one, counter = talk(40), Counting()
    for how in (*WAYS[:3], *WAYS[4:]):
        preview(one, how, counter)
    assert sorted(counter.asked) == sorted(message.content for message in one.messages)


def test_a_few_talks_are_kept_and_each_counter_counts_for_itself() -> None:
    one, other = talk(4), talk(6, length=80)
    first, second = Counting(), Counting()
    for _ in range(3):
        assert preview(one, way(), first) == preview(one, way(), second)
        assert len(preview(other, way(), first).blocks) == 6
    assert (len(first.asked), len(second.asked)) == (4 + 6, 4)
    for length in range(10, 20):
        preview(talk(2, length=length), way(), second)
    preview(one, way(), first)
    assert len(first.asked) == 4 + 6 + 4  # forgotten meanwhile: memory does not grow


def test_limits_that_leave_no_room_are_told() -> None:
    one, counter = talk(4), speaker(scripted([])).counter
    with pytest.raises(SettingsError):
        preview(one, way(max_tokens=100, overlap_tokens=100), counter)
    assert preview(one, way(), counter).spans
