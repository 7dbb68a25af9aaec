"""Every setting of the program: shipped file < the user's file < environment < flags.

All mistakes of all four are told at once, each with the place it comes from. API keys never pass
through here, see core/keys.
"""

import difflib
import functools
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from zishu_app.core.errors import SettingsError
from zishu_app.core.paths import CONFIGS, Home
from zishu_app.core.setting_her import Companion, Memory
from zishu_app.core.setting_parts import (
    Dataset,
    Dialogue,
    Distill,
    Downloads,
    Part,
    Requests,
    Review,
    Teacher,
    Window,
    Worker,
    field,
)
from zishu_app.core.setting_training import Training
from zishu_app.core.texts import language, t

ENV_PREFIX = "ZISHU_"
#: environment variables of ours that are not settings
NOT_SETTINGS = {"ZISHU_HOME"}


class Settings(Part):
    """All settings. Rooms do not get this object but plain values out of it."""

    language: Literal["auto", "zh", "en"] = field(
        "语言", "Language", "程序界面使用的语言", "Language of the program itself"
    )
    companion: Companion
    memory: Memory
    teacher: Teacher
    requests: Requests
    dialogue: Dialogue
    distill: Distill
    dataset: Dataset
    review: Review
    training: Training
    worker: Worker
    downloads: Downloads
    window: Window


