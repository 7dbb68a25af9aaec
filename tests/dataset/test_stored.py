"""A talk out of the ledger is the talk in its file."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.dialogue.cast import Studio, models, plans, sides
from tests.distill.desk import way
from zishu_app.core.errors import DataError
from zishu_app.core.texts import Language
from zishu_app.dataset.importers import read_talks
from zishu_app.dataset.stored import source_of, talk_of
from zishu_app.dataset.talks import Talk, conversation_of
from zishu_app.distill.distil import item_of
from zishu_app.ledger.runs import PlannedTalk, turns_of
from zishu_app.ledger.store import open_ledger


async def made(folder: Path, language: Language = "zh", **work: Any) -> Studio:
    """Two dialogues with notes and mistakes in them."""
    studio = Studio(folder, sides(*models(language, 1600, 80)))
    await studio.plan(plans(2, language, rounds=(14, 14), noise=0.3))
    await studio.events(1, **work)
    return studio.again()


def stored(studio: Studio, talk: PlannedTalk) -> Talk:
    return talk_of(talk.plan, turns_of(studio.store, talk.id), Path(talk.folder) / talk.file)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_it_is_the_talk_of_its_file(tmp_path: Path, language: Language) -> None:
    studio = await made(tmp_path, language)
    for planned, path in zip(studio.talks, (Path(t.folder) / t.file for t in studio.talks), strict=True):
        kinds = {turn.kind for turn in turns_of(studio.store, planned.id)}
        assert kinds == {"user", "assistant", "summary"}
        (file,), ours = read_talks(path), stored(studio, planned)
        assert replace(ours, metadata={}) == replace(file, metadata={})
        assert ours.metadata == {"total_rounds": 14}
        assert conversation_of(ours.messages) == conversation_of(file.messages)
        assert item_of(ours, way(), "model") == item_of(file, way(), "model")
    studio.close()


async def test_one_that_is_not_finished_has_its_whole_rounds(tmp_path: Path) -> None:
    studio = await made(tmp_path)
    turns = turns_of(studio.store, studio.talks[0].id)
    whole = stored(studio, studio.talks[0]).messages
    for upto in range(2, len(turns)):
        rounds = sum(turn.kind == "assistant" for turn in turns[:upto])
        talk = talk_of(studio.talks[0].plan, turns[:upto], Path("x.json"))
        assert talk.messages == whole[: 2 * rounds] and talk.metadata == {"total_rounds": rounds}
    studio.close()


async def test_ended_by_hand_it_is_what_was_there_before(tmp_path: Path) -> None:
    """What was distilled out of the ledger is known again when the file is there."""
    studio = await made(tmp_path, asked={1: "end"})
    planned = studio.talks[1]
    (file,) = read_talks(Path(planned.folder) / planned.file)
    assert len(file.messages) == 2
    assert conversation_of(stored(studio, planned).messages) == conversation_of(file.messages)
    studio.close()


@pytest.mark.parametrize("said", [0, 1])
async def test_without_a_whole_round_there_is_no_talk(tmp_path: Path, said: int) -> None:
    studio = await made(tmp_path)
    planned = studio.talks[0]
    with pytest.raises(DataError) as caught:
        talk_of(planned.plan, turns_of(studio.store, planned.id)[:said], Path("x.json"))
    assert caught.value.hint
    studio.close()


async def test_where_the_file_is_the_file_is_the_way(tmp_path: Path) -> None:
    studio = await made(tmp_path)
    planned = studio.talks[0]
    path = Path(planned.folder) / planned.file
    assert source_of(studio.store, planned) == path
    path.rename(path.with_name("elsewhere.json"))
    assert source_of(studio.store, planned) == stored(studio, planned)
    path.write_text("somebody else's")
    assert source_of(studio.store, replace(planned, state="planned")) == stored(studio, planned)
    studio.close()


def test_a_dialogue_that_never_began_is_told(tmp_path: Path) -> None:
    store = open_ledger(tmp_path / "ledger.sqlite")
    planned = PlannedTalk(1, 0, plans(1)[0].as_dict(), str(tmp_path), "x.json", "planned")
    with pytest.raises(DataError):
        source_of(store, planned)
    store.close()
