"""Which brain teaches now, and giving her another one: written into the settings, told to all pages."""

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zishu_app.brains.cards import BUILTIN
from zishu_app.core.errors import SettingsError
from zishu_app.core.paths import Home
from zishu_app.core.settings import Settings, value_of
from zishu_app.core.texts import t
from zishu_app.house import House
from zishu_app.llm.names import model_name
from zishu_app.ui.workbench import Workbench

if TYPE_CHECKING:
    from zishu_app.llm.catalog import Chosen
    from zishu_app.studio.try_model import Tried

#: two choices made quickly are written one after the other
_WRITING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Brain:
    """The brain the settings name. `ready`: it can be asked, as far as can be told without asking."""

    name: str
    ready: bool
    builtin: bool = False
    #: the endpoint lacks a key
    lacks_key: bool = False


def brain_now(house: House) -> Brain:
    """Reads the disk and the keyring: for a thread."""
    teacher = house.settings.teacher
    try:
        chosen = house.choose(teacher.model, teacher.base_url)
    except SettingsError:
        return Brain(teacher.model, ready=False)
    if chosen.endpoint == BUILTIN:
        return Brain(chosen.model, ready=True, builtin=True)
    if chosen.kind == "local":
        return Brain(chosen.model, ready=True)
    has_key = not chosen.needs_key or house.keys.find(chosen.endpoint, chosen.key_env) is not None
    return Brain(model_name(chosen.name), ready=has_key, lacks_key=not has_key)


async def try_brain(house: House, chosen: "Chosen", key: str | None = None) -> "Tried":
    """See studio/try_model, which is loaded in a thread when it is first needed."""
    room = await asyncio.to_thread(_trial)
    tried: Tried = await room(house, chosen, key)
    return tried


def _trial() -> Any:
    from zishu_app.studio.try_model import try_model

    return try_model


async def use_brain(bench: Workbench, spec: str, base_url: str = "") -> None:
    """From now on this model teaches; an address of its own, or none. Raises SettingsError."""
    await save(bench, {"teacher.model": spec, "teacher.base_url": base_url})


async def save(bench: Workbench, values: Mapping[str, Any]) -> None:
    """Write settings and have every page hear of it.

    Raises SettingsError where the file cannot be written, or the environment says otherwise.
    """
    settings = await asyncio.to_thread(_saved, bench.house.home, values)
    bench.house.renew(settings)
    bench.news.settings_changed.emit()
    held = [dotted for dotted, value in values.items() if value_of(settings, dotted) != value]
    if held:
        names = ", ".join(held)
        raise SettingsError(
            t(
                f"环境变量固定了 {names}，新的选择没有生效。",
                f"The environment holds {names}: the choice is not in force.",
            ),
            t("去掉 ZISHU_ 开头的那个环境变量。", "Take away the variable that begins with ZISHU_."),
        )


def _saved(home: Home, values: Mapping[str, Any]) -> Settings:
    from zishu_app.core.settings_file import change

    with _WRITING:
        return change(home, values).settings
