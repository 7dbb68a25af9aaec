"""The endpoints as the list shows them: what the catalog says, which key was found, and whose they are."""

from dataclasses import dataclass
from pathlib import Path

from zishu_app.core.keys import Key
from zishu_app.core.paths import CONFIGS
from zishu_app.house import House
from zishu_app.llm.catalog_edit import own_record, shipped_names
from zishu_app.llm.catalog_file import EndpointRecord

SHIPPED = CONFIGS / "models.toml"


@dataclass(frozen=True, slots=True)
class Known:
    """One endpoint and how it stands with it."""

    name: str
    record: EndpointRecord
    key: Key | None
    #: it comes with the program
    shipped: bool
    #: the user's file says something of it
    changed: bool


def known_of(house: House) -> list[Known]:
    """All of them: those with a key, those that want one, then what runs on this computer. Reads files and the keyring: for a thread."""
    shipped = shipped_names(SHIPPED)
    own = house.home.models_toml
    found = [
        Known(
            name,
            record,
            house.keys.find(name, record.key_env),
            name in shipped,
            bool(own_record(own, name)),
        )
        for name, record in house.catalog.endpoints.items()
    ]
    return sorted(
        found, key=lambda one: (one.key is None, not one.record.needs_key, one.record.kind == "local")
    )


def stamp_of(path: Path) -> tuple[int, int] | None:
    """By what a file is known to have changed; None: it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
