from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.books import ledger
from zishu_app.dataset.store import Samples, open_samples
from zishu_app.ledger.store import Store, open_ledger


@pytest.fixture
def samples(tmp_path: Path) -> Iterator[Samples]:
    opened = open_samples(tmp_path / "samples.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_ledger(ledger(tmp_path))
    yield opened
    opened.close()
