from collections.abc import Iterator
from pathlib import Path

import pytest

from zishu_app.dataset.store import Samples, open_samples


@pytest.fixture
def samples(tmp_path: Path) -> Iterator[Samples]:
    opened = open_samples(tmp_path / "samples.sqlite")
    yield opened
    opened.close()
