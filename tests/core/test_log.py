import logging
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from zishu_app.core import log as ours
from zishu_app.core.log import KEEP_DAYS, start_log

log = logging.getLogger("zishu.test")

WRITER = """
import logging, sys
from pathlib import Path
from zishu_app.core.log import start_log
start_log(Path(sys.argv[1]))
for number in range(300):
    logging.getLogger("zishu.writer").info("%s says line %d %s", sys.argv[2], number, "." * 200)
"""

#: put together here, so that nothing in this file looks like a key
KEYS = [
    "sk-" + "abcDEF0123456789",
    "sk-or-v1-" + "0123456789abcdef" * 4,
    "tp-" + "c0ffee1234567890",
    "gsk_" + "A1b2C3d4" * 6,
    "hf_" + "A1b2C3d4" * 4,
    "AIza" + "Sy0123456789abcdefghij",
    "0123456789abcdef" * 2 + "." + "ABCDefgh12345678",
    "Bearer " + "abc.def-ghi_123/45==",
]


def test_what_happened_is_in_todays_file(tmp_path: Path) -> None:
    path = start_log(tmp_path / "logs")
    log.info("first")
    log.debug("too fine")
    logging.getLogger("other").warning("not of ours")
    assert path == tmp_path / "logs" / f"{date.today():%Y%m%d}.log"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1
    assert lines[0].endswith(f" {os.getpid()} INFO zishu.test: first")


@pytest.mark.parametrize("key", KEYS)
def test_keys_are_masked_wherever_they_stand(key: str, tmp_path: Path) -> None:
    path = start_log(tmp_path)
    log.info("asked with %s, twice: %r", key, {"key": key})
    try:
        raise ValueError(f"refused {key}")
    except ValueError:
        log.info("went wrong", exc_info=True)
    text = path.read_text(encoding="utf-8")
    assert key.removeprefix("Bearer ") not in text
    assert text.count("[key]") == 3
    assert "Traceback" in text


@pytest.mark.parametrize(
    "text", ["task-scheduling is fine", "hf_transfer_of_files", "mask-rcnn", "model m.7b"]
)
def test_ordinary_words_are_not_masked(text: str, tmp_path: Path) -> None:
    path = start_log(tmp_path)
    log.info("%s", text)
    assert text in path.read_text(encoding="utf-8")


def test_calling_again_moves_the_log(tmp_path: Path) -> None:
    first, second = start_log(tmp_path / "1"), start_log(tmp_path / "2", logging.DEBUG)
    log.debug("here")
    assert not first.exists()
    assert "here" in second.read_text(encoding="utf-8")


def test_old_files_are_dropped_and_only_those(tmp_path: Path) -> None:
    for name, days in (("old.log", KEEP_DAYS + 1), ("young.log", KEEP_DAYS - 1), ("old.txt", 99)):
        (tmp_path / name).write_text("x")
        stamp = time.time() - days * 86400
        os.utime(tmp_path / name, (stamp, stamp))
    start_log(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.txt", "young.log"]


def test_two_processes_share_a_file_and_no_line_is_torn(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(ours.__file__).parents[2])}
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    running = [subprocess.Popen([*command, name], env=environment) for name in ("one", "two")]
    assert [process.wait(60) for process in running] == [0, 0]
    lines = next(tmp_path.glob("*.log")).read_text(encoding="utf-8").splitlines()
    for name in ("one", "two"):
        numbers = [int(line.split("line ")[1].split()[0]) for line in lines if f": {name} says" in line]
        assert numbers == list(range(300))
    assert len(lines) == 600
    assert all(line.endswith("." * 200) for line in lines)


def test_a_line_that_cannot_be_written_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = start_log(tmp_path / "logs")
    path.mkdir()
    log.info("to nowhere")
    path.rmdir()
    path.symlink_to("/dev/full")
    log.info("to a full disk")
    assert capsys.readouterr().err == ""
