"""`zishu brains` where it is about brains she has learnt."""

import json

import pytest

from tests.core.gguf_files import write_gguf
from tests.jobs.lanes import model_path
from tests.studio.test_giving import tensors
from zishu_app.brains.keeping import shelve
from zishu_app.brains.learnt import Learnt, list_learnt
from zishu_app.cli.main import main
from zishu_app.core.paths import Home


@pytest.fixture
def run(capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def run(*arguments: str) -> tuple[int, str]:
        code = main(["brains", *arguments], lambda _: 0)
        told = capsys.readouterr()
        return code, told.out + told.err

    return run


@pytest.fixture
def brain(home: Home) -> Learnt:
    material = home.trainings / "run" / "material"
    adapter = home.trainings / "run" / "adapter"
    material.mkdir(parents=True)
    adapter.mkdir()
    row = {
        "messages": [
            {"role": "user", "content": "Colour?"},
            {"role": "assistant", "content": "Wisteria purple."},
        ],
        "kind": "correction",
        "key": "c" * 32,
    }
    (material / "train.jsonl").write_text(json.dumps(row) + "\n")
    (adapter / "adapter_model.safetensors").write_bytes(tensors())
    (adapter / "adapter_config.json").write_text('{"peft_type": "LORA"}')
    lora = write_gguf(home.root / "l.gguf", {"general.architecture": "llama", "general.type": "adapter"})
    about = Learnt(
        "", home.brains / "-", "Kinder", "2026-11-29T20:00:00", "run", "", "smollm2-135m", "", str(model_path()),
        "builtin", {}, ("en",),
    )  # fmt: skip
    return shelve(about, adapter, lora)


def test_they_are_listed_and_used_by_name(run, brain):
    assert "learnt/kinder-20261129  Kinder  smollm2-135m" in run("list")[1]
    told = json.loads(run("list", "--json")[1])["learnt"]
    assert [(one["spec"], one["name"]) for one in told] == [(brain.spec, "Kinder")]
    assert run("use", "Kinder") == (0, f"Now: {brain.spec}\n")


def test_one_is_named_noted_put_aside_and_brought_back(run, brain, home):
    assert run("rename", "Kinder", "Milder")[0] == 0
    assert "first week" in run("note", "Milder", "after the first week")[1]
    code, told = run("remove", "Milder")
    assert (code, list_learnt(home.brains)) == (0, [])
    assert "zishu brains undo kinder-20261129 brings it back" in told
    assert "Milder  removed" in run("removed")[1]
    assert run("undo", "Milder")[0] == 0
    assert list_learnt(home.brains)[0].name == "Milder"
    assert "no brain" in run("rename", "Nobody", "x")[1]


def test_one_that_was_removed_goes_for_good(run, brain, home):
    run("remove", "Kinder")
    (told,) = json.loads(run("removed", "--json")[1])["removed"]
    assert (told["id"], told["name"]) == (brain.id, "Kinder")
    assert run("drop", "last") == (0, f"{brain.id} is gone for good.\n")
    assert list(home.brains.iterdir()) == []
    assert run("removed") == (0, "Nothing was removed.\n")
    assert "more than 7 days ago" in run("undo", "last")[1]


def test_one_is_given_away_and_taken_in(run, brain, home, tmp_path):
    target = tmp_path / "gift"
    assert run("export", "Kinder", "-o", str(target)) == (0, f"{target}\n")
    told = json.loads(run("export", "Kinder", "--form", "peft", "-o", str(tmp_path / "a"), "--json")[1])
    assert told == {"form": "peft", "path": str(tmp_path / "a"), "compared": None}
    code, told = run("import", str(target))
    assert (code, "zishu brains use kinder-" in told, len(list_learnt(home.brains))) == (0, True, 2)
    assert run("import", str(tmp_path))[0] == 1


def test_why_she_says_that(run, brain):
    code, told = run("why", "Purple, like wisteria.", "--brain", "Kinder")
    assert code == 0
    assert "a correction of yours  cccccccc" in told and "→ Wisteria purple." in told
    told = json.loads(run("why", "Purple, like wisteria.", "--brain", "Kinder", "--json")[1])
    assert told["reasons"][0]["asked"] == "Colour?"
    run("use", "Kinder")
    assert "base says so by itself" in run("why", "Quantum chromodynamics!")[1]


def test_a_training_that_is_not_there_becomes_no_brain(run, home):
    code, told = run("adopt", "last")
    assert (code, "Nothing was trained yet" in told) == (1, True)


def test_there_is_help_for_all_of_it(run):
    for action in ("adopt", "export", "import", "compare", "rename", "note", "remove", "undo", "why"):
        code, told = run(action, "--help")
        assert code == 0 and action in told


def test_the_place_it_goes_to_must_be_said(run, brain):
    assert run("export", "Kinder")[0] == 2
