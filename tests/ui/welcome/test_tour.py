from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from tests.teacher import Teacher
from zishu_app.core.settings import load_settings
from zishu_app.core.texts import Language, set_language
from zishu_app.ledger.overview import list_runs
from zishu_app.studio import tour
from zishu_app.ui.follow import LANGUAGE, speak
from zishu_app.ui.tabs.welcome.tour_card import TourCard
from zishu_app.ui.tabs.welcome.tour_state import TourState
from zishu_app.ui.tabs.welcome.tour_words import NARROW, Acts, TourWords
from zishu_app.ui.workbench import Workbench


@pytest.fixture
def card(bench: Workbench, shown: Callable[..., Any]) -> TourCard:
    made: TourCard = shown(TourCard(bench, lambda: None), 940, 300)
    return made


def played_by(bench: Workbench, url: str) -> None:
    """The settings name a teacher that can be asked without a key."""
    own = {"teacher.model": "m", "teacher.base_url": url, "requests.max_retries": 0}
    bench.house.renew(load_settings(bench.house.home, own, environment={}))
    set_language("zh")
    LANGUAGE.changed()


def test_it_plays_and_says_where_everything_is(
    card: TourCard, bench: Workbench, heard: Any, run: Callable[..., Any], settle: Callable[..., Any]
) -> None:
    async def go() -> None:
        async with Teacher(tokens=12, latency=0.05) as teacher:
            played_by(bench, teacher.base_url)
            card.start()
            await settle(lambda: card.phase == "talking")
            assert card.words.stop.isVisible()
            assert not card.words.start.isVisible()
            await settle(lambda: card.phase == "done")

    run(go())
    assert card.stage.talk.toPlainText().count("用户") == 3
    assert card.stage.talk.toPlainText().count("助手") == 3
    assert [kind for kind, _ in card.stage.notes.shown] == ["points", "summary"]
    assert "整体对话主题" in card.stage.notes.toPlainText()
    assert "tour" in card.words._files[0].text()
    card.words.distil.click()
    ((page, paths),) = heard.gone
    assert page == "distill"
    assert paths[0].is_file()
    assert list_runs(bench.house.store)[0].state == "done"


def test_it_stops_after_the_message_and_can_be_gone_on_with(
    card: TourCard, bench: Workbench, heard: Any, run: Callable[..., Any], settle: Callable[..., Any]
) -> None:
    async def go() -> None:
        async with Teacher(latency=0.05) as teacher:
            played_by(bench, teacher.base_url)
            card.start()
            await settle(lambda: card.phase == "talking")
            assert card.stop() is not None
            assert not card.words.stop.isEnabled()
            await settle(lambda: card.phase == "stopped")

    run(go())
    (row,) = list_runs(bench.house.store)
    assert row.state == "stopped"
    card.words.make.click()
    assert heard.gone == [("make", row.id)]


def test_what_went_wrong_is_told_on_the_card(
    card: TourCard, bench: Workbench, run: Callable[..., Any], settle: Callable[..., Any]
) -> None:
    async def go() -> None:
        played_by(bench, "http://127.0.0.1:9/v1")
        card.start()
        await settle(lambda: card.phase == "failed")

    run(go())
    assert card.words._fault.isVisible()
    assert "127.0.0.1:9" in card.words._fault.text()
    assert card.words.again.isVisible()


def test_in_chinese_it_says_plainly_that_the_builtin_brain_speaks_english(
    card: TourCard, bench: Workbench, run: Callable[..., Any], settle: Callable[..., Any]
) -> None:
    set_language("zh")
    LANGUAGE.changed()
    run(settle(lambda: card.words._note.text()))
    assert "只会英文" in card.words._note.text()
    assert "不用密钥" in card.words._text.text()


def test_who_plays_from_afar_promises_no_privacy(
    card: TourCard, bench: Workbench, run: Callable[..., Any], settle: Callable[..., Any]
) -> None:
    played_by(bench, "http://127.0.0.1:9/v1")
    run(settle(lambda: "m" in card.words._note.text()))
    assert "不用网络" not in card.words._text.text()


def test_the_card_and_the_command_line_play_as_many_rounds(card: TourCard, bench: Workbench) -> None:
    card.start()
    assert card._state is not None
    assert card._state.rounds == tour.ROUNDS


@pytest.mark.parametrize("language", ["zh", "en"])
def test_on_a_narrow_card_no_word_of_a_button_is_cut(language: Language, app: QApplication) -> None:
    speak(language)
    words = TourWords(Acts(*[lambda: None] * 5))
    words.setFixedWidth(NARROW)
    words.show_phase("done", TourState(rounds=3, conversation=Path("a.json"), distilled=Path("b.json")), None)
    words.resize(NARROW, words.heightForWidth(NARROW))
    words.show()
    app.processEvents()
    shown = [one for one in words.findChildren(QPushButton) if one.isVisible()]
    assert len(shown) == 4
    assert all(one.width() >= one.sizeHint().width() for one in shown)
    assert all(words.rect().contains(one.geometry()) for one in shown)
    words.close()
