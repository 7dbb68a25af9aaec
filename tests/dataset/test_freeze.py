"""A frozen version: the same samples come to the same rows, nothing leaks, nothing changes."""

import asyncio
import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Told
from tests.dataset.ice import (
    CAME,
    NOW,
    draft,
    events_of,
    family,
    fill,
    filled,
    freeze_in_one,
    frozen,
    keys,
    messages,
    rows,
    text,
    twins,
)
from zishu_app.core.errors import DataError
from zishu_app.core.files import new_folder
from zishu_app.core.streams import closing
from zishu_app.dataset.freeze import Freezing, Froze, Options, Stopped, freeze
from zishu_app.dataset.frozen import LEFT_OUT, PREFERENCES, list_frozen, open_frozen, read_lines, verify
from zishu_app.dataset.making import PART
from zishu_app.dataset.rows import messages_of, rest_of
from zishu_app.dataset.sample import message
from zishu_app.dataset.split import SPLITS
from zishu_app.dataset.store import add, open_samples
from zishu_app.dataset.wanted import Filter


def test_a_version_has_all_that_was_accepted_and_nothing_else(tmp_path: Path) -> None:
    drafts = [draft(n) for n in range(40)]
    others = [draft(100 + n, verdict=verdict) for n, verdict in enumerate(("pending", "rejected", "removed"))]
    version = freeze_in_one(tmp_path, [*drafts, *others], eval_share=0.25)
    told = keys(version)
    assert told["train"] | told["eval"] == {one.key for one in drafts}
    assert told["train"] and told["eval"] and not told["train"] & told["eval"]
    assert version.samples == 40
    assert {split: version.counts[split]["samples"] for split in SPLITS} == {
        split: len(side) for split, side in told.items()
    }
    assert verify(version) == []
    assert [path.name for path in sorted(version.folder.iterdir())] == [
        "README.md",
        "eval.jsonl",
        "manifest.json",
        "train.jsonl",
    ]


def test_a_row_is_the_whole_sample(tmp_path: Path) -> None:
    talk = (
        message("system", "你是影评人。"),
        message("user", "好看吗？\n说说"),
        message("assistant", "不好看", loss=False, tags=["mistake"]),
        message("user", "真的？"),
        message("assistant", "好看。\u2028真的"),
    )
    provenance = {
        "file": "a.jsonl",
        "calls": [{"model": "deepseek/deepseek-flash"}],
        "deep": {"x": [1, None]},
    }
    version = freeze_in_one(
        tmp_path, [draft(1, messages=talk, tags=("口语",), scenario="电影", provenance=provenance)]
    )
    (row,) = rows(version)["train"]
    assert messages_of(row) == talk
    assert [sorted(one) for one in row["messages"]] == [["content", "loss", "role"]] * 5
    assert (row["kind"], row["language"], row["title"], row["scenario"]) == (
        "imported",
        "zh",
        "第 1 段",
        "电影",
    )
    rest = rest_of(row)
    assert (rest["provenance"], rest["tags"]) == (provenance, ["口语"])
    assert (rest["verdict"], rest["created"], rest["version"]) == ("accepted", CAME, 0)


def test_the_same_samples_come_to_the_same_hash_in_any_order(tmp_path: Path) -> None:
    drafts = [one for n in range(30) for one in family(n, chunks=2)]
    one = freeze_in_one(tmp_path / "one", drafts)
    other = freeze_in_one(tmp_path / "other", drafts[::-1], "another name", now=NOW.replace(year=2027))
    assert one.content == other.content and keys(one) == keys(other)
    for name in ("train.jsonl", "eval.jsonl"):
        assert one.files[name] == other.files[name]
    assert freeze_in_one(tmp_path / "seed", drafts, seed=1).content != one.content


@pytest.mark.parametrize(
    "change", [{"tags": ("x",)}, {"title": "x"}, {"scenario": "x"}, {"provenance": {"file": "b.jsonl"}}]
)
def test_any_other_content_has_another_hash(change: dict[str, Any], tmp_path: Path) -> None:
    drafts = [draft(n) for n in range(5)]
    one = freeze_in_one(tmp_path / "one", drafts)
    other = freeze_in_one(tmp_path / "other", [replace(drafts[0], **change), *drafts[1:]])
    assert one.content != other.content


