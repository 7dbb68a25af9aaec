"""The training pack on the page and under About: what it takes, how it comes, that it can be stopped, and how it goes."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.ui.conftest import Settle
from tests.ui.training.conftest import Kept, Lanes
from zishu_app.brains import pack_install
from zishu_app.brains.events import Received
from zishu_app.brains.pack_events import (
    Begun,
    Entered,
    Fetching,
    Installed,
    Installing,
    Pack,
    Stopped,
    Unpacking,
)
from zishu_app.core.errors import DownloadError
from zishu_app.core.texts import language, set_language
from zishu_app.core.torch_build import TorchBuild
from zishu_app.training.runs import save
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.widgets.pack_panel import PackPanel, about_pack
from zishu_app.ui.workbench import Workbench

Panel = Callable[..., PackPanel]
CPU = TorchBuild("torch==2.13.0+cpu", None, "cpu", "No NVIDIA driver was found: the CPU build.")


@pytest.fixture
def seen() -> list[Pack | None]:
    return []


@pytest.fixture
def panel(bench: Workbench, tmp_path: Path, seen: list[Pack | None], run: Any, settle: Settle) -> Panel:
    def make(**more: Any) -> PackPanel:
        made = PackPanel(bench, seen.append, tmp_path / "pack", **more)
        made._build_wanted = CPU
        made.show()
        made.renew()
        run(settle(lambda: seen))
        return made

    return make


def comes(monkeypatch: pytest.MonkeyPatch, *events: Installing | Exception, hold: bool = False) -> None:
    """An installation that tells these; `hold`: it waits to be stopped before its last one."""

    async def install(_wishes: Any, stop: asyncio.Event) -> AsyncGenerator[Installing]:
        for number, event in enumerate(events):
            if hold and number == len(events) - 1:
                await stop.wait()
            await asyncio.sleep(0)
            if isinstance(event, Exception):
                raise event
            yield event

    monkeypatch.setattr("zishu_app.brains.pack_install.install", install)


def laid(folder: Path) -> Pack:
    """A pack on the disk."""
    (folder / "torch").mkdir(parents=True)
    (folder / "torch" / "version.py").write_text("cuda = None\n", encoding="utf-8")
    return Pack(folder, 1_400_000_000, {"torch": "2.13.0+cpu"}, "cpu", ())


def test_it_says_what_it_takes_and_why_this_build(panel: Panel) -> None:
    made = panel()
    said = made._about.text()
    assert "the CPU build" in said
    assert "400 MB to fetch, 1.4 GB on the disk" in said
    assert made.install.isVisible()
    assert made.remove.isHidden()

    set_language("zh")
    LANGUAGE.changed()
    assert made.install.text() == "安装"
    assert "下载约 400 MB" in made._about.text()


def test_it_comes_and_the_page_hears_of_it(
    panel: Panel,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    seen: list[Pack | None],
    run: Any,
    settle: Settle,
) -> None:
    made, told = panel(), list[str]()
    pack = laid(tmp_path / "there")
    comes(
        monkeypatch,
        Begun(tmp_path, "torch", "cpu", ""),
        Entered("torch"),
        Fetching("torch-2.13.0.whl", 200_000_000),
        Received(50_000_000, 200_000_000, 5_000_000.0),
        Unpacking(900_000_000),
        Installed(pack),
    )
    show = made._tell

    def tell(kind: str, state: Callable[[], str]) -> None:
        show(kind, state)
        told.append(made._said.text())

    monkeypatch.setattr(made, "_tell", tell)
    made.install.click()
    assert made.install.text() == "Stop"
    run(settle(lambda: seen[-1] is pack))

    assert "torch-2.13.0.whl · 200 MB" in told
    assert any(one.startswith("50 MB / 200 MB · 5.0 MB/s") for one in told)
    assert told[-1] == "It is installed."
    assert made.install.isHidden()
    assert "PyTorch 2.13.0+cpu (CPU), 1.4 GB" in made._about.text()


def test_it_can_be_stopped(panel: Panel, monkeypatch: pytest.MonkeyPatch, run: Any, settle: Settle) -> None:
    made = panel()
    comes(monkeypatch, Entered("torch"), Stopped(), hold=True)
    made.install.click()
    run(settle(lambda: made._said.text() == "PyTorch first …"))
    made.install.click()
    run(settle(lambda: not made.is_going))
    assert made._said.text() == "Stopped; nothing of it is left."
    assert made.install.text() == "Install"


def test_what_went_wrong_is_said_where_it_was_begun(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, run: Any, settle: Settle
) -> None:
    made = panel()
    comes(monkeypatch, DownloadError("The package index cannot be reached.", "Check the network."))
    made.install.click()
    run(settle(lambda: not made.is_going))
    assert made._said.text() == "The package index cannot be reached. Check the network."
    assert made._said.property("kind") == "fault"


def test_it_goes_when_that_is_confirmed(
    panel: Panel, tmp_path: Path, seen: list[Pack | None], run: Any, settle: Settle
) -> None:
    laid(tmp_path / "pack")
    made = panel(removable=True)
    assert made.remove.isVisible()
    made.remove.click()
    assert made.question.isVisible()
    made.question.no.click()
    assert (tmp_path / "pack").is_dir()

    made.remove.click()
    made.question.yes.click()
    run(settle(lambda: seen[-1] is None))
    assert not (tmp_path / "pack").exists()
    assert made._said.text().startswith("Removed;")


def test_it_does_not_go_from_under_a_training(
    panel: Panel, kept: Kept, lanes: Lanes, tmp_path: Path, run: Any, settle: Settle
) -> None:
    save(kept(state="paused"), state="running", jobs=("job-that-goes-on",))
    laid(tmp_path / "pack")
    made = panel(removable=True)
    made.remove.click()
    made.question.yes.click()
    run(settle(lambda: made._said.text().startswith("A training is using it.")))
    assert (tmp_path / "pack").is_dir()
    assert lanes.long.specs == []


def test_a_pack_that_is_not_what_was_tested_says_so() -> None:
    other = Pack(Path("pack"), 1_000_000_000, {"torch": "2.12.0"}, "cuda", ("torch", "peft"))
    assert "Other than what was tested: torch, peft." in about_pack(other, None)


def test_why_a_build_fits_is_said_in_the_language_of_the_moment(
    panel: Panel, run: Any, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    why = {"en": CPU.why, "zh": "没有找到 NVIDIA 驱动：用 CPU 版。"}
    monkeypatch.setattr(pack_install, "fitting", lambda: replace(CPU, why=why[language()]))
    made = panel()
    assert why["en"] in made._about.text()

    async def turn() -> None:
        set_language("zh")
        made.renew()  # as its page does when it is shown
        await settle(lambda: why["zh"] in made._about.text())

    run(turn())
