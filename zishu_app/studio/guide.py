"""Who plays the tour: asked as soon as the window opens, so it loads nothing of what playing needs."""

from dataclasses import dataclass

from zishu_app.brains.cards import BUILTIN
from zishu_app.brains.find import known_cards, usable_chinese
from zishu_app.brains.look import look_at
from zishu_app.core.errors import DataError
from zishu_app.core.texts import Language
from zishu_app.house import House
from zishu_app.llm.catalog import Chosen


@dataclass(frozen=True, slots=True)
class Guide:
    """Who plays the tour, and in which language."""

    model: str
    base_url: str
    language: Language


def guide(house: House, wanted: Language) -> Guide:
    """The best brain that is here for a language; where none speaks it, the built-in one, in English.

    Reads the disk and the keyring.
    """
    if wanted == "en":
        return Guide(BUILTIN, "", "en")
    model, teacher = chinese_brain(house), house.settings.teacher
    if model is None:
        return Guide(BUILTIN, "", "en")
    return Guide(model, teacher.base_url if model == teacher.model else "", "zh")


def chinese_brain(house: House) -> str | None:
    """A brain here that speaks Chinese: a model file, else the teacher if it can be asked."""
    found = usable_chinese(house.home, known_cards(house.home))
    if found is not None:
        return str(found.path)
    teacher = house.settings.teacher
    chosen = house.choose(teacher.model, teacher.base_url)
    if chosen.kind == "local":
        return teacher.model if chosen.endpoint != BUILTIN and _may_speak_chinese(house, chosen) else None
    can_be_asked = not chosen.needs_key or house.keys.find(chosen.endpoint, chosen.key_env) is not None
    return teacher.model if can_be_asked else None


def _may_speak_chinese(house: House, chosen: Chosen) -> bool:
    """A file that is gone, broken or for other languages plays nothing."""
    try:
        return look_at(house.model_file(chosen)).may_speak_chinese
    except DataError:
        return False
