"""What is erased is in no byte of the file, and nothing else is touched."""

from pathlib import Path

import pytest

from tests.dataset.deeds import state
from zishu_app.core.clock import ScriptedClock
from zishu_app.dataset.acts import history, undo
from zishu_app.dataset.erase import erase, held_in, samples_of_turns
from zishu_app.dataset.find import Filter, count
from zishu_app.dataset.sample import Draft, Source, message
from zishu_app.dataset.store import Samples, add, find_keys
from zishu_app.review.desk import Desk

NOW = 1_768_204_444
SECRET, GEHEIM = "Quetzalwaffle", "紫薯密码本"


def draft(
    number: int, *, secret: bool = False, kind: str = "correction", source: Source | None = None
) -> Draft:
    said = f"My word is {SECRET}, {GEHEIM}." if secret else f"Number {number}."
    return Draft(
        f"{number:032x}",
        kind,
        "en",
        f"title {said}",
        (message("user", said), message("assistant", f"I see: {said}")),
        tags=(f"tag of {SECRET}",) if secret else ("plain",),
        provenance={"turns": [[7, number], [7, number + 1]], "rejected": said},
        source=source,
    )


def bytes_in(folder: Path, text: str) -> list[str]:
    """The files in which a text stands."""
    return [path.name for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


@pytest.fixture
def desk(samples: Samples) -> Desk:
    return Desk(samples, "Tom", ScriptedClock())


async def test_no_byte_of_it_stays(samples: Samples, desk: Desk, tmp_path: Path) -> None:
    source = Source("ab" * 16, f"talk of {SECRET}", (message("user", GEHEIM),))
    await add(samples, [draft(1), draft(2, secret=True, source=source), draft(3)], NOW)
    await desk.rewrite(2, 1, f"No, {SECRET} and {GEHEIM} again.")
    await desk.decide(2, "rejected", f"because of {SECRET}")
    await desk.tag(2, [f"about {SECRET}"])
    await desk.rate(2, "faithful", 2)
    assert bytes_in(tmp_path, SECRET)
    assert await erase(samples, [2]) == 1
    for text in (SECRET, SECRET.lower(), GEHEIM, "quetzalwaffle", "紫薯", "密码"):
        assert bytes_in(tmp_path, text) == []
    with samples.reading() as connection:
        assert count(connection, Filter()).n == 2
        assert count(connection, Filter(text="waffle")).n == 0
        assert history(connection) == []


async def test_what_is_not_erased_is_as_it_was(samples: Samples, desk: Desk) -> None:
    source = Source("ab" * 16, "talk", (message("user", "hi"),))
    await add(samples, [draft(1, source=source), draft(2, secret=True, source=source), draft(3)], NOW)
    await desk.decide(1, "accepted", "good")
    await desk.rewrite(3, 1, "Another.")
    before = state(samples)
    await erase(samples, [2])
    after = state(samples)
    for part in ("samples", "priority", "marks"):
        assert after[part] == [
            one for one in before[part] if (one[0] if isinstance(one, tuple) else one.id) != 2
        ]
    assert after["words"] == [one for one in before["words"] if one[1] != 2]
    async for _ in undo(samples):
        pass
    with samples.reading() as connection:
        assert find_keys(connection, [draft(2).key]) == {}
        assert [act.what for act in history(connection)] == ["edit", "accept"]


async def test_an_act_on_many_goes_on_without_it(samples: Samples, desk: Desk) -> None:
    await add(samples, [draft(1), draft(2, secret=True)], NOW)
    async for _ in desk.decide_all(Filter(), "accepted"):
        pass
    await erase(samples, [2])
    with samples.reading() as connection:
        (act,) = history(connection)
        assert (act.total, act.state) == (1, "done")
        assert count(connection, Filter(verdicts=("accepted",))).n == 1
    async for _ in undo(samples):
        pass
    with samples.reading() as connection:
        assert count(connection, Filter(verdicts=("pending",))).n == 1


async def test_samples_are_found_by_the_turns_they_hold(samples: Samples) -> None:
    others = draft(9, kind="imported")
    await add(samples, [draft(1), draft(2), draft(5, kind="dialogue"), others], NOW)
    with samples.reading() as connection:
        assert samples_of_turns(connection, [(7, 2)]) == [1, 2]
        assert samples_of_turns(connection, [(7, 6)]) == [3]
        assert samples_of_turns(connection, [(7, 99), (1, 1), (7, 9)]) == []
        assert samples_of_turns(connection, []) == []


async def test_erasing_nothing_does_nothing(samples: Samples) -> None:
    await add(samples, [draft(1)], NOW)
    assert await erase(samples, []) == 0
    assert await erase(samples, [99]) == 0
    with samples.reading() as connection:
        assert count(connection, Filter()).n == 1


def test_versions_that_hold_it_are_told(tmp_path: Path) -> None:
    key = draft(2).key
    for name, text in (("v1", f'{{"key": "{key}"}}\n'), ("v2", '{"key": "00"}\n')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "train.jsonl").write_text(text, encoding="utf-8")
    assert held_in(tmp_path, [key]) == ["v1"]
    assert held_in(tmp_path, []) == []
    assert held_in(tmp_path / "none", [key]) == []
