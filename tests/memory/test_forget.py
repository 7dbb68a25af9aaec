"""Forgotten means: the bytes are in no file under the home folder. A whole home is searched, byte by byte."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.dataset.ice import draft, frozen
from tests.jobs.lanes import end_lanes
from tests.memory.minds import texts as remembered
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.keys import Keys
from zishu_app.core.log import start_log
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.core.terms import folded
from zishu_app.core.texts import set_language
from zishu_app.dataset.frozen import list_frozen
from zishu_app.dataset.sample import Draft, fingerprint, message
from zishu_app.dataset.scores import Mark, Marked, keep_marks
from zishu_app.dataset.store import add
from zishu_app.house import House
from zishu_app.jobs import look
from zishu_app.ledger.blot import chats_of
from zishu_app.ledger.chats import PARTIAL, chat_run, history, sitting
from zishu_app.ledger.runs import Turn, keep_part, keep_turn
from zishu_app.memory import forget as forgetting
from zishu_app.memory.extract import Talked
from zishu_app.memory.follow import followed
from zishu_app.memory.forget import Forgotten, finish, forget, forget_last, forget_that, what_goes
from zishu_app.memory.mind import Mind
from zishu_app.memory.recall import Room, recall
from zishu_app.memory.remember import remember, talked_of
from zishu_app.memory.vectors import packed
from zishu_app.review.desk import Desk

#: what is to be forgotten, said in a chat with much else around it
TALK = (
    ("user", "你好，我住在杭州"),
    ("assistant", "杭州的秋天真美。"),
    ("user", "我的猫叫魑魅团团，它三岁了"),
    ("assistant", "魑魅团团？好特别的名字！三岁正是贪玩的时候。"),
    ("user", "今天工作好累"),
    ("assistant", "辛苦了。抱抱你，也替我抱抱魑魅团团。"),
    ("summary", "用户住在杭州。用户的猫叫魑魅团团。用户今天很累。"),
    ("user", "晚饭吃什么好"),
    (PARTIAL, "先喂魑魅团团，再"),
    ("user", "I should cook"),
    ("assistant", "Pasta is quick. Does Zqxvorp like the smell?"),
)
SECRETS = ("魑魅团团", "魑魅", "魅团")


@pytest.fixture
async def house(home: Home, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """A house with a lane of its own; vectors by hashing, the index by chromadb."""
    monkeypatch.setattr(look, "has_package", lambda package, python="": False)
    set_language("zh")
    start_log(home.logs)
    settings = load_settings(home, environment={})
    async with House(home, settings, Keys(home.keys), ScriptedClock()) as opened:
        yield opened
    end_lanes(home)


async def chatted(house: House, talk: tuple[tuple[str, str], ...] = TALK) -> tuple[Mind, int]:
    """A chat, and what she remembers of it."""
    run = await chat_run(house.store, "zishu", house.clock)
    number = await sitting(house.store, run, house.clock)
    for step, (kind, text) in enumerate(talk):
        extra = {"at": house.clock.now().isoformat(), "seen": f"你记得的事：{text}"}
        await house.store.write(keep_turn(number, Turn(step, kind, text, extra), None))
    mind = await house.mind("zishu")
    for step, (kind, _) in enumerate(talk):
        talked = talked_of(house.store, number, step)
        if kind == "user" and talked is not None:
            await remember(mind, talked)
    return mind, number


async def sampled(house: House, talk: int) -> list[int]:
    """Samples of the chat, edited, judged, frozen; and one that has nothing to do with it."""
    [run] = chats_of(house.store, "zishu")
    turns = [[talk, step] for step in range(6)]
    made = Draft(
        fingerprint("correction", run, talk, 5), "correction", "zh", "我的猫叫魑魅团团",
        (message("user", TALK[2][1]), message("assistant", TALK[3][1]), message("user", TALK[4][1]),
         message("assistant", "魑魅团团陪你休息吧。")),
        tags=("魑魅团团的事",),
        provenance={"run": run, "turn": [talk, 5], "turns": turns, "rejected": TALK[5][1]},
        verdict="accepted",
    )  # fmt: skip
    later = Draft(
        fingerprint("correction", run, talk, 10), "correction", "zh", "晚饭",
        (message("user", TALK[7][1]), message("assistant", "喂完魑魅团团再说。")),
        provenance={"run": run, "turn": [talk, 8], "turns": [[talk, 7], [talk, 8]]},
        verdict="accepted",
    )  # fmt: skip
    other = draft(1)
    found = await add(house.samples, [made, later, other, draft(2)], 1_780_000_000)
    numbers = [number for number in found if number is not None]
    desk = Desk(house.samples, "me", house.clock)
    await desk.rewrite(numbers[0], 3, "替我摸摸魑魅团团。")
    await desk.decide(numbers[0], "rejected", "不该提魑魅团团")
    await desk.decide(numbers[0], "accepted", "好")
    marked = Marked("judge", 1.0, 1, (Mark("accuracy", 3, "引文：魑魅团团"),))
    await house.samples.change(lambda file: keep_marks(file, numbers[0], marked, ["judge"], 1_780_000_001))
    await house.store.write(
        (
            "INSERT INTO calls (id, run_id, item, purpose, step, model, params, state, opened)"
            " VALUES ('c1', 'r', ?, 'judge', 0, 'm', '{}', 'answered', '')",
            (f"sample {numbers[0]}",),
        ),
        keep_part("item", "judge/1", "他说魑魅团团", "c1"),
        keep_part("other", "judge/1", "kept", "c9"),
    )
    await asyncio.to_thread(frozen, house.samples, house.home.datasets, "v1", eval_share=0.3)
    with house.samples.reading() as connection:
        assert connection.execute("SELECT COUNT(*) FROM samples").fetchone()[0] == 4
    return numbers


def holding(home: Home, *words: bytes) -> list[str]:
    """Files in which one of these stands."""
    return sorted(
        path.relative_to(home.root).as_posix()
        for path in home.root.rglob("*")
        if path.is_file() and any(word in path.read_bytes() for word in words)
    )


def forms(text: str) -> Iterator[bytes]:
    """The ways in which a text may lie in a file."""
    for one in {text, folded(text)}:
        yield one.encode()
        yield json.dumps(one)[1:-1].encode()
        yield one.encode("utf-16-le")


def traces_of(*texts: str) -> list[bytes]:
    return [form for text in texts for form in forms(text)]


async def number_of(mind: Mind, text: str) -> int:
    with mind.memories.reading() as connection:
        row = connection.execute("SELECT id FROM memories WHERE text LIKE ?", (f"%{text}%",)).fetchone()
    return int(row["id"])


async def test_the_bytes_are_in_no_file(house: House) -> None:
    mind, talk = await chatted(house)
    numbers = await sampled(house, talk)
    cat = await number_of(mind, "魑魅团团")
    [vector] = await mind.embedder.embed(["用户的猫叫魑魅团团"])
    where = await asyncio.to_thread(holding, house.home, *traces_of(*SECRETS))
    assert {path.split("/")[0].removesuffix("-wal") for path in where} >= {
        "datasets",
        "ledger.sqlite",
        "memory.sqlite",
        "samples.sqlite",
    }
    assert await asyncio.to_thread(holding, house.home, packed(vector))

    foreseen = await what_goes(mind, house.elsewhere, [cat])
    gone = await forget(mind, house.elsewhere, [cat])
    assert gone == foreseen
    assert gone == Forgotten(
        (cat,), ((talk, 2), (talk, 3), (talk, 5), (talk, 6), (talk, 8)), tuple(numbers[:2]), ("v1",)
    )
    assert await asyncio.to_thread(holding, house.home, *traces_of(*SECRETS)) == []
    await followed(mind)
    assert await asyncio.to_thread(holding, house.home, packed(vector)) == []
    assert await asyncio.to_thread(holding, house.home, *traces_of(*SECRETS)) == []


async def test_everything_else_stays(house: House) -> None:
    mind, talk = await chatted(house)
    numbers = await sampled(house, talk)
    await forget(mind, house.elsewhere, [await number_of(mind, "魑魅团团")])
    assert remembered(mind) == ["用户住在杭州"]
    [run] = chats_of(house.store, "zishu")
    said = {one.step: one.content for one in history(house.store, run)}
    assert said[0] == TALK[0][1] and said[1] == TALK[1][1] and said[4] == TALK[4][1]
    assert said[2] == "（已忘记）"
    assert said[3] == "（已忘记）好特别的名字！三岁正是贪玩的时候。"
    assert said[5] == "辛苦了。（已忘记）"
    [notes] = house.store.read("SELECT content FROM turns WHERE kind = 'summary'")
    assert notes["content"] == "用户住在杭州。（已忘记）用户今天很累。"
    assert [row["key"] for row in house.store.read("SELECT item AS key FROM parts")] == ["other"]
    with house.samples.reading() as file:
        assert [row["id"] for row in file.execute("SELECT id FROM samples ORDER BY id")] == numbers[2:]
        assert file.execute("SELECT SUM(n) FROM facets").fetchone()[0] == 2
        for table in ("versions", "ratings", "changes", "acts", "tags"):
            assert file.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] == 0
    assert list_frozen(house.home.datasets) == []
    connection = sqlite3.connect(house.home.samples)
    connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    connection.close()
    # she can be asked as before
    assert [one.line for one in await recall(mind, "我住在哪里", Room(100, len))] == ["用户住在杭州"]


async def test_a_name_goes_from_everything_she_said(house: House) -> None:
    talk = (
        ("user", "My name is Zqxvorp and I live in Leeds."),
        ("assistant", "Nice to meet you, Zqxvorp! Leeds is lovely."),
        ("user", "I like tea"),
        ("assistant", "Tea it is. Here you go, Zqxvorp."),
    )
    set_language("en")
    mind, number = await chatted(house, talk)
    gone = await forget(mind, house.elsewhere, [await number_of(mind, "Zqxvorp")])
    assert gone.turns == ((number, 0), (number, 1), (number, 3))
    assert await asyncio.to_thread(holding, house.home, *traces_of("Zqxvorp", "zqxv")) == []
    [run] = chats_of(house.store, "zishu")
    said = {one.step: one.content for one in history(house.store, run)}
    assert said[3] == "Tea it is. (forgotten)" and said[2] == "I like tea"
    assert remembered(mind) == ["The user likes tea", "The user lives in Leeds"]


async def test_what_was_so_before_goes_with_it(house: House) -> None:
    talk = (
        ("user", "我住在魍魉镇"),
        ("assistant", "魍魉镇在哪里？"),
        ("user", "我住在魍魉镇东头村"),
        ("assistant", "原来如此。"),
    )
    mind, number = await chatted(house, talk)
    memory = await number_of(mind, "东头村")
    gone = await forget(mind, house.elsewhere, [memory])
    assert gone.turns == ((number, 0), (number, 1), (number, 2))
    assert await asyncio.to_thread(holding, house.home, *traces_of("魍魉", "东头村")) == []


async def test_forget_that_takes_the_turn_even_where_nothing_was_remembered(house: House) -> None:
    talk = (
        ("user", "其实昨天我偷吃了魑魅牌蛋糕"),
        ("assistant", "哈哈，味道怎么样？"),
        ("user", "忘了这件事吧"),
    )
    mind, number = await chatted(house, talk)
    assert remembered(mind) == []
    gone = await forget_that(mind, house.elsewhere, (number, 0), (number, 2))
    assert gone == Forgotten((), ((number, 0), (number, 2)))
    assert await asyncio.to_thread(holding, house.home, *traces_of("魑魅牌")) == []


async def test_forget_that_takes_what_was_remembered_of_the_turn(house: House) -> None:
    mind, number = await chatted(house)
    gone = await forget_that(mind, house.elsewhere, (number, 2), (number, 9))
    assert len(gone.memories) == 1 and (number, 2) in gone.turns
    assert remembered(mind) == ["用户住在杭州"]


async def test_the_last_one(house: House) -> None:
    mind, _ = await chatted(house)
    gone = await forget_last(mind, house.elsewhere)
    assert gone is not None and remembered(mind) == ["用户住在杭州"]
    await forget_last(mind, house.elsewhere)
    assert await forget_last(mind, house.elsewhere) is None


async def test_a_common_word_takes_only_sentences_about_tastes(house: House) -> None:
    talk = (
        ("user", "我喜欢火锅"),
        ("assistant", "火锅好吃。"),
        ("user", "哪里有火锅店？"),
        ("assistant", "街角有一家火锅店。你这么爱火锅呀。"),
    )
    mind, number = await chatted(house, talk)
    gone = await forget(mind, house.elsewhere, [await number_of(mind, "火锅")])
    [run] = chats_of(house.store, "zishu")
    said = {one.step: one.content for one in history(house.store, run)}
    assert said == {0: "（已忘记）", 1: "（已忘记）", 2: "哪里有火锅店？", 3: "街角有一家火锅店。（已忘记）"}
    assert gone.turns == ((number, 0), (number, 1), (number, 3))


@pytest.mark.parametrize("step", ["_touched", "drop_answers", "_samples", "blot", "shorten_errors"])
async def test_who_is_killed_in_between_goes_on(
    house: House, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def dies(*_: object, **__: object) -> object:
        raise Killed

    mind, talk = await chatted(house)
    await sampled(house, talk)
    cat = await number_of(mind, "魑魅团团")
    with monkeypatch.context() as patched:
        patched.setattr(forgetting, step, dies)
        with pytest.raises(Killed):
            await forget(mind, house.elsewhere, [cat])
    assert "用户的猫叫魑魅团团" not in remembered(mind)  # nobody recalls it any more
    assert await finish(mind, house.elsewhere) == 1
    assert await finish(mind, house.elsewhere) == 0
    await followed(mind)
    assert await asyncio.to_thread(holding, house.home, *traces_of(*SECRETS)) == []


async def test_without_anything_elsewhere_only_the_memory_goes(house: House, home: Home) -> None:
    mind = await house.mind("zishu")
    kept = await remember(mind, Talked("我的猫叫魑魅团团"))
    gone = await forget(mind, house.elsewhere, [kept[0].number])
    assert gone == Forgotten((kept[0].number,))
    assert await asyncio.to_thread(holding, home, *traces_of("魑魅团团")) == []


async def test_the_log_never_holds_what_was_said(house: House) -> None:
    await chatted(house)
    logs = await asyncio.to_thread(lambda: list(house.home.logs.glob("*.log")))
    assert logs
    for path in logs:
        text = await asyncio.to_thread(path.read_text, "utf-8")
        assert not any(said[:6] in text for _, said in TALK)
