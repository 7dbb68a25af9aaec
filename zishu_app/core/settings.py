"""Every setting of the program: shipped file < the user's file < environment < flags.

All mistakes of all four are told at once, each with the place it comes from. API keys never pass
through here, see core/keys.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from zishu_app.core.errors import SettingsError
from zishu_app.core.paths import CONFIGS, Home
from zishu_app.core.texts import t

ENV_PREFIX = "ZISHU_"
#: environment variables of ours that are not settings
NOT_SETTINGS = {"ZISHU_HOME"}

Share = Annotated[float, Field(ge=0, le=1)]
Temperature = Annotated[float, Field(ge=0, le=2)]
Count = Annotated[int, Field(ge=1)]


class _Part(BaseModel):
    """What all sections have in common: unknown names are mistakes, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Teacher(_Part):
    """The models that teach."""

    model: str = Field(
        description="Plays the assistant, and distils: endpoint, endpoint/model or a .gguf file"
    )
    user_model: str = Field(description="Plays the user; empty: the same model")
    base_url: str = Field(description="Another address for the endpoint; empty: the one in the catalog")


class Requests(_Part):
    """How calls are made."""

    timeout_s: float = Field(gt=0, description="Seconds without a byte after which a call has failed")
    max_retries: int = Field(ge=0, le=20, description="How often a failed call is tried again")
    retry_delay_s: float = Field(ge=0, le=60, description="Seconds before the first retry; doubles each time")


class Dialogue(_Part):
    """Two AIs talk."""

    num_conversations: Count = Field(description="How many dialogues are made")
    min_rounds: Count = Field(description="Fewest rounds of a dialogue")
    max_rounds: Count = Field(description="Most rounds of a dialogue")
    noise_rate: Share = Field(description="Share of user messages with at least one typing mistake")
    user_temperature: Temperature = Field(description="Sampling temperature of the user's side")
    assistant_temperature: Temperature = Field(description="Sampling temperature of the assistant's side")
    user_max_tokens: Count = Field(description="Longest message of the user's side, in tokens")
    assistant_max_tokens: Count = Field(description="Longest answer of the assistant's side, in tokens")
    history_tokens: int = Field(ge=200, description="Most tokens of history a side sees")
    concurrency: int = Field(ge=0, le=1024, description="Dialogues at once; 0: as the endpoint allows")

    @model_validator(mode="after")
    def _rounds_in_order(self) -> Self:
        if self.min_rounds > self.max_rounds:
            raise ValueError(
                t(
                    f"min_rounds（{self.min_rounds}）大于 max_rounds（{self.max_rounds}）",
                    f"min_rounds ({self.min_rounds}) is above max_rounds ({self.max_rounds})",
                )
            )
        return self


class Distill(_Part):
    """Long talks become short ones."""

    max_tokens: int = Field(ge=50, description="Most tokens of a chunk")
    overlap_tokens: int = Field(ge=0, description="Tokens of overlap between two chunks")
    max_turns: Count = Field(description="Rounds of a chunk when splitting by turns")
    split_method: Literal["tokens", "turns"] = Field(description="How talks are split")
    temperature: Temperature = Field(description="Sampling temperature")
    max_output_tokens: Count = Field(description="Longest answer in tokens")

    @model_validator(mode="after")
    def _overlap_fits(self) -> Self:
        if self.overlap_tokens >= self.max_tokens:
            raise ValueError(
                t(
                    f"overlap_tokens（{self.overlap_tokens}）必须小于 max_tokens（{self.max_tokens}）",
                    f"overlap_tokens ({self.overlap_tokens}) must be below max_tokens ({self.max_tokens})",
                )
            )
        return self


class Worker(_Part):
    """The processes that hold local models."""

    python: str = Field(description="Python that runs them; empty: the one that runs the program")
    idle_s: float = Field(gt=0, description="Seconds after which an unused lane is let go")
    slots: int = Field(ge=1, le=64, description="Requests a local model answers at once")
    threads: int = Field(ge=0, le=1024, description="Threads a local model computes with; 0: all cores")
    gpu_layers: int = Field(ge=-1, description="Layers put on the graphics card; -1 all that fit, 0 none")


class Downloads(_Part):
    """Model files."""

    prefer: Literal["hub", "mirror"] = Field(description="Which is asked first")


class Settings(_Part):
    """All settings. Rooms do not get this object but plain values out of it."""

    language: Literal["auto", "zh", "en"] = Field(description="Language of the program itself")
    teacher: Teacher
    requests: Requests
    dialogue: Dialogue
    distill: Distill
    worker: Worker
    downloads: Downloads


def load_settings(
    home: Home | None = None,
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Merge all layers. `flags` are dotted: {"dialogue.noise_rate": 0.2}; None values do not count.

    Raises one SettingsError naming every mistake and where it was made.
    """
    merged: dict[str, Any] = {}
    origin: dict[str, str] = {}
    _lay(merged, origin, _read_toml(CONFIGS / "settings.toml"), "settings.toml")
    if home is not None and home.settings.exists():
        _lay(merged, origin, _read_toml(home.settings), str(home.settings))
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


def describe() -> dict[str, FieldInfo]:
    """Every setting by its dotted name, e.g. for help and for a form."""
    found: dict[str, FieldInfo] = {}
    for name, field in Settings.model_fields.items():
        part = field.annotation
        if isinstance(part, type) and issubclass(part, BaseModel):
            found.update({f"{name}.{key}": value for key, value in part.model_fields.items()})
        else:
            found[name] = field
    return found


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