def test_no_conversation_stands_on_both_sides(tmp_path: Path) -> None:
    version = freeze_in_one(tmp_path, [one for n in range(40) for one in family(n)], eval_share=0.3)
    of = {split: {rest_of(row)["conversation"] for row in side} for split, side in rows(version).items()}
    assert of["train"] and of["eval"] and not of["train"] & of["eval"]
    assert {split: version.counts[split]["conversations"] for split in SPLITS} == {
        split: len(one) for split, one in of.items()
    }
    assert version.samples == 160


@given(first=st.integers(1, 30), more=st.integers(0, 30), share=st.sampled_from([0.05, 0.1, 0.3]))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_samples_that_come_later_move_none_that_were_there(
    first: int, more: int, share: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("later")
    samples = filled(folder / "samples.sqlite", [draft(n) for n in range(first)])
    before = keys(frozen(samples, folder / "datasets", "v1", eval_share=share))
    fill(samples, [draft(n) for n in range(first, first + more)])
    after = keys(frozen(samples, folder / "datasets", "v2", eval_share=share))
    samples.close()
    assert before["eval"] <= after["eval"] and before["train"] <= after["train"]


def test_a_small_set_gets_an_evaluation_and_the_next_version_keeps_it(tmp_path: Path) -> None:
    share = 1e-9
    samples = filled(tmp_path / "samples.sqlite", [draft(n) for n in range(9)])
    none = frozen(samples, tmp_path / "datasets", "v0", eval_share=share)
    fill(samples, [draft(9)])
    first = frozen(samples, tmp_path / "datasets", "v1", eval_share=share)
    fill(samples, [draft(n) for n in range(10, 200)])
    second = frozen(samples, tmp_path / "datasets", "v2", eval_share=share)
    third = frozen(samples, tmp_path / "datasets", "v3", eval_share=share)
    samples.close()
    assert keys(none)["eval"] == set() and none.settled == {}
    assert keys(first)["eval"] == {draft(9).key}, "the only one that was not learnt yet"
    assert keys(second)["eval"] == keys(first)["eval"]
    assert list(first.settled.values()) == ["eval"] and second.settled == first.settled
    assert third.content == second.content
    assert "`settled`" in (first.folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("many", "share"), [(9, 1e-9), (30, 0)])
def test_few_conversations_or_no_share_keep_nothing(many: int, share: float, tmp_path: Path) -> None:
    version = freeze_in_one(tmp_path, [draft(n) for n in range(many)], eval_share=share)
    assert version.counts["train"]["samples"] == many
    assert "eval.jsonl" not in version.files and rows(version)["eval"] == []


@pytest.mark.parametrize(
    ("change", "threshold", "left_out"),
    [
        ("  ", 0.8, {"exact": 1, "near": 0}),
        ("好", 0.8, {"exact": 0, "near": 1}),
        ("好", 1, {"exact": 0, "near": 0}),
        (text(9, 400), 0.8, {"exact": 0, "near": 0}),
    ],
)
def test_what_is_kept_for_evaluation_is_left_out_of_training(
    change: str, threshold: float, left_out: dict[str, int], tmp_path: Path
) -> None:
    kept, twin = twins(tmp_path, change)
    drafts = [*(draft(n) for n in range(30)), twin]
    version = freeze_in_one(tmp_path, drafts, threshold=threshold)
    sides = keys(version)
    assert version.left_out == left_out
    assert kept.key in sides["eval"], "the evaluation stays as it was"
    gone = sum(left_out.values())
    assert (twin.key in sides["train"]) == (not gone)
    assert version.samples == 31 - gone
    told = list(read_lines(version.folder / LEFT_OUT))
    assert [(one["key"], one["like"]) for one in told] == [(twin.key, kept.key)] * gone
    assert [one["how"] for one in told] == [how for how, many in left_out.items() for _ in range(many)]
    assert all(0.8 <= one["alike"] <= 1 for one in told)


def test_twins_on_one_side_stay(tmp_path: Path) -> None:
    same = [draft(1, messages=(message("user", f"{text(1)}{n}"), *messages(1)[1:])) for n in range(6)]
    version = freeze_in_one(tmp_path, same, eval_share=0)
    assert version.samples == 6 and version.left_out == {"exact": 0, "near": 0}


def test_corrections_become_preferences_of_the_training_side(tmp_path: Path) -> None:
    corrections = [
        draft(n, kind="correction", provenance={"rejected": f"不好 {n}"}, messages=messages(n))
        for n in range(40)
    ]
    version = freeze_in_one(tmp_path, [*corrections, draft(99)], eval_share=0.2)
    told = list(read_lines(version.folder / PREFERENCES))
    assert {one["key"] for one in told} == keys(version)["train"] - {draft(99).key}
    of = {one.key: one for one in corrections}
    for one in told:
        mine = of[one["key"]]
        assert [m["content"] for m in one["prompt"] + one["chosen"]] == [m.content for m in mine.messages]
        assert one["rejected"] == [{"role": "assistant", "content": mine.provenance["rejected"]}]


@pytest.mark.parametrize("rejected", ["", None, [], 7, "同"])
def test_what_tells_of_no_other_answer_is_no_preference(rejected: object, tmp_path: Path) -> None:
    talk = (message("user", "问"), message("assistant", "同"))
    version = freeze_in_one(tmp_path, [draft(1, messages=talk, provenance={"rejected": rejected})])
    assert PREFERENCES not in version.files


def test_a_filter_of_ones_own_is_frozen_and_remembered(tmp_path: Path) -> None:
    drafts = [draft(n, scenario="电影" if n % 2 else "做饭", verdict="pending") for n in range(8)]
    wanted = Filter(scenarios=("电影",), verdicts=("pending", "accepted"))
    version = freeze_in_one(tmp_path, drafts, wanted=wanted, eval_share=0)
    assert version.samples == 4 and version.wanted == wanted
    assert version.counts["train"]["scenarios"] == {"电影": 4}


def test_progress_is_told_step_by_step(tmp_path: Path) -> None:
    many = PART + 20
    samples = filled(tmp_path / "samples.sqlite", [draft(n, messages=messages(n, 1)) for n in range(many)])
    events = asyncio.run(events_of(samples, tmp_path / "datasets", "v1"))
    samples.close()
    assert [type(event) for event in events].count(Froze) == 1 and isinstance(events[-1], Froze)
    told = [event for event in events if isinstance(event, Freezing)]
    steps = [event.step for event in told]
    assert steps == sorted(steps, key=["read", "compare", "write"].index) and set(steps) > {"read", "write"}
    for step in ("read", "write"):
        of = [event for event in told if event.step == step]
        assert [event.done for event in of] == sorted(event.done for event in of)
        assert of[-1].done == of[-1].total == many


async def test_stopped_it_leaves_nothing(tmp_path: Path) -> None:
    samples = open_samples(tmp_path / "samples.sqlite")
    await add(samples, [draft(n) for n in range(50)], 1)
    stop = asyncio.Event()
    events = []
    async for event in freeze(samples, tmp_path / "datasets", "v1", Options(NOW), stop):
        events.append(event)
        stop.set()
    samples.close()
    assert isinstance(events[-1], Stopped) and len(events) == 2
    assert list((tmp_path / "datasets").iterdir()) == []


async def test_left_in_the_middle_it_leaves_nothing(tmp_path: Path) -> None:
    samples = open_samples(tmp_path / "samples.sqlite")
    await add(samples, [draft(n) for n in range(50)], 1)
    async with closing(freeze(samples, tmp_path / "datasets", "v1", Options(NOW), asyncio.Event())) as events:
        async for _ in events:
            break
    assert list((tmp_path / "datasets").iterdir()) == []
    samples.close()


def test_a_version_never_changes(tmp_path: Path, told: Told) -> None:
    samples = filled(tmp_path / "samples.sqlite", [draft(n) for n in range(5)])
    version = frozen(samples, tmp_path / "datasets", "v1")
    before = {path.name: path.read_bytes() for path in version.folder.iterdir()}
    fill(samples, [draft(9)])
    for name in ("v1", "V1"):
        text = told(DataError, lambda name=name: events_of(samples, tmp_path / "datasets", name))
        assert name in text and "another name" in text
    samples.close()
    assert {path.name: path.read_bytes() for path in version.folder.iterdir()} == before
    assert [one.name for one in list_frozen(tmp_path / "datasets")] == ["v1"]
    modes = {stat.S_IMODE(path.stat().st_mode) & 0o222 for path in version.folder.iterdir()}
    assert modes == {0}, "nobody writes to them by mistake"


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "a\\b", " a", "a ", ".a", "a.", "a\nb", "x" * 81, 'a"b', "a:b"]
)
def test_names_that_make_no_folder_are_refused(name: str, tmp_path: Path, told: Told) -> None:
    samples = filled(tmp_path / "samples.sqlite", [draft(1)])
    text = told(DataError, lambda: events_of(samples, tmp_path / "datasets", name))
    samples.close()
    assert "cannot be called" in text
    assert not (tmp_path / "datasets").exists()


