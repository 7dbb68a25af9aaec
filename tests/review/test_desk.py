"""The desk: each thing a person does is one act, told as what it was, and can be taken back."""

import pytest

from tests.dataset.deeds import through
from tests.dataset.made import draft
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.errors import DataError
from zishu_app.dataset import acts
from zishu_app.dataset.find import Filter, accepted_since, ids_of
from zishu_app.dataset.sample import KINDS, Sample, message
from zishu_app.dataset.store import Samples, add, get, source_of
from zishu_app.review.desk import Desk

TALK = (
    message("user", "问一"),
    message("assistant", "答一"),
    message("user", "问二"),
    message("assistant", "答二"),
)


@pytest.fixture
async def desk(samples: Samples) -> Desk:
    one = draft(1, messages=TALK, title="题", tags=("旧",), verdict="pending", source=draft(3).source)
    await add(samples, [one, draft(2, messages=TALK, verdict="pending")], 5)
    return Desk(samples, "小林", ScriptedClock())


def read(samples: Samples, number: int = 1) -> Sample:
    with samples.reading() as connection:
        found = get(connection, number)
    assert found is not None
    return found


def found(samples: Samples, text: str) -> list[int]:
    with samples.reading() as connection:
        return ids_of(connection, Filter(text=text))


async def test_a_decision_tells_who_when_and_why_and_can_be_taken_back(samples: Samples, desk: Desk) -> None:
    act = await desk.decide(1, "rejected", "太短")
    assert (act.what, act.detail, act.total, act.sample) == ("reject", {"reason": "太短"}, 1, 1)
    now = int(desk.clock.now().timestamp())
    one = read(samples)
    assert (one.verdict, one.reason, one.reviewer, one.decided) == ("rejected", "太短", "小林", now)
    assert (await desk.decide(1, "pending")).what == "reopen"
    one = read(samples)
    assert (one.verdict, one.reason, one.reviewer, one.decided) == ("pending", "", "", None)
    assert (await desk.decide(1, "removed")).what == "remove" and found(samples, "问一") == [2]
    assert (await desk.decide(1, "accepted", "好")).what == "accept" and read(samples).reason == "好"


async def test_what_was_accepted_since_a_moment_is_counted(samples: Samples, desk: Desk) -> None:
    now = int(desk.clock.now().timestamp())

    def since(moment: int) -> int:
        with samples.reading() as connection:
            return accepted_since(connection, moment)

    await desk.decide(1, "accepted")
    await desk.decide(2, "rejected")
    assert (since(now - 1), since(now)) == (1, 0)
    with samples.reading() as connection:
        kind = read(samples).kind
        of_kinds = {one: accepted_since(connection, 0, one) for one in KINDS}
    assert of_kinds == {one: int(one == kind) for one in KINDS}
    await desk.decide(1, "pending")
    assert since(0) == 0


async def test_marks_make_stars(samples: Samples, desk: Desk) -> None:
    await desk.rate(1, "faithful", 5)
    await desk.rate(1, "clear", 2)
    assert read(samples).stars == 3.5
    await desk.rate(1, "faithful", None)
    assert read(samples).stars == 2.0
    await through(acts.undo(samples))
    assert read(samples).stars == 3.5
    await desk.rate(1, "clear", None)
    await desk.rate(1, "faithful", None)
    assert read(samples).stars is None


async def test_flags_and_tags(samples: Samples, desk: Desk) -> None:
    await desk.flag(1, on=True)
    await desk.tag(1, ["b", "a", "a"])
    assert read(samples).flagged and read(samples).tags == ("a", "b")
    await desk.flag(1, on=False)
    assert not read(samples).flagged
    await through(acts.undo(samples))
    assert read(samples).flagged
    await through(acts.undo(samples))
    assert read(samples).tags == ("旧",) and read(samples).flagged


