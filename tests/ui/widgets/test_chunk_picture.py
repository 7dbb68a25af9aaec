"""The picture of how a talk is cut."""

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from zishu_app.distill.preview import Block, Preview, Span
from zishu_app.ui.widgets.chunk_picture import ChunkPicture
from zishu_app.ui.widgets.numbers import Bounds
from zishu_app.ui.widgets.size import Size, share_of, size_at
from zishu_app.ui.widgets.strip import BAR, PITCH, lay


def cut(count: int, step: int, overlap: int = 2) -> Preview:
    """`count` messages in chunks of `step` new ones."""
    blocks = tuple(
        Block(number, "assistant" if number % 2 else "user", 10 + number % 7) for number in range(count)
    )
    spans = []
    for index, start in enumerate(range(0, count, step)):
        first = max(start - (overlap if index else 0), 0)
        last = min(start + step, count) - 1
        spans.append(
            Span(index, first, last, start - first, sum(one.tokens for one in blocks[first : last + 1]))
        )
    return Preview(blocks, tuple(spans))


@pytest.mark.parametrize("count", [1, 2, 28, 300, 2000])
@pytest.mark.parametrize("width", [160.0, 700.0])
def test_every_message_lies_in_the_picture_and_in_order(count: int, width: float) -> None:
    strip = lay(cut(count, 20), width)
    boxes = [box for number in range(count) for box in strip.boxes(strip.message(number))]
    assert all(-0.01 <= box.left <= box.right <= width + 0.01 for box in boxes)
    assert {box.line for box in boxes} <= set(range(strip.lines))
    places = [(box.line, box.left) for box in boxes]
    assert places == sorted(places)
    for number in range(count):
        middle = strip.message(number)
        assert strip.message_at((middle.start + middle.end) / 2) == number


def test_a_message_is_as_wide_as_it_has_tokens() -> None:
    blocks = tuple(Block(number, "user", tokens) for number, tokens in enumerate((100, 200, 50)))
    strip = lay(Preview(blocks, (Span(0, 0, 2, 0, 350),)), 600)
    widths = [strip.message(number).end - strip.message(number).start for number in range(3)]
    assert widths[1] == pytest.approx(2 * widths[0])
    assert widths[2] == pytest.approx(widths[0] / 2)


def test_an_overlap_lies_in_both_chunks() -> None:
    strip = lay(cut(40, 10, overlap=3), 700)
    first, second = strip.laps()[:2]
    assert first.before is None
    assert first.after == second.before
    assert second.before is not None
    assert second.whole.start == second.before.start == strip.message(7).start
    assert second.before.end == first.whole.end == strip.message(9).end


def test_a_long_message_is_shared_by_its_chunks() -> None:
    preview = Preview((Block(0, "user", 900),), tuple(Span(index, 0, 0, 0, 300) for index in range(3)))
    laps = lay(preview, 600).laps()
    assert [round(lap.whole.end - lap.whole.start) for lap in laps] == [200, 200, 200]
    assert laps[0].whole.end == laps[1].whole.start


def shown(app: QApplication, preview: Preview, told: list[Any]) -> ChunkPicture:
    made = ChunkPicture(lambda number, spans: told.append((number, [span.index for span in spans])))
    made.resize(700, 400)
    made.show_preview(preview)
    made.show()
    app.processEvents()
    return made


def test_pointing_tells_the_message_and_its_chunks(app: QApplication) -> None:
    told: list[Any] = []
    made = shown(app, cut(40, 10), told)
    strip = made.strip
    assert strip is not None
    box = next(iter(strip.boxes(strip.message(9))))
    place = QPointF((box.left + box.right) / 2 + 1, box.line * PITCH + BAR // 2)
    none = Qt.MouseButton.NoButton
    # the event itself: the pointer of the test may lie over another window
    moved = QMouseEvent(QEvent.Type.MouseMove, place, place, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(made, moved)
    assert told[-1] == (9, [0, 1])
    made.close()


def test_the_keys_go_from_message_to_message(app: QApplication) -> None:
    told: list[Any] = []
    made = shown(app, cut(40, 10), told)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Right):
        QTest.keyClick(made, key)
    assert [number for number, _ in told if number >= 0] == [0, 1, 0, 39]
    made.show_preview(cut(20, 10))
    assert told[-1][0] == -1, "that message is not in the picture any more"
    made.close()


def test_it_is_as_tall_as_its_lines_and_says_what_it_shows(app: QApplication) -> None:
    heights: list[int] = []
    made = ChunkPicture(lambda *_: None)
    made.laid.connect(heights.append)
    made.resize(700, 100)
    made.show_preview(cut(28, 10))
    low = heights[-1]
    made.show_preview(cut(300, 40))
    assert heights[-1] > low
    assert made.accessibleName() == "How the talk is cut: 300 messages, 8 chunks"
    made.grab()
    made.show_preview(None)
    made.grab()
    assert made.strip is None


def test_a_slider_reaches_small_and_large_sizes_alike(app: QApplication) -> None:
    assert size_at(0, 50, 32_000) == 50
    assert size_at(1, 50, 32_000) == 32_000
    assert size_at(0, 0, 4000) == 0
    assert size_at(1, 0, 4000) == 4000
    sizes = [size_at(step / 100, 50, 32_000) for step in range(101)]
    assert sizes == sorted(sizes)
    for size in (50, 100, 4000, 32_000):
        assert size_at(share_of(size, 50, 32_000), 50, 32_000) == pytest.approx(size, rel=0.06)
    told: list[int] = []
    made = Size(lambda: "Tokens", Bounds(50, 1_000_000), (50, 32_000), lambda: told.append(made.size_))
    made.set_size(4000)
    assert told == []
    made.number.setValue(123_456)
    assert (told, made.slider.value()) == ([123_456], made.slider.maximum())
    made.slider.setValue(0)
    assert made.size_ == 50
