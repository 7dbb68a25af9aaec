"""The Train page as a user meets it: looked over, begun, watched, paused, gone on with, taken away and brought back."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from tests.ui.conftest import Heard, Settle
from tests.ui.training.conftest import COUNTED, RESULT, Kept, Lanes, steps
from zishu_app.core.aside import put_aside
from zishu_app.core.texts import set_language
from zishu_app.jobs.protocol import Done, Failed, Note
from zishu_app.training.recipe import derive
from zishu_app.training.runs import list_runs
from zishu_app.ui.follow import LANGUAGE, speak
from zishu_app.ui.tabs.training.about_run import rows_about
from zishu_app.ui.tabs.training.page import TrainingPage
from zishu_app.ui.tabs.training.run_state import RunState
from zishu_app.ui.tabs.training.trainer import Opened
from zishu_app.ui.workbench import Workbench


async def filled(page: TrainingPage, samples: Path, base: Path, settle: Settle) -> None:
    """Choose what she learns from and on, and wait until it can be looked over."""
    page.receive({"dataset": samples, "base": base})
    await settle(lambda: page.form.wishes.dataset and page.form.choices is not None)
    page.form._value({"general": 0.0})
    await settle(page.form.looking.bar.look.isEnabled)


async def looked_over(page: TrainingPage, samples: Path, base: Path, settle: Settle) -> None:
    """And have it looked over."""
    await filled(page, samples, base, settle)
    page.form.looking.bar.look.click()
    await settle(lambda: page.form.looking.prepared is not None)


async def trained(page: TrainingPage, samples: Path, base: Path, settle: Settle) -> None:
    """And train, to the end."""
    await looked_over(page, samples, base, settle)
    page.form.looking.bar.start.click()
    await settle(lambda: page.run.opened is not None and not page.trainer.busy)
    await settle(lambda: page.run.opened is not None and page.run.opened.run.state != "running")


def states(page: TrainingPage) -> list[str]:
    """How the trainings stand, as the list shows them."""
    shown = page.shelf.list.rows
    return [shown.at(number).state for number in range(shown.rowCount())]


def test_everything_is_looked_at_before_anything_is_trained(
    page: TrainingPage, samples: Path, base: Path, lanes: Lanes, run: Any, settle: Settle
) -> None:
    run(looked_over(page, samples, base, settle))

    looking = page.form.looking
    assert looking.bar.start.isEnabled()
    assert not looking.outlook.isHidden()
    assert looking.prepared is not None
    assert any("30 samples" in one.what for one in looking.prepared.findings)
    assert "of" in looking.outlook._time.text()
    assert not lanes.long.specs, "nothing was trained"
    assert states(page) == [], "a run that only the form knows of is not listed"


def test_another_choice_makes_it_look_again(
    page: TrainingPage, samples: Path, base: Path, bench: Workbench, run: Any, settle: Settle
) -> None:
    run(looked_over(page, samples, base, settle))
    page.form.dial.cards["small"].click()

    assert page.form.looking.prepared is None
    assert page.form.looking.bar.start.isHidden()
    run(settle(lambda: not list_runs(bench.house.home.trainings)))
    assert page.form.wishes.given == {"general": 0.0}, "what was chosen otherwise stays"


def test_what_stands_against_it_is_told_and_it_does_not_begin(
    page: TrainingPage, samples: Path, base: Path, lanes: Lanes, run: Any, settle: Settle
) -> None:
    lanes.counted = {**COUNTED, "faults": ["The end of an answer is never learnt."]}
    run(looked_over(page, samples, base, settle))

    assert not page.form.looking.bar.start.isEnabled()
    assert "red" in page.form.looking.bar._said.text()


def test_what_was_found_is_said_in_the_language_of_the_window(
    page: TrainingPage, samples: Path, base: Path, lanes: Lanes, run: Any, settle: Settle
) -> None:
    run(looked_over(page, samples, base, settle))
    looked = len(lanes.quick.specs)
    speak("zh")

    def said() -> list[str]:
        labels = page.form.looking.outlook.findChildren(QLabel)
        return [one.text() for one in labels if one.isVisible()]

    run(settle(lambda: any("30 个样本" in text for text in said())))
    assert [text for text in said() if "samples" in text or "needed" in text] == []
    assert len(lanes.quick.specs) == looked, "nothing is counted anew for that"


def test_what_the_worker_found_wrong_is_asked_for_again_in_another_language(
    page: TrainingPage, samples: Path, base: Path, lanes: Lanes, run: Any, settle: Settle
) -> None:
    lanes.counted = {**COUNTED, "faults": ["The end of an answer is never learnt."]}
    run(looked_over(page, samples, base, settle))
    lanes.counted = {**COUNTED, "faults": ["回答的结尾从来没有学到。"]}
    speak("zh")
    run(settle(lambda: page.form.looking.prepared is not None))
    said = [one.text() for one in page.form.looking.outlook.findChildren(QLabel)]
    assert "回答的结尾从来没有学到。" in said


def test_two_steps_correct_the_estimate(
    page: TrainingPage, samples: Path, base: Path, run: Any, settle: Settle
) -> None:
    run(looked_over(page, samples, base, settle))
    before = page.form.looking.prepared
    page.form.looking.outlook.measure.click()
    run(settle(lambda: page.form.looking.prepared is not before))

    prepared = page.form.looking.prepared
    assert prepared is not None
    assert prepared.estimate.measured
    assert before is not None
    assert prepared.estimate.memory_mb != before.estimate.memory_mb


def test_samples_are_seen_token_by_token(
    page: TrainingPage, samples: Path, base: Path, run: Any, settle: Settle
) -> None:
    run(looked_over(page, samples, base, settle))
    page.form.looking.outlook.xray.click()
    run(settle(lambda: page.xray.view.text.toPlainText()))

    assert page.xray.overlay.isVisible()
    assert "I am Zishu." in page.xray.view.text.toPlainText()
    assert page.xray._count.text().startswith("1 /")
    page.xray.step(1)
    assert page.xray._count.text().startswith("2 /")
    QTest.keyClick(page.xray.view.text, Qt.Key.Key_Escape)
    assert not page.xray.overlay.isVisible()


def test_she_learns_and_it_is_seen(
    page: TrainingPage, samples: Path, base: Path, run: Any, settle: Settle
) -> None:
    run(trained(page, samples, base, settle))

    opened = page.run.opened
    assert opened is not None
    assert opened.run.state == "done"
    curves = opened.state.curves
    assert (len(curves.loss.raw), len(curves.by_name["eval_loss"])) == (40, 2)
    assert "held out 1.6" in page.run.curves.loss.told()
    assert page.run._state.text() == "done"
    assert page.run.pause.isHidden()
    run(settle(lambda: states(page) == ["done"]))


def test_a_training_is_paused_and_gone_on_with(
    page: TrainingPage, samples: Path, base: Path, lanes: Lanes, run: Any, settle: Settle
) -> None:
    lanes.story = steps(1, 25)

    async def go() -> None:
        await looked_over(page, samples, base, settle)
        page.form.looking.bar.start.click()
        await settle(lambda: page.trainer.live is not None and page.trainer.live.state.done == 25)
        await settle(lambda: page.run.opened is page.trainer.live)  # its figures may be quicker than the page
        page._draw()
        assert page.run._state.text() == "learning"
        assert page.run.pause.isVisible()
        page.run.pause.click()
        assert page.run._state.text() == "saving"
        await settle(lambda: not page.trainer.busy)
        await settle(page.run.go_on.isVisible)
        await settle(lambda: states(page) == ["paused"])
        lanes.story = [*steps(21, 40), Done(RESULT)]
        await settle(page.run.go_on.isEnabled)
        page.run.go_on.click()
        await settle(lambda: page.run.opened is not None and page.run.opened.run.state == "done")

    run(go())
    assert len(lanes.long.cancelled) == 1


def test_a_training_that_goes_on_is_stopped_deleted_and_brought_back(
    page: TrainingPage, samples: Path, base: Path, lanes: Lanes, bench: Workbench, run: Any, settle: Settle
) -> None:
    lanes.story = steps(1, 25)

    async def go() -> None:
        await looked_over(page, samples, base, settle)
        page.form.looking.bar.start.click()
        await settle(lambda: page.trainer.live is not None and page.trainer.live.state.done == 25)
        await settle(page.run.stop.isVisible)
        page.run.stop.click()
        await settle(lambda: not list_runs(bench.house.home.trainings))
        await settle(page.toast.isVisible)
        page.toast._button.click()
        await settle(lambda: states(page) == ["paused"])
        await settle(page.run.go_on.isVisible)

    run(go())


def test_one_that_is_begun_elsewhere_takes_no_place_from_the_form(
    page: TrainingPage, lanes: Lanes, kept: Kept, bench: Workbench, run: Any, settle: Settle
) -> None:
    lanes.story = steps(1, 10)

    async def go() -> None:
        await settle(lambda: page.form.choices is not None)
        before = kept(state="paused", at=0)
        job = await lanes.long.submit(_training(str(before.folder)))
        _begun(bench, before.id, (*before.jobs, job.id))
        page.shelf.renew()
        await settle(lambda: page.trainer.live is not None and page.trainer.live.state.done == 10)
        assert page.stage.currentWidget() is page.form
        page._draw()
        assert states(page) == ["learning"]
        page.open(before.id)
        await settle(lambda: page.run.opened is not None and page.run.opened.live)
        page.run.pause.click()
        await settle(lambda: not page.trainer.busy)

    run(go())


def test_one_that_goes_on_already_is_followed_from_its_first_step(
    bench: Workbench,
    lanes: Lanes,
    kept: Kept,
    run: Any,
    settle: Settle,
    request: pytest.FixtureRequest,
) -> None:
    async def go() -> None:
        before = kept(state="paused", at=20)
        job = await lanes.long.submit(_training(str(before.folder)))
        _begun(bench, before.id, (*before.jobs, job.id))
        page: TrainingPage = request.getfixturevalue("page")
        await settle(lambda: page.run.opened is not None and page.run.opened.live)
        await settle(lambda: page.run.opened is not None and page.run.opened.run.state == "done")
        assert page.run.opened is not None
        assert len(page.run.opened.state.curves.loss.raw) >= 20

    lanes.story = [*steps(21, 40), Done(RESULT)]
    run(go())


def _training(folder: str) -> Any:
    from zishu_app.jobs.specs import TrainSpec

    return TrainSpec(folder, {}, "/nowhere", "train.jsonl")


def _begun(bench: Workbench, name: str, jobs: Iterable[str]) -> None:
    """Another program has begun it: its job is open still."""
    path = bench.house.home.trainings / name / "run.json"
    value = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**value, "state": "running", "jobs": list(jobs)}), encoding="utf-8")
    folder = bench.house.home.runs / list(jobs)[-1]
    folder.mkdir(parents=True)
    record = {"id": folder.name, "kind": "train", "lane": "long", "created": "2026-11-27T10:15:00", "pid": 1}
    (folder / "job.json").write_text(json.dumps(record), encoding="utf-8")


def test_a_failure_is_told_and_stays_with_the_training(
    page: TrainingPage, samples: Path, base: Path, lanes: Lanes, run: Any, settle: Settle, heard: Heard
) -> None:
    lanes.story = [*steps(1, 3), Failed("The disk is full.", "Free some space.")]
    run(trained(page, samples, base, settle))

    assert [one.message for one in heard.told] == ["The disk is full."]
    assert not page.run._why.isHidden()
    assert page.run._why._said.text() == "The disk is full."
    assert page.run.go_on.isVisible()


def test_what_was_noted_is_in_the_log(
    page: TrainingPage, samples: Path, base: Path, lanes: Lanes, run: Any, settle: Settle
) -> None:
    lanes.story = [Note("Memory was short: the batch is halved."), *steps(1, 40), Done(RESULT)]
    run(trained(page, samples, base, settle))
    assert page.run.opened is not None
    assert page.run.opened.state.notes == ["Memory was short: the batch is halved."]


def test_a_training_of_former_days_is_opened_with_its_curves_and_her_words(
    page: TrainingPage, kept: Kept, run: Any, settle: Settle
) -> None:
    kept()
    run(page.shelf.look())
    page.open("20261127-101500-smollm2")
    run(settle(lambda: page.run.said.model_.steps))

    table = page.run.said.model_
    assert table.steps == [0, 20, 40]
    assert table.answer(0, 2) == "Who are you? 40"
    assert table.headerData(0, Qt.Orientation.Horizontal) == "Before"
    assert page.run.opened is not None
    assert len(page.run.opened.state.curves.loss.raw) == 40


def test_a_deleted_training_comes_back(
    page: TrainingPage, kept: Kept, run: Any, settle: Settle, bench: Workbench
) -> None:
    made = kept()
    run(page.shelf.look())
    page.open(made.id)
    run(settle(lambda: page.run.opened is not None))
    page.run.remove.click()
    run(settle(page.toast.isVisible))
    run(settle(lambda: states(page) == []))
    assert list_runs(bench.house.home.trainings) == []

    page.toast._button.click()
    run(settle(lambda: states(page) == ["done"]))
    assert [one.id for one in list_runs(bench.house.home.trainings)] == [made.id]


def test_a_training_removed_earlier_comes_back(
    page: TrainingPage, kept: Kept, run: Any, settle: Settle, bench: Workbench
) -> None:
    made, now = kept(), bench.house.clock.now()
    old = kept("20261128-080000-qwen3")
    put_aside(old.folder, now - timedelta(days=8))
    put_aside(made.folder, now)
    run(page.shelf.look())
    assert [one.one.id for one in page.shelf.removed.shown] == [made.id], "what is older has gone"
    page.shelf.removed.shown[0].back.click()
    run(settle(lambda: states(page) == ["done"]))
    assert page.shelf.removed.isHidden()


def test_a_training_goes_for_good_after_a_word(
    page: TrainingPage, kept: Kept, run: Any, settle: Settle, bench: Workbench
) -> None:
    made = kept()
    run(page.shelf.look())
    page.open(made.id)
    run(settle(lambda: page.run.opened is not None))
    page.run.remove.click()
    run(settle(lambda: page.shelf.removed.shown))
    (gone,) = page.shelf.removed.shown
    gone.drop.click()
    gone.sure.click()
    run(settle(lambda: not page.shelf.removed.shown))
    assert list(bench.house.home.trainings.iterdir()) == []
    assert not page.toast.isVisible(), "there is no way back any more"


def test_trainings_are_found(page: TrainingPage, kept: Kept, run: Any, settle: Settle) -> None:
    kept()
    kept("20261128-080000-qwen3", "paused", dataset="corrections", created="2026-11-28T08:00:00")
    run(page.shelf.look())
    assert states(page) == ["paused", "done"], "the newest first"
    page.shelf._search("corrections")
    assert states(page) == ["paused"]
    page.shelf._search("nothing of the kind")
    assert page.shelf._nothing.text() == "Nothing was found."


def test_several_trainings_stand_in_one_chart(
    page: TrainingPage, kept: Kept, run: Any, settle: Settle
) -> None:
    kept()
    kept("20261128-080000-qwen3", "paused", dataset="corrections", at=20, created="2026-11-28T08:00:00")
    run(page.shelf.look())
    page.shelf.compare.click()
    run(settle(lambda: len(page.stage.compare.chart._lines) == 2))
    page.stage.compare.what._buttons["eval_loss"].click()
    assert "corrections" in page.stage.compare.chart.told()

    page.stage.compare._toggle("20261128-080000-qwen3")
    assert page.stage.compare.chosen == ["20261127-101500-smollm2"]
    run(settle(lambda: len(page.stage.compare.chart._lines) == 1))


def test_without_the_training_pack_the_page_says_what_it_is_for(
    bench: Workbench, lanes: Lanes, tmp_path: Path, run: Any, settle: Settle
) -> None:
    page = TrainingPage(bench, tmp_path / "nowhere")
    page.resize(1000, 700)
    page.show()
    run(settle(lambda: page.stage.currentWidget() is page.stage.pack))
    assert page.stage.pack.panel.install.isVisible()
    assert "PyTorch" not in page.stage.pack.panel.install.text()
    run(
        settle(
            lambda: "MB" in page.stage.pack.panel._about.text() or "GB" in page.stage.pack.panel._about.text()
        )
    )
    page.close()


def test_the_language_changes_while_it_is_shown(
    page: TrainingPage, kept: Kept, run: Any, settle: Settle
) -> None:
    kept()
    run(page.shelf.look())
    page.open("20261127-101500-smollm2")
    run(settle(lambda: page.run.opened is not None))
    set_language("zh")
    LANGUAGE.changed()
    assert page.run._state.text() == "完成"
    assert page.shelf.new.text() == "新的训练"
    assert "训练损失" in page.run.figures._loss.accessibleName()
    run(asyncio.sleep(0))


def test_recipes_go_into_files_and_come_back(
    page: TrainingPage, samples: Path, base: Path, tmp_path: Path, run: Any, settle: Settle
) -> None:
    async def go() -> None:
        await filled(page, samples, base, settle)
        page.form._value({"rank": 8})
        page.form.files.save(tmp_path / "mine.toml")
        await settle((tmp_path / "mine.toml").is_file)
        page.form._value({"rank": None})
        assert page.form.wishes.recipe.rank == 16
        page.form.files.load(tmp_path / "mine.toml")
        await settle(lambda: page.form.wishes.recipe.rank == 8)

    run(go())


def test_every_value_is_there_and_leads_back_to_what_the_size_has(
    page: TrainingPage, samples: Path, base: Path, run: Any, settle: Settle
) -> None:
    from zishu_app.training.recipe import Recipe

    run(filled(page, samples, base, settle))
    page.form.values.fold.head.click()
    assert set(page.form.values.rows) == set(Recipe.model_fields) - {"size"}
    row = page.form.values.rows["learning_rate"]
    assert row._reset.isHidden()
    row.editor.widget.setText("1e-3")  # type: ignore[attr-defined]
    row.editor.widget.editingFinished.emit()  # type: ignore[attr-defined]
    assert page.form.wishes.recipe.learning_rate == 1e-3
    assert not row._reset.isHidden()
    row._reset.click()
    assert page.form.wishes.recipe.learning_rate == 5e-4

    page.form._value({"precision": "nf4"})
    page.form._value({"method": "full"})
    assert page.form.values._fault.text().startswith("All parameters cannot")
    assert not page.form.looking.bar.look.isEnabled()


def test_what_exams_ask_takes_all_the_room_and_gives_it_back(
    page: TrainingPage, kept: Kept, run: Any, settle: Settle
) -> None:
    made = kept()
    run(page.shelf.look())
    page.open(made.id)
    run(settle(lambda: page.run.opened is not None))
    page._items()
    assert page.shelf.isHidden()
    assert page.stage.items is not None
    assert page.stage.items.isVisible()
    back = next(one for one in page.stage.findChildren(QPushButton) if one.text() == "Back to the training")
    back.click()
    run(settle(lambda: page.stage.currentWidget() is page.run))
    assert page.shelf.isVisible()


def test_the_list_is_as_wide_after_what_exams_ask_as_before(
    page: TrainingPage, run: Any, settle: Settle
) -> None:
    least = page.stage.minimumSizeHint().width()
    page._items()
    run(settle(lambda: page.stage.items is not None and page.stage.items.isVisible()))
    page.new()
    assert page.stage.minimumSizeHint().width() == least


def test_trainings_compared_have_room_in_the_smallest_window(
    page: TrainingPage, kept: Kept, run: Any, settle: Settle
) -> None:
    kept()
    kept("20261128-080000-qwen3", "paused", dataset="corrections", at=20, created="2026-11-28T08:00:00")
    page.resize(796, 560)
    run(page.shelf.look())
    page.shelf.compare.click()
    run(settle(lambda: len(page.stage.compare.chart._lines) == 2))
    compare, chart = page.stage.compare, page.stage.compare.chart
    assert compare.height() <= page.height()
    run(settle(lambda: chart.height() >= chart.minimumHeight()))
    assert chart.parentWidget().rect().contains(chart.geometry())


def test_what_differs_from_the_size_is_named_with_its_values(kept: Kept) -> None:
    recipes = derive("tiny"), derive("tiny", {"patience": 0, "emphasis": 4})
    rows = [
        dict(rows_about(Opened(replace(kept(f"run-{one.patience}"), recipe=one), RunState())))
        for one in recipes
    ]
    assert rows[0]["Size"] == "Tiny"
    assert rows[1]["Size"] == "Tiny, with Patience: Never, Emphasis: 4"
    assert rows[0]["Base"] == "SmolLM2 135M Instruct"


def test_the_page_loads_nothing_of_the_training_pack() -> None:
    code = (
        "import sys; import zishu_app.ui.window; page = 'zishu_app.ui.tabs.training.page';"
        "assert page not in sys.modules; __import__(page);"
        "heavy = {'torch', 'transformers', 'peft', 'numpy', 'pyqtgraph'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
