"""The form: built of the settings, checked by their rules, written at once, and in force at once."""

from typing import Any, get_args

import pytest
import shiboken6
from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QSpinBox

from zishu_app.core.settings import describe, load_settings
from zishu_app.core.settings_file import own_values
from zishu_app.core.texts import set_language
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.settings import form
from zishu_app.ui.tabs.settings.changes import Changes
from zishu_app.ui.tabs.settings.fields import Editor, shown_value, word_of
from zishu_app.ui.tabs.settings.form import FieldCard, FieldRow
from zishu_app.ui.tabs.settings.sections import SECTIONS, fields_of, holds, is_part
from zishu_app.ui.theme import look


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form, "PAUSE", 0)


@pytest.fixture
def card(bench: Any) -> Any:
    changes = Changes(bench, bench.news)
    made = FieldCard(bench, changes, list(describe()))
    made.resize(900, 2000)
    made.show()
    yield made
    shiboken6.delete(made)


def row(card: FieldCard, dotted: str) -> FieldRow:
    return next(one for one in card.rows if one.dotted == dotted)


def field(card: FieldCard, dotted: str) -> Any:
    return row(card, dotted).editor.focus


def test_every_setting_is_in_one_section_and_has_a_field_for_its_type(card: FieldCard) -> None:
    placed = [dotted for section in SECTIONS for dotted in fields_of(section)]
    assert sorted(placed) == sorted(describe())
    named = {part for section in SECTIONS for part in section.parts}
    assert {dotted.partition(".")[0] for dotted in describe()} == named
    assert isinstance(field(card, "dialogue.min_rounds"), QSpinBox)
    assert isinstance(field(card, "requests.timeout_s"), QDoubleSpinBox)
    assert isinstance(field(card, "teacher.base_url"), QLineEdit)
    assert not is_part("language") and is_part("worker")


def test_every_choice_has_a_word_in_both_languages() -> None:
    choices = {
        one for each in describe().values() for one in get_args(each.annotation) if isinstance(one, str)
    }
    assert {"auto", "dark", "tokens", "mirror"} <= choices
    for language in ("zh", "en"):
        set_language(language)  # type: ignore[arg-type]
        assert [one for one in choices if word_of(one) == one] == []


def test_fields_keep_to_the_limits_of_the_settings(card: FieldCard) -> None:
    slots, rate = field(card, "worker.slots"), field(card, "dialogue.noise_rate")
    assert (slots.minimum(), slots.maximum()) == (1, 64)
    assert (rate.minimum(), rate.maximum(), rate.text()) == (0, 100, "12 %")
    assert field(card, "requests.timeout_s").text() == "120 s"


def test_a_change_is_written_and_in_force_at_once(card: FieldCard, bench: Any, run: Any, settle: Any) -> None:
    heard: list[int] = []
    bench.news.settings_changed.connect(lambda: heard.append(1))
    field(card, "dialogue.noise_rate").setValue(30)
    run(settle(lambda: heard))
    assert own_values(bench.house.home) == {"dialogue.noise_rate": 0.3}
    assert bench.house.settings.dialogue.noise_rate == 0.3
    assert not row(card, "dialogue.noise_rate")._reset.isHidden()


def test_what_does_not_fit_is_told_under_its_field_and_written_once_it_does(
    card: FieldCard, bench: Any, run: Any, settle: Any
) -> None:
    least = row(card, "dialogue.min_rounds")
    least.editor.focus.setValue(150)
    run(settle(lambda: not least._fault.isHidden()))
    assert least._fault.text() == "min_rounds (150) is above max_rounds (100)"
    assert not bench.house.home.settings.exists()
    field(card, "dialogue.max_rounds").setValue(200)
    run(settle(lambda: bench.house.settings.dialogue.min_rounds == 150))
    run(settle(least._fault.isHidden))
    assert own_values(bench.house.home) == {"dialogue.max_rounds": 200, "dialogue.min_rounds": 150}


def test_reset_takes_it_out_of_the_file_and_undo_brings_it_back(
    card: FieldCard, bench: Any, run: Any, settle: Any
) -> None:
    home = bench.house.home
    home.settings.write_text("[worker]\nslots = 5 # mine\n", encoding="utf-8")
    changes = card.rows[0]._changes
    changes.look_again()
    run(settle(lambda: field(card, "worker.slots").value() == 5))
    done: list[Any] = []
    changes.saved.connect(done.append)
    row(card, "worker.slots").reset()
    run(settle(lambda: done))
    assert own_values(home) == {} and field(card, "worker.slots").value() == 2
    changes.undo(done[0])
    run(settle(lambda: len(done) == 2))
    assert home.settings.read_text(encoding="utf-8") == "[worker]\nslots = 5 # mine\n"
    assert field(card, "worker.slots").value() == 5


