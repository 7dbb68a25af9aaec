"""Two versions side by side."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dataset.ice import draft, freeze_in_one, keys, messages
from zishu_app.dataset.compare import Difference, MessageChange, compare, differences
from zishu_app.dataset.frozen import Frozen
from zishu_app.dataset.sample import Draft, SampleMessage, message


def both(folder: Path, before: list[Draft], after: list[Draft], **options: Any) -> tuple[Frozen, Frozen]:
    return (
        freeze_in_one(folder / "before", before, "v1", **options),
        freeze_in_one(folder / "after", after, "v2", **options),
    )


def with_messages(one: Draft, *talk: SampleMessage) -> Draft:
    """The same sample, edited."""
    return replace(one, messages=talk)


def test_what_came_went_and_changed_is_told(tmp_path: Path) -> None:
    there = [draft(n) for n in range(8)]
    (question, answer, *rest) = there[2].messages
    edited = with_messages(there[2], question, replace(answer, content="改过"), *rest)
    tagged = replace(there[3], tags=("口语",))
    before, after = both(tmp_path, there[:6], [*there[1:2], edited, tagged, *there[4:]], eval_share=0)
    told = compare(before, after)
    assert told.differences == {"added": 2, "removed": 1, "changed": 1, "marked": 1, "moved": 0}
    assert told.same == 3
    found = {one.key: one for one in differences(before, after)}
    assert list(found) == sorted(found)
    assert {key: one.what for key, one in found.items()} == {
        there[0].key: ("removed",),
        there[2].key: ("changed",),
        there[3].key: ("marked",),
        there[6].key: ("added",),
        there[7].key: ("added",),
    }
    assert found[there[2].key].messages == (MessageChange(1, 1, answer, replace(answer, content="改过")),)
    assert found[there[6].key].title == "第 6 段" and found[there[0].key].after is None


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (lambda talk: talk[:2], [(2, None), (3, None)]),
        (lambda talk: (message("system", "你好"), *talk), [(None, 0)]),
        (lambda talk: (*talk[:1], replace(talk[1], loss=False), *talk[2:]), [(1, 1)]),
        (lambda talk: (*talk[:3], replace(talk[3], tags=("x",))), [(3, 3)]),
        (lambda talk: (*talk[:2], *messages(77, 1), *talk[2:]), [(None, 2), (None, 3)]),
    ],
)
def test_messages_are_told_one_by_one(change: Any, changed: list[tuple[Any, Any]], tmp_path: Path) -> None:
    one = draft(1)
    before, after = both(tmp_path, [one], [with_messages(one, *change(one.messages))])
    (told,) = differences(before, after)
    assert told.what == ("changed",)
    assert [(change.was, change.now) for change in told.messages] == changed
    for part in told.messages:
        assert (part.before is None) == (part.was is None) and (part.after is None) == (part.now is None)


def test_what_changes_sides_is_told(tmp_path: Path) -> None:
    there = [draft(n) for n in range(60)]
    before = freeze_in_one(tmp_path / "before", there, "v1", seed=0)
    after = freeze_in_one(tmp_path / "after", there, "v2", seed=1)
    moved = {one.key for one in differences(before, after)}
    sides, later = keys(before), keys(after)
    assert moved == (sides["train"] & later["eval"]) | (sides["eval"] & later["train"]) != set()
    told = compare(before, after)
    assert told.differences["moved"] == len(moved) and told.same == 60 - len(moved)
    assert all(one.what == ("moved",) and one.before != one.after for one in differences(before, after))


def test_counts_before_and_after(tmp_path: Path) -> None:
    before, after = both(
        tmp_path,
        [draft(1, scenario="电影"), draft(2, scenario="做饭"), draft(3, scenario="电影")],
        [draft(1, scenario="电影"), draft(4, kind="thinking", language="en", scenario="History")],
    )
    told = compare(before, after)
    assert told.counts("kinds") == [("imported", 3, 1), ("thinking", 0, 1)]
    assert told.counts("languages") == [("zh", 3, 1), ("en", 0, 1)]
    assert told.counts("scenarios") == [("电影", 2, 1), ("History", 0, 1), ("做饭", 1, 0)]


def test_the_same_version_does_not_differ(tmp_path: Path) -> None:
    version = freeze_in_one(tmp_path, [draft(n) for n in range(30)])
    told = compare(version, version)
    assert set(told.differences.values()) == {0} and told.same == 30
    assert list(differences(version, version)) == []


@given(
    before=st.lists(st.sampled_from("-abc"), min_size=12, max_size=12),
    after=st.lists(st.sampled_from("-abc"), min_size=12, max_size=12),
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_differences_lead_from_one_to_the_other(
    before: list[str], after: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each place is a sample that is not there ("-") or says one of three things."""

    def drafts(states: list[str]) -> list[Draft]:
        talks = [(draft(n), state) for n, state in enumerate(states) if state != "-"]
        return [with_messages(one, *one.messages[:3], message("assistant", state)) for one, state in talks]

    # one that is always there: an empty version cannot be frozen
    folder, extra = tmp_path_factory.mktemp("pair"), draft(99)
    one, other = both(folder, [extra, *drafts(before)], [extra, *drafts(after)], eval_share=0)
    found: dict[str, Difference] = {told.key: told for told in differences(one, other)}
    for n, (was, now) in enumerate(zip(before, after, strict=True)):
        expected = (
            () if was == now else ("added",) if was == "-" else ("removed",) if now == "-" else ("changed",)
        )
        told = found.get(draft(n).key)
        assert (told.what if told else ()) == expected
    assert extra.key not in found
