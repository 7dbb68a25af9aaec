"""The list of statements: chosen with the keys, lit by a message, left alone while more comes."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from zishu_app.ui.widgets.statements import Entry, StatementList, texts_of

ENTRIES = [
    Entry("head", "Chunk 1", "messages 1–3", (0, 1, 2)),
    Entry("section", "Core Questions"),
    Entry("line", "Why?", "2", (1,)),
    Entry("line", "When?", "1, 2", (0, 1)),
    Entry("section", "Key Insights"),
    Entry("line", "Because.", "3", (2,)),
    Entry("head", "Chunk 2", "messages 3–5", (2, 3, 4)),
    Entry("raw", "I would rather\nnot.", "", (2, 3, 4)),
]


def shown(app: QApplication) -> tuple[StatementList, list[tuple[int, ...]]]:
    told: list[tuple[int, ...]] = []
    made = StatementList()
    made.resize(300, 500)
    made.show_entries(ENTRIES)
    made.rests_on.connect(told.append)
    made.show()
    app.processEvents()
    return made, told


def test_the_keys_go_over_headings(app: QApplication) -> None:
    made, told = shown(app)
    made.setCurrentIndex(made.model_.index(2))
    QTest.keyClick(made, Qt.Key.Key_Down)
    QTest.keyClick(made, Qt.Key.Key_Down)
    assert told == [(1,), (0, 1), (2,)]
    made.close()


def test_a_message_lights_what_rests_on_it(app: QApplication) -> None:
    made, told = shown(app)
    made.setCurrentIndex(made.model_.index(5))
    assert made.light(1) == 2
    assert made.lit == {2, 3}
    assert made.current() is None
    assert made.light(9) == 0
    assert made.lit == frozenset()
    assert told == [(2,)], "lighting up is not choosing"
    made.close()


def test_more_at_the_end_leaves_the_rest_alone(app: QApplication) -> None:
    made, told = shown(app)
    made.setCurrentIndex(made.model_.index(3))
    before = made.current()
    made.show_entries([*ENTRIES, Entry("line", "New", "5", (4,))])
    assert made.current() == before
    made.show_entries([Entry("head", "Chunk 0"), *ENTRIES])
    assert made.current() == before
    assert told == [(0, 1)]
    made.close()


def test_a_section_is_what_stands_under_its_heading(app: QApplication) -> None:
    made, _ = shown(app)
    made.setCurrentIndex(made.model_.index(3))
    assert texts_of(made.section_of_current()) == "Core Questions\n- Why?\n- When?"
    made.setCurrentIndex(made.model_.index(0))
    assert texts_of(made.section_of_current()).splitlines()[-1] == "- Because."
    made.choose_none()
    assert made.section_of_current() == []
    made.close()


def test_a_narrow_list_breaks_its_lines(app: QApplication) -> None:
    made, _ = shown(app)
    long = [
        Entry("line", "word " * 60, "1", (0,)),
        Entry("line", "无" * 200, "2", (1,)),
        Entry("line", "x" * 400),
    ]
    made.show_entries(long)
    app.processEvents()
    wide = [made.visualRect(made.model_.index(row)).height() for row in range(3)]
    made.resize(180, 500)
    app.processEvents()
    narrow = [made.visualRect(made.model_.index(row)).height() for row in range(3)]
    assert all(more > less for more, less in zip(narrow, wide, strict=True))
    assert made.horizontalScrollBar().maximum() == 0
    made.close()