def test_what_the_environment_holds_is_said_and_cannot_be_changed(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZISHU_WORKER__SLOTS", "7")
    bench.house.settings = load_settings(bench.house.home)
    card = FieldCard(bench, Changes(bench, bench.news), ["worker.slots", "worker.threads"])
    held = row(card, "worker.slots")
    assert not held.editor.focus.isEnabled() and held.editor.focus.value() == 7
    assert "ZISHU_WORKER__SLOTS" in held._note.text()
    assert held._reset.isHidden()
    assert row(card, "worker.threads").editor.focus.isEnabled()
    shiboken6.delete(card)


def test_language_and_look_take_effect_at_once(card: FieldCard, bench: Any, run: Any, settle: Any) -> None:
    row(card, "language").editor.focus._buttons["zh"].click()
    run(settle(lambda: bench.house.settings.language == "zh"))
    assert row(card, "language")._title.text() == "语言"
    assert not look.now().dark
    row(card, "window.theme").editor.focus._buttons["dark"].click()
    run(settle(lambda: look.now().dark))


def test_texts_are_written_when_the_field_is_left(card: FieldCard, bench: Any, run: Any, settle: Any) -> None:
    line = field(card, "teacher.base_url")
    line.setText(" http://127.0.0.1:1/v1 ")
    line.editingFinished.emit()
    run(settle(lambda: bench.house.settings.teacher.base_url == "http://127.0.0.1:1/v1"))


def test_a_model_nobody_knows_is_told(card: FieldCard, bench: Any, run: Any, settle: Any) -> None:
    model = row(card, "teacher.model")
    model._edited("nobody-knows-this")
    run(settle(lambda: bench.house.settings.teacher.model == "nobody-knows-this"))
    assert "is not known" in model._note.text()


def test_numbers_that_mean_something_else_are_said_in_words(card: FieldCard) -> None:
    assert field(card, "dialogue.concurrency").text() == "As the endpoint allows"
    assert shown_value("worker.gpu_layers", -1) == "All that fit"
    assert shown_value("dialogue.noise_rate", 0.12) == "12 %"
    assert shown_value("teacher.user_model", "") == "The teaching model"
    set_language("zh")
    LANGUAGE.changed()
    assert field(card, "dialogue.concurrency").text() == "按接口允许的数量"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("words", "dotted"),
    [("打错字", "dialogue.noise_rate"), ("typing mist", "dialogue.noise_rate"), ("gpu_layers", "worker.gpu_layers"),
     ("显卡", "worker.gpu_layers"), ("graphics card", "worker.gpu_layers"), ("byte failed", "requests.timeout_s")],
)  # fmt: skip
def test_a_setting_is_found_by_name_title_and_help_in_both_languages(
    language: Any, words: str, dotted: str
) -> None:
    set_language(language)
    assert [one for one in describe() if holds(one, words)] == [dotted]


def test_an_editor_shows_without_telling(card: FieldCard, bench: Any, run: Any) -> None:
    for one in card.rows:
        shown: Editor = one.editor
        shown.show(one._changes.value(one.dotted))
        assert not one._pause.isActive(), one.dotted


def test_who_she_is_and_what_she_wears_are_chosen_by_name(
    card: FieldCard, bench: Any, run: Any, settle: Any
) -> None:
    box = field(card, "companion.accessory")
    run(settle(lambda: box.count() > 3))
    assert box.currentText() == "Ribbon"
    names = [box.itemText(number) for number in range(box.count())]
    assert {"Nothing", "Flower", "Turtle"} <= {*names}
    box.setCurrentIndex(names.index("Turtle"))
    box.activated.emit(box.currentIndex())
    run(settle(lambda: bench.house.settings.companion.accessory == "turtle"))
    who = field(card, "companion.character")
    run(settle(lambda: who.currentText() == "Zishu"))
    assert who.currentData() == "zishu"
    row(card, "companion.character").editor.show("gone")
    assert (who.currentText(), who.currentData()) == ("gone", "gone"), "what a file says is not hidden"