def test_a_chinese_name_is_fine(tmp_path: Path) -> None:
    version = freeze_in_one(tmp_path, [draft(1)], "第一版 1.0")
    assert open_frozen(tmp_path / "datasets", "第一版 1.0") == version


def test_nothing_to_freeze_is_told(tmp_path: Path, told: Told) -> None:
    samples = filled(tmp_path / "samples.sqlite", [draft(1, verdict="pending")])
    assert "nothing to freeze" in told(DataError, lambda: events_of(samples, tmp_path / "datasets", "v1"))
    samples.close()
    assert list((tmp_path / "datasets").iterdir()) == []


def test_where_all_of_it_leaks_nothing_is_frozen(tmp_path: Path, told: Told) -> None:
    """Talks that differ in blanks only: whichever is kept, the others say the same."""
    talk = messages(1)
    same = [
        draft(1, messages=(replace(talk[0], content=talk[0].content + " " * n), *talk[1:])) for n in range(30)
    ]
    samples = filled(tmp_path / "samples.sqlite", same)
    assert "nothing is left" in told(DataError, lambda: events_of(samples, tmp_path / "datasets", "v1"))
    samples.close()
    assert list((tmp_path / "datasets").iterdir()) == []


def test_a_folder_that_takes_nothing_is_told(tmp_path: Path, told: Told) -> None:
    (tmp_path / "datasets").write_text("a file")
    samples = filled(tmp_path / "samples.sqlite", [draft(1)])
    assert str(tmp_path / "datasets") in told(
        DataError, lambda: events_of(samples, tmp_path / "datasets", "v1")
    )
    samples.close()


async def test_what_is_done_meanwhile_is_not_in_it(tmp_path: Path) -> None:
    """It sees the data set as it was at its beginning, and holds up nobody."""
    samples = open_samples(tmp_path / "samples.sqlite")
    await add(samples, [draft(n) for n in range(20)], 1)
    last = None
    async for event in freeze(samples, tmp_path / "datasets", "v1", Options(NOW), asyncio.Event()):
        last = event
        if isinstance(event, Freezing):
            await add(samples, [draft(100 + event.done)], 1)
    samples.close()
    assert isinstance(last, Froze) and last.frozen.samples == 20


def test_what_others_left_in_the_folder_is_let_be(tmp_path: Path) -> None:
    folder = tmp_path / "datasets"
    (folder / "notes").mkdir(parents=True)
    (folder / "readme.txt").write_text("mine")
    with new_folder(folder / "broken") as made:
        (made / "manifest.json").write_text("{")
    freeze_in_one(tmp_path, [draft(1)])
    assert [one.name for one in list_frozen(folder)] == ["v1"]
    assert json.loads((folder / "v1" / "manifest.json").read_text(encoding="utf-8"))["format"] == 1