def load_settings(
    home: Home | None = None,
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Merge all layers. `flags` are dotted: {"dialogue.noise_rate": 0.2}; None values do not count.

    Raises one SettingsError naming every mistake and where it was made.
    """
    own = _read_toml(home.settings) if home is not None and home.settings.exists() else {}
    return settled(own, str(home.settings) if home else "", flags, environment)


def settled(
    own: Mapping[str, Any],
    where: str,
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """As `load_settings`, with the user's own layer given; `where` it is from."""
    merged: dict[str, Any] = {}
    origin: dict[str, str] = {}
    _lay(merged, origin, _read_toml(CONFIGS / "settings.toml"), "settings.toml")
    _lay(merged, origin, own, where)
    for dotted, value in _from_environment(os.environ if environment is None else environment).items():
        _put(merged, origin, dotted, value, _env_name(dotted))
    for dotted, value in (flags or {}).items():
        if value is not None:
            _put(merged, origin, dotted, value, "--" + dotted.rpartition(".")[2].replace("_", "-"))
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        raise _told(error, origin) from None


def defaults() -> Settings:
    """The shipped settings alone."""
    return load_settings(None, environment={})


@functools.cache
def describe() -> dict[str, FieldInfo]:
    """Every setting by its dotted name, e.g. for help and for a form."""
    found: dict[str, FieldInfo] = {}
    for name, one in Settings.model_fields.items():
        part = one.annotation
        if isinstance(part, type) and issubclass(part, BaseModel):
            found.update({f"{name}.{key}": value for key, value in part.model_fields.items()})
        else:
            found[name] = one
    return found


def told_of(dotted: str) -> tuple[str, str]:
    """Title and help of a setting, in the language of the moment."""
    found = describe()[dotted]
    extra = shown_with(dotted)
    if language() == "zh":
        return str(extra["zh_title"]), str(extra["zh"])
    return str(found.title), str(found.description)


def shown_with(dotted: str) -> dict[str, Any]:
    """What else a form wants to know of a setting, see `setting_parts.field`."""
    extra = describe()[dotted].json_schema_extra
    return extra if isinstance(extra, dict) else {}


def value_of(settings: Settings, dotted: str) -> Any:
    """The value of a setting by its dotted name."""
    value: Any = settings
    for part in dotted.split("."):
        value = getattr(value, part)
    return value


def fixed(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Settings that an environment variable holds, which goes before the user's file: dotted name -> variable."""
    given = _from_environment(os.environ if environment is None else environment)
    return {dotted: _env_name(dotted) for dotted in given if dotted in describe()}


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(
            t(f"设置文件 {path} 读不懂：{error}。", f"The settings file {path} cannot be read: {error}."),
            t(
                "改正这一行，或删除该文件以恢复默认设置。",
                "Mend that line, or delete the file to go back to the defaults.",
            ),
        ) from error


def _lay(merged: dict[str, Any], origin: dict[str, str], layer: Mapping[str, Any], where: str) -> None:
    for name, value in layer.items():
        if isinstance(value, Mapping):
            for key, inner in value.items():
                _put(merged, origin, f"{name}.{key}", inner, where)
        else:
            _put(merged, origin, name, value, where)


def _put(merged: dict[str, Any], origin: dict[str, str], dotted: str, value: Any, where: str) -> None:
    section, _, key = dotted.rpartition(".")
    target = merged.setdefault(section, {}) if section else merged
    if isinstance(target, dict):
        target[key] = value
    elif section in describe():  # "language.x": what has a value has no parts; told as an unknown name
        merged[dotted] = value
    origin[dotted] = where


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, text in environment.items():
        if not name.startswith(ENV_PREFIX) or name in NOT_SETTINGS:
            continue
        # text: pydantic reads numbers and truth values out of it, and a model may be called "7"
        found[name.removeprefix(ENV_PREFIX).lower().replace("__", ".", 1)] = text
    return found


def _env_name(dotted: str) -> str:
    return ENV_PREFIX + dotted.upper().replace(".", "__", 1)


def _told(error: ValidationError, origin: Mapping[str, str]) -> SettingsError:
    lines = []
    for problem in error.errors():
        dotted = ".".join(map(str, problem["loc"]))
        meant = _meant(dotted, problem["msg"], origin)
        where = ", ".join(dict.fromkeys(origin[name] for name in meant))
        name = dotted if dotted in describe() else ", ".join(meant) or dotted
        lines.append(f"  {where}: {name}: {_said(problem)}" if where else f"  {name}: {_said(problem)}")
    return SettingsError(
        t("设置有误：\n", "These settings are wrong:\n") + "\n".join(lines),
        t(
            "改正后再试；全部设置见 configs/settings.toml。",
            "Mend them and try again; configs/settings.toml lists all settings.",
        ),
    )


def _meant(dotted: str, message: str, origin: Mapping[str, str]) -> list[str]:
    """The settings that a mistake is about: the one itself; of a whole section, those the message names."""
    if dotted in origin:
        return [dotted]
    inner = [name for name in origin if name.startswith(f"{dotted}.")]
    return [name for name in inner if name.rpartition(".")[2] in message] or inner


def _said(problem: ErrorDetails) -> str:
    """What is wrong, in the user's language (pydantic speaks English only).

    The value of an unknown name is not repeated: somebody may have tried to put a key there.
    """
    kind, limits = problem["type"], problem.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(".".join(map(str, problem["loc"])))
    if kind == "value_error":
        return str(limits["error"])
    limit = next((f"{value:g}" for name, value in limits.items() if name in ("ge", "gt", "le")), "")
    said = {
        "missing": t("缺少", "is missing"),
        "greater_than_equal": t(f"不能小于 {limit}", f"must be at least {limit}"),
        "less_than_equal": t(f"不能大于 {limit}", f"must be at most {limit}"),
        "greater_than": t(f"必须大于 {limit}", f"must be above {limit}"),
        "literal_error": t(f"只能是 {limits.get('expected')}", f"must be {limits.get('expected')}"),
        "string_type": t("应为文字", "must be text"),
        "model_type": t("是一组设置，不是一个值", "is a section of settings, not a value"),
    } | dict.fromkeys(("int_type", "int_parsing", "int_from_float"), t("应为整数", "must be a whole number"))
    said |= dict.fromkeys(("float_type", "float_parsing"), t("应为数字", "must be a number"))
    return f"{said.get(kind, problem['msg'])} ({problem['input']!r:.80})"


def _unknown(dotted: str) -> str:
    near = difflib.get_close_matches(dotted, describe(), n=1, cutoff=0.8)
    if near:
        return t(f"没有这个设置；是 {near[0]} 吗？", f"there is no such setting; is {near[0]} meant?")
    return t("没有这个设置", "there is no such setting")
