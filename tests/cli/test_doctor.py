"""What the doctor says of the window: usable, or the one thing to do. Qt itself stays out of this process."""

import sys

import pytest

from zishu_app.cli import doctor
from zishu_app.core import qt_libraries


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that has all Qt needs."""
    monkeypatch.setattr(qt_libraries, "missing", lambda sonames: [])


@pytest.mark.usefixtures("complete")
def test_a_qt_that_loads_is_usable() -> None:
    before = set(sys.modules)
    found = doctor._window()
    assert (found.ok, found.needed) == (True, False)
    assert found.text.startswith("usable, PySide6 6.")
    assert [name for name in set(sys.modules) - before if name.startswith(("PySide6", "shiboken6"))] == []


def test_missing_libraries_come_with_the_line_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qt_libraries, "missing", lambda sonames: ["libxcb-cursor.so.0"])
    monkeypatch.setattr(qt_libraries, "what_to_do", lambda sonames: "sudo apt-get install -y libxcb-cursor0")
    found = doctor._window()
    assert not found.ok
    assert "libxcb-cursor.so.0" in found.text
    assert found.to_do == "sudo apt-get install -y libxcb-cursor0"


@pytest.mark.usefixtures("complete")
@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import no_such_qt", "ModuleNotFoundError: No module named 'no_such_qt'"),
        (
            "import sys; sys.exit('ImportError: libnew.so.1: cannot open shared object file\\nmore')",
            "ImportError: libnew.so.1: cannot open shared object file",
        ),
        ("import os; os._exit(9)", "does not start (9)"),
    ],
)
def test_a_qt_that_does_not_load_is_mended_by_set_up(
    code: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "OPEN_QT", code)
    found = doctor._window()
    assert (found.ok, found.text) == (False, told)
    assert found.to_do == "python3 packaging/start.py --repair"
