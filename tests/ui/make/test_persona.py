"""The user: what is left empty stays with chance."""

from typing import Any

from tests.ui.conftest import Run, Settle
from zishu_app.dialogue.persona import choices
from zishu_app.dialogue.wished_persona import check_wished
from zishu_app.ui.tabs.make.persona import PersonaFields
from zishu_app.ui.workbench import Workbench


def test_untouched_fields_are_left_to_chance(bench: Workbench) -> None:
    fields = PersonaFields(bench, lambda: None)
    fields.fill({}, own=True)
    assert fields.values() == {"persona": {}, "own_persona": True}
    fields.age.setValue(41)
    fields.patience.slider.setValue(0)
    assert fields.values()["persona"] == {"age": 41, "patience": 0.0}
    fields.patience._drop()
    assert fields.values()["persona"] == {"age": 41}


def test_every_persona_of_the_form_can_be(bench: Workbench) -> None:
    fields = PersonaFields(bench, lambda: None)
    fields.fill({}, own=True)
    for step in (0, fields.verbosity.slider.maximum()):
        for amount in (fields.patience, fields.verbosity):
            amount._moved(0)
            amount.slider.setValue(step)
        fields.age.setValue(fields.age.minimum() + 1 if step == 0 else fields.age.maximum())
        fields.name.setText("x" * 500)
        check_wished(fields.values()["persona"])


def test_a_persona_comes_back_with_what_the_form_does_not_show(bench: Workbench) -> None:
    fields = PersonaFields(bench, lambda: None)
    persona = {"name": "Joan", "temper": "calm", "verbosity": 1.2, "interests": ["tea"], "reason": "bored"}
    fields.fill(persona, own=False)
    assert fields.values() == {"persona": persona, "own_persona": False}


def test_suggestions_are_in_the_language_of_the_dialogues(
    bench: Workbench, run: Run[Any], settle: Settle
) -> None:
    fields = PersonaFields(bench, lambda: None)
    box = fields.boxes["temper"]

    async def go() -> None:
        fields.speak("en")
        await settle(lambda: box.count() == len(choices("temper", "en")))
        box.setCurrentIndex(1)
        fields.boxes["habit"].setEditText("words of my own")
        fields.speak("zh")
        await settle(lambda: box.count() == len(choices("temper", "zh")))
        await settle(lambda: fields.boxes["habit"].itemText(0) == choices("habit", "zh")[0])
        assert box.currentText() == "", "an English suggestion would stand in a Chinese talk"
        assert fields.boxes["habit"].currentText() == "words of my own"

    run(go())