async def test_an_edit_is_found_by_its_new_words_and_undone_to_the_old_ones(
    samples: Samples, desk: Desk
) -> None:
    act = await desk.rewrite(1, 1, "西湖断桥")
    assert (act.what, act.detail) == ("edit", {"at": 1})
    assert found(samples, "断桥") == [1] and found(samples, "答一") == [2]
    await through(acts.undo(samples))
    assert found(samples, "断桥") == [] and found(samples, "答一") == [1, 2]
    await through(acts.redo(samples))
    assert read(samples).messages[1].content == "西湖断桥" and read(samples).version == 1


async def test_other_edits_are_told_as_what_they_are(samples: Samples, desk: Desk) -> None:
    whats = [
        (await desk.learn(1, 1, learnt=False)).what,
        (await desk.learn(1, 1, learnt=True)).what,
        (await desk.drop_from(1, 2)).what,
        (await desk.put(1, TALK, "refine")).what,
        (await desk.restore(1, 1)).what,
    ]
    assert whats == ["unlearn", "learn", "drop", "refine", "restore"]
    assert [one.loss for one in read(samples).messages] == [False, False, False, True]


async def test_an_edit_that_leaves_nothing_is_refused_and_keeps_nothing(samples: Samples, desk: Desk) -> None:
    for refused in (
        desk.drop_from(1, 1),
        desk.split(1, 1),
        desk.rewrite(1, 0, " "),
        desk.learn(1, 0, learnt=True),
    ):
        with pytest.raises(DataError):
            await refused
    assert read(samples).messages == TALK
    assert [samples.read(f"SELECT COUNT(*) FROM {table}")[0][0] for table in ("acts", "versions")] == [0, 0]


async def test_a_split_makes_a_second_sample_that_goes_to_the_bin_when_it_is_undone(
    samples: Samples, desk: Desk
) -> None:
    act = await desk.split(1, 2)
    first, second = read(samples), read(samples, act.detail["new"])
    assert (first.messages, second.messages) == (TALK[:2], TALK[2:])
    assert (second.verdict, second.title, second.tags, second.scenario) == (
        "pending",
        "题",
        ("旧",),
        first.scenario,
    )
    assert second.provenance["split_from"] == {"sample": 1, "message": 2}
    assert first.source is not None and second.source == first.source
    with samples.reading() as connection:
        assert source_of(connection, first.source) == draft(3).source
    await through(acts.undo(samples))
    assert read(samples).messages == TALK and read(samples, second.id).verdict == "removed"
    assert found(samples, "问二") == [1, 2]
    await through(acts.redo(samples))
    assert found(samples, "问二") == [2, second.id]


async def test_a_split_again_makes_another_sample(samples: Samples, desk: Desk) -> None:
    first = await desk.split(1, 2)
    await through(acts.undo(samples))
    again = await desk.split(1, 2)
    assert first.detail["new"] != again.detail["new"]
    assert read(samples, again.detail["new"]).verdict == "pending"


async def test_a_decision_on_all_that_is_found_is_one_act(samples: Samples, desk: Desk) -> None:
    (part,) = await through(desk.decide_all(Filter(verdicts=("pending",)), "accepted", "好"))
    assert part.finished and part.act.what == "accept" and part.act.total == 2
    assert {read(samples, number).reason for number in (1, 2)} == {"好"}
    await through(acts.undo(samples))
    assert {read(samples, number).verdict for number in (1, 2)} == {"pending"}


@pytest.mark.parametrize("number", [0, 99])
async def test_a_sample_that_is_not_there_is_named(desk: Desk, number: int) -> None:
    for refused in (
        desk.decide(number, "accepted"), desk.rate(number, "clear", 3), desk.flag(number, on=True),
        desk.tag(number, []), desk.rewrite(number, 0, "x"), desk.split(number, 1), desk.restore(number, 0),
    ):  # fmt: skip
        with pytest.raises(DataError, match=f"no sample {number}"):
            await refused
