"""What changes while the window is open is done again by everybody who follows, for as long as they live."""

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QLabel

from zishu_app.core.texts import language, t
from zishu_app.ui.follow import LANGUAGE, Topic, say, speak


def test_it_is_done_at_once_and_again_at_each_change(app: QApplication) -> None:
    topic, owner, done = Topic(), QObject(), []
    topic.follow(owner, lambda: done.append("one"))
    topic.follow(owner, lambda: done.append("two"))
    assert done == ["one", "two"]
    topic.changed()
    assert done == ["one", "two"] * 2


def test_in_the_order_in_which_they_came(app: QApplication) -> None:
    topic, owners, done = Topic(), [QObject() for _ in range(5)], []
    for number, owner in enumerate(owners):
        topic.follow(owner, lambda number=number: done.append(number))
    done.clear()
    topic.changed()
    assert done == [0, 1, 2, 3, 4]


def test_who_is_gone_is_asked_no_more(app: QApplication) -> None:
    topic, gone, stays, done = Topic(), QObject(), QObject(), []
    topic.follow(gone, lambda: done.append("gone"))
    topic.follow(stays, lambda: done.append("stays"))
    shiboken6.delete(gone)
    done.clear()
    topic.changed()
    assert done == ["stays"]
    assert len(topic._acts) == 1, "nothing of it is kept"


def test_a_window_that_opens_and_closes_many_times_leaves_nothing_behind(app: QApplication) -> None:
    before = len(LANGUAGE._acts)
    for _ in range(50):
        label = QLabel()
        say(label, lambda label=label: label.setText(t("好", "good")))
        shiboken6.delete(label)
    assert len(LANGUAGE._acts) == before


def test_who_comes_while_it_is_told_is_told_what_holds(app: QApplication) -> None:
    topic, owner, late, done = Topic(), QObject(), QObject(), []

    def act() -> None:
        if done:
            topic.follow(late, lambda: done.append("late"))
        done.append("first")

    topic.follow(owner, act)
    topic.changed()
    assert done.count("late") == 1


def test_a_text_is_said_again_in_the_other_language(app: QApplication) -> None:
    label = QLabel()
    say(label, lambda: label.setText(t("开始", "Start")))
    assert label.text() == "Start"
    speak("zh")
    assert (label.text(), language()) == ("开始", "zh")
    speak("en")
    assert label.text() == "Start"


@pytest.mark.parametrize(("system", "spoken"), [("zh_CN.UTF-8", "zh"), ("de_DE.UTF-8", "en")])
def test_auto_is_the_language_of_the_system(
    app: QApplication, monkeypatch: pytest.MonkeyPatch, system: str, spoken: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", system)
    speak("auto")
    assert language() == spoken
