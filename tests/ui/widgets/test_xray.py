"""The X-ray as it is seen: colours, counts, keys, both looks, both languages."""

import time
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from zishu_app.core.texts import set_language
from zishu_app.studio.xray import Seen
from zishu_app.ui.follow import LANGUAGE, LOOK
from zishu_app.ui.theme import look
from zishu_app.ui.theme.tokens import DAY, NIGHT
from zishu_app.ui.widgets.xray import XrayView

TOKENS = (
    ("<|im_start|>", "context"), ("user", "context"), ("\n", "context"), ("你", "context"), ("", "context"),
    ("Hello", "learnt"), (" there", "learnt"), ("<|im_end|>", "learnt"), ("\n", "cut"), ("gone", "cut"),
)  # fmt: skip


def seen(tokens: tuple[tuple[str, str], ...] = TOKENS, *faults: str) -> Seen:
    kinds = [kind for _, kind in tokens]
    counts = {kind: kinds.count(kind) for kind in ("learnt", "context", "cut")}
    return Seen("smollm2-135m", 512, tokens, counts, faults)


@pytest.fixture
def view(app: QApplication) -> Iterator[XrayView]:
    made = XrayView()
    made.resize(600, 300)
    made.show()
    yield made
    shiboken6.delete(made)


def form_of(view: XrayView, text: str) -> QTextCharFormat:
    found: QTextCursor = view.text.document().find(text)
    assert not found.isNull(), text
    return found.charFormat()


def test_tokens_have_the_colour_of_what_becomes_of_them(view: XrayView) -> None:
    view.show_seen(seen())
    assert view.text.toPlainText() == "<|im_start|>user↵\n你Hello there<|im_end|>↵\ngone"
    worn = look.now()
    learnt, beside, context, cut = (form_of(view, one) for one in ("Hello", " there", "user", "gone"))
    assert {learnt.background().color().name(), beside.background().color().name()} == {
        worn.wash.lower(),
        worn.wash_strong.lower(),
    }
    assert context.foreground().color().name() == worn.soft.lower()
    assert cut.fontStrikeOut() and not learnt.fontStrikeOut()


def test_counts_and_faults_in_both_languages(view: XrayView) -> None:
    view.show_seen(seen(TOKENS, "No end token.", "Too long."))
    assert [chip.text() for chip in view.chips.values()] == ["learnt  3", "context  5", "cut  2"]
    assert view.faults.text() == "No end token.\nToo long." and not view.faults.isHidden()
    assert view.text.accessibleName() == "X-ray: 3 tokens learnt, 5 context, 2 cut"
    assert view.about.text() == "SmolLM2 135M Instruct · 10 tokens, at most 512"
    set_language("zh")
    LANGUAGE.changed()
    assert [chip.text() for chip in view.chips.values()] == ["学习  3", "只读  5", "截去  2"]
    assert "学习 3 个 token" in view.text.accessibleName()
    set_language("en")
    LANGUAGE.changed()
    view.show_seen(seen())
    assert view.faults.isHidden()


def test_it_says_why_there_is_nothing(view: XrayView) -> None:
    view.show_seen(seen())
    view.show_none(lambda: "There is no base.")
    assert view.why.text() == "There is no base." and view.text.toPlainText() == ""
    assert all(chip.isHidden() for chip in view.chips.values()) and view.about.isHidden()
    view.show_seen(seen())
    assert view.why.isHidden()


def test_by_night_too(view: XrayView, monkeypatch: pytest.MonkeyPatch) -> None:
    view.show_seen(seen())
    for worn in (NIGHT, DAY):
        monkeypatch.setattr(look, "_now", worn)
        LOOK.changed()
        assert form_of(view, "gone").foreground().color().name() == worn.bad.lower()


def test_it_is_scrolled_with_the_keyboard(view: XrayView) -> None:
    view.show_seen(seen(TOKENS * 200))
    view.setFocus()
    bar = view.text.verticalScrollBar()
    QApplication.processEvents()
    places = [bar.value()]
    for key, held in (
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier),
    ):
        QTest.keyClick(view.text, key, held)
        places.append(bar.value())
    assert places[0] == 0 < places[1] < places[2] == bar.maximum() > places[3] > 0 == places[4]


def test_long_samples_do_not_hold_the_window_up(view: XrayView) -> None:
    long = seen(TOKENS * 800)
    began = time.perf_counter()
    view.show_seen(long)
    assert time.perf_counter() - began < 1.0


def test_letters_that_qt_takes_for_its_own_are_text(view: XrayView) -> None:
    view.show_seen(seen((("a\u2029b\ufdd0\r\n<b>c</b>", "learnt"),)))
    assert view.text.toPlainText() == "a↵\nb↵\n↵\n<b>c</b>"
    assert view.text.document().blockCount() == 1
