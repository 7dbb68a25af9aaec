"""Which model is meant: from what a user writes to everything needed to call it."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from zishu_app.core.errors import SettingsError
from zishu_app.core.texts import t
from zishu_app.llm.addresses import is_loopback, is_url, normal_url
from zishu_app.llm.base import Limits
from zishu_app.llm.catalog_file import (
    EndpointRecord,
    Kind,
    ModelRecord,
    PriceRecord,
    QuirksRecord,
    read_catalog,
)
from zishu_app.llm.prices import FREE, Price
from zishu_app.llm.request import Quirks

#: names of endpoints that stand in no file: an address given by hand, a model file given by its path
CUSTOM, LOCAL = "custom", "local"
#: where the key of an address given by hand is looked for; other endpoints' keys are not sent there
CUSTOM_KEY_ENV = ("CUSTOM_API_KEY",)
#: what is assumed of a model nobody described
CUSTOM_LIMITS = Limits(context=32_768, schema=False, tokenizer="o200k_base")
FILE_LIMITS = Limits(context=4096, schema=True, tokenizer="own")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A model, and how to call it."""

    endpoint: str
    kind: Kind
    base_url: str
    model: str
    key_env: tuple[str, ...]
    needs_key: bool
    limits: Limits
    #: tokens of the longest answer; None: not known
    max_output: int | None
    #: calls at once to begin with
    concurrency: int
    #: None: not known
    price: Price | None
    quirks: Quirks
    #: the model file, where it was given by its path
    local_path: Path | None = None
    #: what was learnt, laid over the model file; None: nothing
    lora_path: Path | None = None
    #: what it can hold a talk in; empty: not known
    languages: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """`endpoint/model`, as the ledger and the files name it."""
        return f"{self.endpoint}/{self.model}"


@dataclass(frozen=True)
class Catalog:
    """Every endpoint and model that is known."""

    endpoints: Mapping[str, EndpointRecord]

    def find(self, spec: str, base_url: str | None = None) -> Chosen:
        """The model meant by "endpoint", "endpoint/model", a model's bare name, or the path of a .gguf file.

        With `base_url`: that address, known or not; what stands before a slash is then an endpoint only where it
        can be meant as one, see `_meant`. Raises SettingsError with the closest names.
        """
        spec = spec.strip()
        if base_url:
            return self._at(spec, base_url)
        if spec.lower().endswith(".gguf"):
            return _file(Path(spec).expanduser())
        name, _, model = spec.partition("/")
        if name in self.endpoints:
            return self._known(name, model)
        homes = [name for name, record in self.endpoints.items() if spec in record.models]
        if len(homes) == 1:
            return self._known(homes[0], spec)
        raise _ambiguous(spec, homes) if homes else self._unknown(spec)

    def names(self) -> list[str]:
        """Every `endpoint/model` that is described."""
        return [f"{name}/{model}" for name, record in self.endpoints.items() for model in record.models]

    def recognise(self, key: str) -> list[str]:
        """Endpoints a pasted key may belong to, in the order of the catalog."""
        return [
            name
            for name, record in self.endpoints.items()
            if record.key_pattern and re.fullmatch(record.key_pattern, key.strip())
        ]

    def _known(self, name: str, model: str) -> Chosen:
        record = self.endpoints[name]
        model = model or record.default_model
        if not model:
            raise SettingsError(
                t(f"{name} 没有默认模型。", f"{name} has no default model."),
                t(f"写成 {name}/模型名。", f"Write {name}/ and the model's name."),
            )
        return _described(name, record, model)

    def _at(self, spec: str, base_url: str) -> Chosen:
        url = normal_url(base_url)
        if not is_url(url):
            raise SettingsError(
                t(f"base URL 看不懂：{base_url}。", f"This base URL makes no sense: {base_url}."),
                t("例如 http://127.0.0.1:8000/v1。", "Write it like http://127.0.0.1:8000/v1."),
            )
        same = next((n for n, record in self.endpoints.items() if record.base_url == url), None)
        name, model = self._meant(spec, same)
        if same is not None:
            return self._known(same, model)
        if not model:
            raise SettingsError(
                t(f"{url} 需要模型名。", f"{url} needs a model's name."),
                t("写成 endpoint/模型名。", "Write endpoint/ and the model's name."),
            )
        return self._custom(url, model, name)

    def _meant(self, spec: str, at: str | None) -> tuple[str, str]:
        """Endpoint and model of a name, asked for at an address given by hand; `at`: the endpoint it belongs to.

        On other servers "openai/gpt-oss-20b" is the name of a model, all of it. So an endpoint's name is taken off
        only where the address is that endpoint's, or the catalog has this model for it, or names none for it at
        all (servers that run whatever they are given). Else the endpoint is "" and the name stays whole.
        """
        name, _, rest = spec.partition("/")
        record = self.endpoints.get(name)
        if record is None or (at is not None and at != name and spec in self.endpoints[at].models):
            return "", spec
        if not rest:
            return name, record.default_model
        return (name, rest) if name == at or not record.models or rest in record.models else ("", spec)

    def _custom(self, url: str, model: str, like: str) -> Chosen:
        """An address given by hand. Limits are those of the model of that name, if it is known;
        quirks belong to servers, so this one is taken for an ordinary one.
        """
        known = _described(like, self.endpoints[like], model) if like else None
        return Chosen(
            endpoint=CUSTOM,
            kind="openai",
            base_url=url,
            model=model,
            key_env=CUSTOM_KEY_ENV,
            needs_key=False,
            limits=known.limits if known else CUSTOM_LIMITS,
            max_output=known.max_output if known else None,
            concurrency=2 if is_loopback(url) else 8,
            price=None,
            quirks=Quirks(),
        )

    def _unknown(self, spec: str) -> SettingsError:
        bare = [model for record in self.endpoints.values() for model in record.models]
        near = difflib.get_close_matches(spec, [*self.endpoints, *self.names(), *bare], n=3, cutoff=0.5)
        known = ", ".join(near or self.endpoints)
        return SettingsError(
            t(f"不认识模型 {spec!r}。", f"The model {spec!r} is not known."),
            t(
                f"是不是：{known}？`zishu models list` 列出全部；其他模型写成 endpoint/模型名。",
                f"Did you mean: {known}? `zishu models list` shows all; write others as endpoint/model.",
            ),
        )


