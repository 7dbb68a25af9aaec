"""Which packages a lane's interpreter has, asked without importing anything."""

import sys

import pytest

from zishu_app.jobs.look import has_package


@pytest.fixture(autouse=True)
def _asked_anew() -> None:
    has_package.cache_clear()


def test_of_this_interpreter() -> None:
    before = "rensa" in sys.modules
    assert has_package("rensa") and not has_package("no_such_package_at_all")
    assert ("rensa" in sys.modules) == before


def test_of_another_one() -> None:
    assert has_package("json", sys.executable) and not has_package("no_such_package", sys.executable)
    assert not has_package("json", "/no/such/python")
