from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.lanes import opened, own_home, quick, shared_home
from tests.memory.minds import mind_in
from zishu_app.ledger.store import Store, open_ledger
from zishu_app.memory.mind import Mind

__all__ = ["opened", "own_home", "quick", "shared_home"]


@pytest.fixture
def mind(tmp_path: Path) -> Iterator[Mind]:
    """What nobody has told her anything yet."""
    made = mind_in(tmp_path)
    yield made
    made.memories.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A ledger beside it."""
    opened = open_ledger(tmp_path / "ledger.sqlite")
    yield opened
    opened.close()
