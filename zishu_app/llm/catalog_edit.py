"""Endpoints of one's own, written into the user's models.toml and taken out again.

Whatever else stands in that file stays, with its comments. What is to be written is laid over the shipped catalog
and checked by the rules of `catalog_file` first, so a file that was read is never left unreadable.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from zishu_app.core.errors import SettingsError
from zishu_app.core.files import write_text
from zishu_app.core.texts import t
from zishu_app.core.toml_edit import read_document, set_key
from zishu_app.llm.catalog_file import EndpointRecord, laid_over, read_catalog

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


@dataclass(frozen=True, slots=True)
class Edit:
    """The file before and after: enough to take it back."""

    before: str
    after: str


#: as `catalog_file` asks for
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


def shipped_names(shipped: Path) -> set[str]:
    """Endpoints that come with the program: they cannot be removed, only changed."""
    return set(read_catalog(shipped, None).endpoints)


def faults(name: str, record: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with an endpoint that is being written: key -> a sentence for under its field.

    Keys are those of an endpoint's table, "name", and "price.source" and so on for the price of its model.
    """
    found = {} if _NAME.fullmatch(name) else {"name": _said("name")}
    try:
        EndpointRecord.model_validate(record)
    except ValidationError as error:
        for problem in error.errors():
            place = [str(part) for part in problem["loc"]]
            key = f"price.{place[-1]}" if "price" in place else (place or ["base_url"])[0]
            found[key] = _said(key)
    return found


def own_record(own: Path, name: str) -> dict[str, Any]:
    """What the user's file says of an endpoint; money as Decimal. Empty: nothing."""
    table = _plain(own.read_text(encoding="utf-8-sig") if own.exists() else "").get("endpoints", {})
    found = table.get(name) if isinstance(table, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else {}


def write_endpoint(shipped: Path, own: Path, name: str, record: Mapping[str, Any]) -> Edit:
    """Write what `record` says of an endpoint, key by key; None takes a key out, what it does not name stays.

    Raises SettingsError where the file is broken or would be; then nothing is written.
    """
    import tomlkit

    text, document = _read(own)
    if not isinstance(document.get("endpoints"), Mapping):
        document["endpoints"] = tomlkit.table(is_super_table=True)
    endpoints: Any = document["endpoints"]
    if name not in endpoints:
        endpoints[name] = tomlkit.table()
    _lay(endpoints[name], record)
    return _write(shipped, own, Edit(text, document.as_string()))


def remove_endpoint(shipped: Path, own: Path, name: str) -> Edit:
    """Take an endpoint out of `own`. Raises SettingsError as `write_endpoint` does."""
    text, document = _read(own)
    endpoints: Any = document.get("endpoints", {})
    if name in endpoints:
        endpoints.remove(name)
        if not endpoints:
            document.remove("endpoints")
    return _write(shipped, own, Edit(text, document.as_string()))


def take_back(shipped: Path, own: Path, edit: Edit) -> Edit:
    """Undo an edit. Raises SettingsError where the file was changed since: nobody's words are thrown away."""
    text, _ = _read(own)
    if text != edit.after:
        raise SettingsError(
            t(f"{own} 之后又改过，无法撤销。", f"{own} was changed since; this cannot be taken back."),
            t("在表单里改回来。", "Change it back in the form."),
        )
    return _write(shipped, own, Edit(text, edit.before))


def _read(own: Path) -> tuple[str, "TOMLDocument"]:
    return read_document(
        own,
        lambda error: t(
            f"模型目录 {own} 读不懂：{error}。", f"The model catalog {own} cannot be read: {error}."
        ),
    )


def _write(shipped: Path, own: Path, edit: Edit) -> Edit:
    laid_over(shipped, _plain(edit.after), own)
    if edit.after != edit.before:
        write_text(own, edit.after)
    return edit


def _plain(text: str) -> dict[str, Any]:
    return tomllib.loads(text, parse_float=Decimal)


def _lay(table: Any, record: Mapping[str, Any]) -> None:
    """Lay values over a table of the file, so that what stands beside them stays as it is written."""
    for key, value in record.items():
        if value is None:
            if key in table:
                table.remove(key)
        elif isinstance(value, Mapping) and isinstance(table.get(key), Mapping):
            _lay(table[key], value)
        else:
            set_key(table, key, _item(value))


def _item(value: Any) -> Any:
    """A value as tomlkit writes it; money to the letter, None not at all."""
    import tomlkit

    if isinstance(value, Mapping):
        table = tomlkit.table()
        for key, inner in value.items():
            if inner is not None:
                table.add(key, _item(inner))
        return table
    return tomlkit.value(format(value, "f")) if isinstance(value, Decimal) else tomlkit.item(value)


def _said(key: str) -> str:
    return {
        "name": t(
            "只用小写字母、数字、- 和 _，以字母或数字开头",
            "Small letters, digits, - and _ only, beginning with a letter or a digit",
        ),
        "base_url": t("应以 http:// 或 https:// 开头", "Must begin with http:// or https://"),
        "context": t("应为大于 0 的整数", "A whole number above 0"),
        "concurrency": t("应为 1 到 1024 的整数", "A whole number from 1 to 1024"),
        "price.currency": t("三个大写字母，例如 CNY", "Three capital letters, e.g. USD"),
        "price.source": t("价格所在网页的地址", "The address of the page the price is from"),
        "price.date": t("查看价格的日期，例如 2026-11-21", "The day it was read, e.g. 2026-11-21"),
    }.get(key, t("这里填得不对", "This is not right"))
