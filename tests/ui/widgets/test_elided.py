"""One line of text that may be cut."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication, QWidget

from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.elided import Elided


@pytest.fixture
def place(app: QApplication) -> Iterator[QWidget]:
    made = QWidget()
    made.resize(120, 60)
    yield made
    shiboken6.delete(made)


def put(place: QWidget, one: Elided, text: str) -> Elided:
    """Show a text in the place, painted."""
    one.setText(text)
    place.setLayout(column(one, None))
    place.show()
    one.grab()
    return one


LONG = "a name that is much <b>longer</b> than its place"


def test_what_does_not_fit_is_in_the_tool_tip_and_never_markup(place: QWidget) -> None:
    one = put(place, Elided("lead"), LONG)
    assert one.width() == 120
    assert one.text() == LONG
    assert one.toolTip() == LONG.replace("<", "‹")


def test_a_tool_tip_goes_when_there_is_room_again(place: QWidget) -> None:
    one = put(place, Elided(), LONG)
    place.resize(2000, 60)
    one.grab()
    assert one.toolTip() == ""


def test_no_tool_tip_where_it_would_be_in_the_way(place: QWidget) -> None:
    assert put(place, Elided(tip=False), LONG).toolTip() == ""


def test_it_is_one_line_whatever_it_was(place: QWidget) -> None:
    line = Elided()
    line.setText("one")
    high = line.sizeHint().height()
    line.setText("one\n\n  two\tthree ")
    assert line.text() == "one two three"
    assert line.sizeHint().height() == high
    line.setText("")
    assert line.text() == ""
    assert line.sizeHint().height() == high
    shiboken6.delete(line)


def test_a_path_is_cut_in_its_middle(place: QWidget) -> None:
    """Two that differ in the part that is left out look alike; two that differ at their end do not."""
    one = put(place, Elided(middle=True), "begin" + "-" * 60 + "end")
    first = one.grab().toImage()
    one.setText("begin" + "-" * 70 + "end")
    assert one.grab().toImage() == first
    one.setText("begin" + "-" * 60 + "END")
    assert one.grab().toImage() != first


def test_a_short_line_beside_it_takes_no_room_away(place: QWidget) -> None:
    name, about = Elided("lead"), Elided("small")
    name.setText(LONG)
    about.setText("x")
    place.resize(300, 80)
    place.setLayout(column(name, about, None, gap=0))
    place.show()
    assert name.width() == 300
