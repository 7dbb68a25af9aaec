"""The ledger's file: every answered call and every turn, on disk before the next call is made."""

from pathlib import Path

from zishu_app.core.database import Database, Statement
from zishu_app.ledger.schema import LEDGER

__all__ = ["Statement", "Store", "open_ledger"]

#: an open ledger
Store = Database


def open_ledger(path: Path) -> Store:
    """The ledger at `path`, made if it is not there. Raises DataError where it cannot be read."""
    return Database(path, LEDGER)
