"""`zishu runs` where it is about trainings that were removed."""

import json
from datetime import datetime, timedelta

import pytest

from zishu_app.cli.main import main
from zishu_app.core.aside import put_aside
from zishu_app.core.paths import Home
from zishu_app.training.recipe import derive
from zishu_app.training.runs import TrainingRun, list_runs, new_run


@pytest.fixture
def run(capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def run(*arguments: str) -> tuple[int, str]:
        code = main(["runs", *arguments], lambda _: 0)
        told = capsys.readouterr()
        return code, told.out + told.err

    return run


@pytest.fixture
def kept(home: Home):
    def kept(name: str, dataset: str) -> TrainingRun:
        folder, day = home.trainings / name, "2026-11-29T20:15:30"
        recipe = derive("tiny", {})
        return new_run(
            home.trainings, TrainingRun(name, folder, day, dataset, "c", "smollm2-135m", "", recipe)
        )

    return kept


def test_what_was_removed_is_listed_and_brought_back(run, kept, home):
    first, second = kept("20261129-1", "v1"), kept("20261129-2", "v2")
    assert "zishu runs undo 20261129-1 brings it back" in run("remove", first.id)[1]
    put_aside(second.folder, datetime.now() + timedelta(minutes=1))
    told = [json.loads(line) for line in run("removed", "--json")[1].splitlines()]
    assert [(one["id"], one["name"]) for one in told] == [(second.id, "v2"), (first.id, "v1")]
    assert run("undo", "last") == (0, "20261129-2 is back.\n")
    assert run("undo", "v1") == (0, "20261129-1 is back.\n")
    assert {one.id for one in list_runs(home.trainings)} == {first.id, second.id}
    assert run("removed") == (0, "Nothing was removed.\n")
    assert run("undo", "last")[0] == 1


def test_one_goes_for_good(run, kept, home):
    first, second = kept("20261129-1", "v1"), kept("20261129-2", "v2")
    for one in (first, second):
        run("remove", one.id)
    assert run("drop", second.id) == (0, "20261129-2 is gone for good.\n")
    code, told = run("drop", "nothing")
    assert (code, "20261129-1  v1" in told) == (1, True)


def test_what_was_removed_too_long_ago_cannot_be_brought_back(run, kept, home):
    put_aside(kept("20261129-1", "v1").folder, datetime.now() - timedelta(days=8))
    assert "more than 7 days ago" in run("undo", "20261129-1")[1]
    assert list(home.trainings.iterdir()) == []
