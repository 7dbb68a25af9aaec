from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.books import ledger
from zishu_app.ledger.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(ledger(tmp_path))
    yield opened
    opened.close()
