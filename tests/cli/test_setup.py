"""`zishu setup training`: what is shown while the pack comes and goes."""

import json
from pathlib import Path

import pytest

from zishu_app.brains.events import Received
from zishu_app.brains.pack_events import (
    Begun,
    Entered,
    Fetching,
    Installed,
    Pack,
    Removed,
    Stopped,
    Unpacking,
)
from zishu_app.cli import doctor, setup
from zishu_app.cli.main import main
from zishu_app.core.errors import DownloadError

PACK = Pack(Path("packs/training"), 1_300_000_000, {"torch": "2.13.0+cpu"}, "cpu", ())
WHOLE = (
    Begun(PACK.folder, "torch==2.13.0+cpu", "cpu", "No card."),
    Entered("torch"),
    Fetching("torch.whl", 190_000_000),
    Received(95_000_000, 190_000_000, 10_000_000),
    Unpacking(600_000_000),
    Entered("place"),
    Installed(PACK),
)


@pytest.fixture
def run(capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["setup", "training", *arguments], lambda _: 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@pytest.fixture
def scripted(monkeypatch):
    """The pack's openings answer what is given here."""

    def script(*events, pack=None):
        async def told(*_):
            for event in events:
                yield event

        monkeypatch.setattr(setup, "install", told)
        monkeypatch.setattr(setup, "remove", told)
        monkeypatch.setattr(setup, "look", lambda: pack)
        monkeypatch.setattr(doctor, "look", lambda: pack)

    return script


def test_an_installation_is_told_line_by_line(run, scripted):
    scripted(*WHOLE)
    code, out, _ = run()
    assert code == 0
    for part in ("torch==2.13.0+cpu · No card.", "1/4", "torch.whl (190 MB)", "ready", "CPU · 1,300 MB"):
        assert part in out
    assert "600 MB" not in out, "what is written over is for a terminal"


def test_on_a_terminal_bytes_and_time_left_are_written_over(run, scripted, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    scripted(*WHOLE)
    _, out, _ = run()
    assert "95 MB / 190 MB · 10.0 MB/s · left" in out
    assert "unpacking 600 MB" in out


def test_a_program_reads_along(run, scripted):
    scripted(*WHOLE)
    lines = [json.loads(line) for line in run("--json")[1].splitlines()]
    assert [one["event"] for one in lines] == [
        "begun",
        "entered",
        "fetching",
        "received",
        "unpacking",
        "entered",
        "installed",
    ]
    assert lines[-1]["pack"]["versions"] == {"torch": "2.13.0+cpu"}


def test_stopped_it_says_so(run, scripted):
    scripted(WHOLE[0], Stopped())
    code, out, _ = run()
    assert (code, "nothing of it is left" in out) == (130, True)


def test_what_went_wrong_is_told_with_what_to_do(run, monkeypatch):
    async def failing(*_):
        raise DownloadError("The package index cannot be reached.", "Check the network.")
        yield

    monkeypatch.setattr(setup, "install", failing)
    code, _, err = run()
    assert (code, "cannot be reached" in err, "Check the network" in err) == (1, True, True)


def test_it_is_taken_out(run, scripted):
    scripted(Removed(1_300_000_000), pack=PACK)
    assert "1,300 MB are free" in run("--remove")[1]
    scripted(Removed(0))
    assert "not installed" in run("--remove")[1]
    assert json.loads(run("--remove", "--json")[1]) == {"event": "removed", "size": 0}


def test_what_is_there_is_shown(run, scripted):
    scripted(pack=PACK)
    assert "torch 2.13.0+cpu · CPU · 1,300 MB" in run("--look")[1]
    assert json.loads(run("--look", "--json")[1])["installed"] is True
    scripted()
    assert json.loads(run("--look", "--json")[1]) == {"installed": False}


def test_the_doctor_tells_whether_it_is_there(scripted):
    scripted(pack=PACK)
    assert doctor._training().ok
    scripted(pack=Pack(PACK.folder, 1, {}, "cpu", ("peft",)))
    assert (doctor._training().ok, "peft" in doctor._training().text) == (False, True)
    scripted()
    found = doctor._training()
    assert (found.ok, found.needed, found.to_do) == (False, False, "zishu setup training")
    assert "torch==2.13.0" in found.text
