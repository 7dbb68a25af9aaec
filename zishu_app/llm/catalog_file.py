"""The catalog's file form: `configs/models.toml`, with the user's own `models.toml` over it.

Both are read with exact decimals, merged key by key and checked together; every mistake of both is told at
once, with the file and the key it is in.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from zishu_app.core.errors import SettingsError
from zishu_app.core.texts import t
from zishu_app.llm.addresses import is_url, normal_url

Kind = Literal["openai", "local"]
TokenizerName = Literal["o200k_base", "cl100k_base", "own"]
OptionalField = Literal["stream_options", "seed", "temperature", "response_format"]
Count = Annotated[int, Field(ge=1)]
Money = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PriceRecord(_Record):
    """What a model costs; only with the page and the day it was read."""

    input_per_million: Money
    output_per_million: Money
    cached_input_per_million: Money | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    source: str
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}(-\d{2})?$")]

    @field_validator("source")
    @classmethod
    def _is_page(cls, source: str) -> str:
        if not is_url(source):
            raise ValueError("must be the address of a page")
        return source


class QuirksRecord(_Record):
    """How an endpoint or a model differs from the usual."""

    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] | None = None
    leave_out: list[OptionalField] | None = None
    extra_body: dict[str, Any] | None = None

    @field_validator("extra_body")
    @classmethod
    def _as_json(cls, extra: dict[str, Any] | None) -> dict[str, Any] | None:
        """JSON knows no decimals; here, unlike for money, floats will do."""
        return None if extra is None else json.loads(json.dumps(extra, default=float))


class ModelRecord(_Record):
    """One model; what is left out is as its endpoint says."""

    context: Count | None = None
    tokenizer: TokenizerName | None = None
    max_output: Count | None = None
    json_schema: bool | None = None
    #: too small to end an answer by itself; sentences are counted for it
    terse: bool = False
    languages: list[Literal["zh", "en"]] = []
    quirks: QuirksRecord = QuirksRecord()
    price: PriceRecord | None = None


class EndpointRecord(_Record):
    """One endpoint."""

    kind: Kind = "openai"
    base_url: str = ""
    default_model: str = ""
    key_env: list[str] = []
    needs_key: bool = True
    key_pattern: str = ""
    key_page: str = ""
    concurrency: Annotated[int, Field(ge=1, le=1024)]
    free: bool = False
    context: Count
    tokenizer: TokenizerName = "own"
    json_schema: bool = False
    quirks: QuirksRecord = QuirksRecord()
    models: dict[str, ModelRecord] = {}

    @field_validator("base_url")
    @classmethod
    def _is_url(cls, base_url: str) -> str:
        if base_url and not is_url(base_url):
            raise ValueError("must begin with http:// or https:// and name a host")
        return normal_url(base_url) if base_url else ""

    @field_validator("key_pattern")
    @classmethod
    def _is_regex(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"is not a regular expression: {error}") from None
        return pattern

    @model_validator(mode="after")
    def _has_address(self) -> Self:
        if self.kind == "openai" and not self.base_url:
            raise ValueError("base_url is missing")
        return self


class CatalogRecord(_Record):
    """The whole file."""

    endpoints: dict[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")], EndpointRecord]


def read_catalog(shipped: Path, own: Path | None) -> CatalogRecord:
    """Both files as one. Raises SettingsError with every mistake."""
    over = _read(own) if own is not None and own.exists() else {}
    return laid_over(shipped, over, own)


def laid_over(shipped: Path, over: Mapping[str, Any], own: Path | None) -> CatalogRecord:
    """As `read_catalog`, with what the user's file `own` says, or will say, given. Money in it is Decimal."""
    try:
        return CatalogRecord.model_validate(_merged(_read(shipped), over))
    except ValidationError as error:
        raise _told(error, over, shipped, own) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(
            t(f"模型目录 {path} 读不懂：{error}。", f"The model catalog {path} cannot be read: {error}."),
            t(
                "改正该行；自己的 models.toml 也可以删除。",
                "Mend that line; a models.toml of your own may also be deleted.",
            ),
        ) from error


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in over.items():
        old = result.get(key)
        result[key] = (
            _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
        )
    return result


def _told(error: ValidationError, over: Mapping[str, Any], shipped: Path, own: Path | None) -> SettingsError:
    lines = []
    for problem in error.errors():
        path = tuple(part for part in problem["loc"] if part != "[key]")
        place = own if own is not None and _touches(over, path) else shipped
        got = "" if isinstance(problem["input"], dict) else f" ({problem['input']!r})"
        lines.append(
            f"  {place}: {'.'.join(map(str, path))}: {problem['msg'].removeprefix('Value error, ')}{got}"
        )
    return SettingsError(
        t("模型目录有误：\n", "The model catalog is wrong:\n") + "\n".join(lines),
        t(
            "改正后再试；写法见 configs/models.toml。",
            "Mend it and try again; configs/models.toml shows the form.",
        ),
    )


def _touches(value: Any, path: tuple[int | str, ...]) -> bool:
    """Whether the user's file says something at this place, or at the nearest table around it."""
    for depth, part in enumerate(path):
        if not isinstance(value, Mapping):
            return True
        if part not in value:
            # a key that is missing belongs to the file that opened its table below the endpoint
            return depth == len(path) - 1 and depth >= 2
        value = value[part]
    return True
