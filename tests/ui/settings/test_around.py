"""Worker lanes, folders, the log, and what stands under About."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import shiboken6

from tests.jobs.lanes import end_lanes, lane_pids
from zishu_app.core.errors import ZishuError
from zishu_app.core.texts import set_language
from zishu_app.jobs.look import look
from zishu_app.jobs.specs import NoopSpec
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.settings import licences
from zishu_app.ui.tabs.settings.about import About
from zishu_app.ui.tabs.settings.folders import Folders, size_of, small
from zishu_app.ui.tabs.settings.lanes import Lanes
from zishu_app.ui.tabs.settings.licences import parts, report
from zishu_app.ui.tabs.settings.log import Log
from zishu_app.ui.tabs.settings.log_lines import Line, Tail, wanted

LOG = """2026-11-21 10:00:01,120 42 INFO zishu.worker: here
2026-11-21 10:01:02,777 42 WARNING zishu.worker: a connection broke
2026-11-21 10:02:10,412 42 ERROR zishu.ui: a task failed
Traceback (most recent call last):
ValueError: sk-abcdefgh12345678
"""


@pytest.fixture
def shown() -> Any:
    """Shows widgets and takes them away afterwards."""
    made: list[Any] = []

    def show(widget: Any) -> Any:
        made.append(widget)
        widget.resize(900, 600)
        widget.show()
        return widget

    yield show
    for one in made:
        shiboken6.delete(one)


# --- lanes ----------------------------------------------------------------------------------------------------


def test_a_lane_is_seen_running_and_ended(bench: Any, shown: Any, run: Any, settle: Any) -> None:
    async def go() -> None:
        job = await bench.house.lane("quick").submit(NoopSpec(steps=1))
        async for _ in job:
            continue
        lanes.look()
        await settle(card.end.isEnabled)
        assert str(lane_pids(home)[0]) in card.state.text()
        assert card.memory.text().endswith("MB") and not card.memory.isHidden()
        assert card.held.isHidden(), "no model is loaded"
        card.end.click()
        assert card.state.text() == "Ending …"
        await settle(lambda: card.state.text() == "Not running")

    home = bench.house.home
    lanes = shown(Lanes(bench))
    card = lanes.cards["quick"]
    try:
        run(go())
        assert lane_pids(home) == [] and look(home, "quick").pid is None
    finally:
        end_lanes(home)


def test_lanes_are_looked_at_only_in_sight(bench: Any, shown: Any) -> None:
    lanes = shown(Lanes(bench))
    assert lanes._timer.isActive()
    lanes.hide()
    assert not lanes._timer.isActive()
    assert not lanes.cards["long"].end.isEnabled() and lanes.cards["long"].memory.isHidden()


# --- folders --------------------------------------------------------------------------------------------------


def test_folders_are_measured(bench: Any, shown: Any, run: Any, settle: Any) -> None:
    home = bench.house.home
    home.models.mkdir()
    (home.models / "a.gguf").write_bytes(b"x" * 2_500_000)
    folders = shown(Folders(bench))
    run(settle(lambda: folders.sizes[home.logs].text()))
    assert folders.sizes[home.models].text() == "2 MB"
    assert folders.sizes[home.scenarios].text() == "–"


@pytest.mark.skipif(sys.platform == "win32", reason="links ask for rights there")
def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x").write_bytes(b"12345")
    (tmp_path / "a" / "loop").symlink_to(tmp_path / "a")
    assert size_of(tmp_path / "a") == 5
    assert size_of(tmp_path / "none") is None
    assert [small(size) for size in (0, 5, 1500, 2_000_000)] == ["0 KB", "<1 KB", "2 KB", "2 MB"]


# --- log ------------------------------------------------------------------------------------------------------


def test_the_log_is_followed_filtered_and_shows_no_key(bench: Any, shown: Any, run: Any, settle: Any) -> None:
    path = bench.house.home.logs / "20261121.log"
    path.parent.mkdir()
    path.write_text(LOG, encoding="utf-8")
    log = shown(Log(bench))
    run(settle(lambda: log.view.blockCount() == 5))
    assert "ValueError: [key]" in log.view.toPlainText() and "sk-abc" not in log.view.toPlainText()
    log.level._buttons["ERROR"].click()
    assert log.view.toPlainText().splitlines()[0].endswith("a task failed")
    assert log.view.blockCount() == 3, "what follows an error belongs to it"
    with path.open("a", encoding="utf-8") as file:
        file.write(
            "2026-11-21 10:05:00,000 42 INFO zishu.x: fine\n2026-11-21 10:05:01,000 42 ERROR zishu.x: no\n"
        )
    log.look()
    run(settle(lambda: log.view.blockCount() == 4))
    log.search.setText("broke")
    log.level._buttons["INFO"].click()
    run(settle(lambda: log.view.blockCount() == 1 and "broke" in log.view.toPlainText()))
    log.search.setText("nothing of the kind")
    run(settle(lambda: log.view.document().isEmpty()))
    assert log.none.text() == "Nothing of this kind was logged."


def test_a_long_log_is_read_from_its_end_and_half_a_line_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zishu_app.ui.tabs.settings.log_lines.TAIL", 100)
    path = tmp_path / "x.log"
    path.write_text("".join(f"line {number:03}\n" for number in range(100)) + "half", encoding="utf-8")
    tail = Tail(path)
    first = tail.more() or []
    assert (
        first[-1].text == "line 099"
        and len(first) <= 12
        and all(one.text.startswith("line ") for one in first)
    )
    with path.open("a", encoding="utf-8") as file:
        file.write(" a line\n")
    assert tail.more() == [Line("INFO", "half a line")]
    assert tail.more() == []
    path.write_text("", encoding="utf-8")
    assert tail.more() is None, "another file: read anew"


def test_levels_and_words() -> None:
    line = Line("WARNING", "A Connection broke")
    assert wanted(line, "INFO", "connection") and wanted(line, "WARNING", "")
    assert not wanted(line, "ERROR", "") and not wanted(line, "INFO", "model")


# --- about ----------------------------------------------------------------------------------------------------


def test_what_it_stands_on_is_listed_with_licences(bench: Any, shown: Any, run: Any, settle: Any) -> None:
    about = shown(About(bench))
    run(settle(lambda: about.list.rows.rowCount()))
    found = {one.name.lower(): one for one in parts()}
    assert found["tomlkit"].licence == "MIT" and "LGPL" in found["pyside6_essentials"].licence
    assert "zishu" not in found
    about.search.setText("qasync")
    run(settle(lambda: about.list.rows.rowCount() == 1))


def test_the_report_is_the_doctors(bench: Any, monkeypatch: pytest.MonkeyPatch, told: Any) -> None:
    """The doctor is tested elsewhere and takes seconds: here, that he is asked about this home, in this language."""
    home = bench.house.home
    stand_in = (
        "import json, os, sys; sys.stdout.write(json.dumps([sys.argv[1:], os.environ['ZISHU_LANGUAGE']]))"
    )
    monkeypatch.setattr(licences, "_DOCTOR", stand_in)
    set_language("zh")
    arguments, language = json.loads(report(home))
    assert arguments[-3:] == ["--home", str(home.root), "doctor"] and language == "zh"
    set_language("en")
    monkeypatch.setattr(licences, "PATIENCE", 0.01)
    monkeypatch.setattr(licences, "_DOCTOR", "import time; time.sleep(5)")
    assert "zishu doctor" in told(ZishuError, lambda: report(home))


def test_all_of_it_speaks_the_other_language(bench: Any, shown: Any) -> None:
    lanes, about = shown(Lanes(bench)), shown(About(bench))
    set_language("zh")
    LANGUAGE.changed()
    assert lanes.cards["quick"].state.text() == "没有运行"
    assert about.copy.text() == "复制诊断报告"
