"""The form for new dialogues: what is chosen, what it will take, what is in the way, and the order at its end."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QScrollArea

from tests.ui.conftest import Heard, Run, Settle
from zishu_app.core.settings import load_settings
from zishu_app.studio.runs import Order
from zishu_app.ui.tabs.make.form import FORM, MakeForm
from zishu_app.ui.workbench import Workbench


@dataclass
class Stage:
    """A form on the screen, and what was started from it."""

    bench: Workbench
    started: list[Order] = field(default_factory=list)
    forms: list[MakeForm] = field(default_factory=list)

    def open(self, width: int = 1000) -> MakeForm:
        form = MakeForm(self.bench, self.started.append)
        form.resize(width, 760)
        form.show()
        self.forms.append(form)
        return form


@pytest.fixture
def stage(bench: Workbench) -> Iterator[Stage]:
    flags = {
        "teacher.base_url": "http://127.0.0.1:9/v1",
        "teacher.model": "loopback",
        "dialogue.num_conversations": 3,
    }
    bench.house.settings = load_settings(bench.house.home, flags, environment={})
    made = Stage(bench)
    yield made
    for form in made.forms:
        shiboken6.delete(form)


def ready(form: MakeForm) -> bool:
    return form.foot.start.isEnabled()


def test_the_estimate_moves_with_every_change(stage: Stage, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        form = stage.open()
        await settle(lambda: ready(form))
        before = form.foot.figures["calls"].text()
        form.talks.count.setValue(30)
        await settle(lambda: form.foot.figures["calls"].text() != before)
        assert form.foot.figures["money"].text() == "unknown"
        assert not form.limits.money.isEnabled()
        assert (
            "No price is known for loopback (an address of your own)"
            in form.limits.fields["max_cost"]._help.text()
        )

    run(go())


def test_start_hands_over_the_order_each_time_with_another_seed(
    stage: Stage, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        form = stage.open()
        await settle(lambda: ready(form))
        form.talks.noise.set_share(0.3)
        form.foot.start.click()
        QTest.keyClick(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        form.start()
        first, *_, last = stage.started
        assert first.settings.dialogue.noise_rate == 0.3
        assert first.recipe["scenarios"] == []
        assert first.recipe["seed"] != last.recipe["seed"]
        form.more.seed_way.choose("fixed")
        form.more.seed.setValue(77)
        form.start()
        assert stage.started[-1].recipe["seed"] == 77

    run(go())


def test_rounds_that_cannot_be_are_told_at_once(stage: Stage, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        form = stage.open()
        await settle(lambda: ready(form))
        form.talks.least.setValue(200)
        assert form.talks.fields["max_rounds"].fault == "Not below the fewest rounds."
        assert not ready(form)
        form.start()
        assert stage.started == []
        form.talks.most.setValue(200)
        assert form.talks.fields["max_rounds"].fault == ""
        await settle(lambda: ready(form))

    run(go())


def test_an_unknown_model_is_told_under_its_field(stage: Stage, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        form = stage.open()
        form.more.base_url.setText("")
        form.brains.model.setEditText("no-such-model")
        await settle(lambda: form.brains.fields["model"].fault)
        assert "'no-such-model' is not known" in form.brains.fields["model"].fault
        assert not ready(form)
        assert "marked in red" in form.foot.message.text()

    run(go())


def test_a_missing_key_leads_to_where_keys_are(
    stage: Stage, run: Run[Any], settle: Settle, heard: Heard
) -> None:
    async def go() -> None:
        form = stage.open()
        form.more.base_url.setText("")
        form.brains.model.setEditText("xiaomimimo")
        await settle(lambda: "No API key" in form.foot.message.text())
        assert not ready(form)
        form.foot.lead.click()
        assert heard.gone == [("settings", "models")]

    run(go())


def test_money_can_be_limited_where_a_price_is_known(
    stage: Stage, run: Run[Any], settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIMO_API_KEY", "sk-" + "a" * 32)

    async def go() -> None:
        form = stage.open()
        form.more.base_url.setText("")
        form.brains.model.setEditText("xiaomimimo/mimo-v2-flash")
        await settle(lambda: form.foot.figures["money"].text().startswith("¥"))
        assert form.limits.money.isEnabled()
        form.limits.money.setValue(0.01)
        await settle(lambda: "Below the least" in form.limits.fields["max_cost"]._help.text())
        assert form.order().recipe["max_cost"] == 0.01

    run(go())


def test_the_built_in_brain_says_that_it_knows_english_only(
    stage: Stage, run: Run[Any], settle: Settle, heard: Heard
) -> None:
    async def go() -> None:
        form = stage.open()
        form.more.base_url.setText("")
        form.brains.model.setEditText("builtin")
        form.picker.speak("zh")
        await settle(lambda: not form.notice.isHidden())
        assert "English only" in form.notice.text.text()
        english, find = form.notice.findChildren(QPushButton)
        find.click()
        assert heard.gone == [("welcome", None)]
        english.click()
        assert form.choices.language == "en"
        await settle(form.notice.isHidden)

    run(go())


def test_nothing_chosen_is_told(stage: Stage, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        form = stage.open()
        await settle(lambda: ready(form))
        form.picker.list._none()
        assert form.foot.message.text() == "Choose at least one scenario."
        assert not ready(form)

    run(go())


def test_choices_come_back_and_can_be_reset_and_that_undone(stage: Stage, run: Run[Any]) -> None:
    async def go() -> None:
        form = stage.open()
        form.talks.count.setValue(42)
        form.persona.fill({"name": "Joan", "patience": 0.25}, own=True)
        form.limits.distil.setChecked(False)
        kept = stage.bench.remembered.get(FORM, {})
        assert kept == {
            "count": 42,
            "persona": {"name": "Joan", "patience": 0.25},
            "own_persona": True,
            "distil": False,
        }
        again = stage.open()
        assert again.choices == form.choices
        again._put_back()
        assert again.choices.count == 3
        assert stage.bench.remembered.get(FORM, {}) == {}
        again._undo.back.click()
        assert again.choices == form.choices

    run(go())


def test_what_was_not_chosen_follows_new_settings(stage: Stage, run: Run[Any]) -> None:
    async def go() -> None:
        form = stage.open()
        form.talks.noise.set_share(0.5)
        house = stage.bench.house
        house.settings = load_settings(house.home, {"dialogue.num_conversations": 9}, environment={})
        stage.bench.news.settings_changed.emit()
        assert (form.choices.count, form.choices.noise_rate) == (9, 0.5)

    run(go())


def test_more_like_an_old_run(stage: Stage, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        form = stage.open()
        await settle(lambda: ready(form))
        recipe = dict(form.order().recipe)
        recipe |= {
            "scenarios": ["Science Q&A", "gone long ago"],
            "persona": {"age": 70},
            "max_total_tokens": 5,
        }
        form.take(recipe)
        await settle(lambda: form.picker.loaded)
        assert form.order().recipe["scenarios"] == ["Science Q&A"], "the one that is gone is left out"
        assert form.order().recipe["persona"] == {"age": 70}
        assert form.limits.tokens.value() == 5

    run(go())


def test_a_wrong_folder_opens_the_fold_it_is_in(stage: Stage, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        form = stage.open()
        form.more.talks.edit.setText("somewhere/else")
        await settle(lambda: form.more.fields["conversation_dir"].fault)
        assert form.more.fields["conversation_dir"].fault == "Write the whole path."
        assert form.more.card.isVisible()

    run(go())


def test_two_columns_where_there_is_room(stage: Stage, run: Run[Any]) -> None:
    async def go() -> None:
        form = stage.open(1000)
        assert (form._body.indexOf(form.picker), form._body.indexOf(form._area)) == (0, 1)
        form.resize(560, 760)
        assert form._column.indexOf(form.picker) == 0
        form.resize(1000, 760)
        assert form._body.indexOf(form.picker) == 0

    run(go())


@pytest.mark.parametrize("width", [1100, 700])
def test_the_keyboard_goes_as_it_is_read(stage: Stage, run: Run[Any], settle: Settle, width: int) -> None:
    async def go() -> None:
        form = stage.open(width)
        await settle(lambda: ready(form))
        places = (form.picker, form._area, form.foot, form._reset)
        found, one = [], form.nextInFocusChain()
        while one is not form:
            if (
                one.focusPolicy() & Qt.FocusPolicy.TabFocus
                and one.isVisibleTo(form)
                and one.focusProxy() is None
                and not isinstance(one, QScrollArea)
            ):
                inside = [
                    number for number, part in enumerate(places) if part is one or part.isAncestorOf(one)
                ]
                found += inside[:1]
            one = one.nextInFocusChain()
        assert found == sorted(found)
        assert set(found) == {0, 1, 2, 3}

    run(go())