def load_catalog(shipped: Path, own: Path | None = None) -> Catalog:
    """The shipped catalog with the user's own file (if it exists) over it.

    Raises SettingsError naming every mistake of both.
    """
    return Catalog(read_catalog(shipped, own).endpoints)


def _described(name: str, record: EndpointRecord, model: str) -> Chosen:
    own = record.models.get(model, ModelRecord())
    schema = record.json_schema if own.json_schema is None else own.json_schema
    price = _price(own.price) if own.price else FREE if record.free else None
    return Chosen(
        endpoint=name,
        kind=record.kind,
        base_url=record.base_url,
        model=model,
        key_env=tuple(record.key_env),
        needs_key=record.needs_key,
        limits=Limits(own.context or record.context, schema, own.terse, own.tokenizer or record.tokenizer),
        max_output=own.max_output,
        concurrency=record.concurrency,
        price=price,
        quirks=_quirks(record.quirks, own.quirks),
        languages=tuple(own.languages),
    )


def _file(path: Path) -> Chosen:
    if not path.is_file():
        raise SettingsError(
            t(f"找不到模型文件 {path}。", f"There is no model file {path}."),
            t("检查路径。", "Check the path."),
        )
    return Chosen(
        endpoint=LOCAL,
        kind="local",
        base_url="",
        model=path.stem,
        key_env=(),
        needs_key=False,
        limits=FILE_LIMITS,
        max_output=None,
        concurrency=1,
        price=FREE,
        quirks=Quirks(),
        local_path=path.absolute(),
    )


def _ambiguous(spec: str, homes: list[str]) -> SettingsError:
    choices = ", ".join(f"{home}/{spec}" for home in homes)
    return SettingsError(
        t(f"{spec} 在多个 endpoint 都有。", f"Several endpoints have {spec}."),
        t(f"写明一个：{choices}。", f"Name one: {choices}."),
    )


def _price(record: PriceRecord) -> Price:
    return Price(
        record.input_per_million,
        record.output_per_million,
        record.cached_input_per_million,
        record.currency,
        record.source,
        record.date,
    )


def _quirks(endpoint: QuirksRecord, model: QuirksRecord) -> Quirks:
    """A model's own quirks go before its endpoint's."""
    leave_out = endpoint.leave_out if model.leave_out is None else model.leave_out
    extra_body = endpoint.extra_body if model.extra_body is None else model.extra_body
    return Quirks(
        max_tokens_field=model.max_tokens_field or endpoint.max_tokens_field or "max_tokens",
        leave_out=frozenset(leave_out or ()),
        extra_body=extra_body or {},
    )
