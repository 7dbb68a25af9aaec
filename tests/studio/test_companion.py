"""She herself, opened: what a sentence does to her, what lasts, what is learnt of what the person says of her answers."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.books import scripted, speaker
from tests.teacher import Teacher
from zishu_app.character.accessories import Wears
from zishu_app.character.chat import Recalled, Replied, Thinking
from zishu_app.character.tags import Felt, Spoken
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.errors import BrainMissing, DataError, ModelUnreachable
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.dataset.acts import history as acts_of
from zishu_app.dataset.acts import undo
from zishu_app.dataset.find import Filter, ids_of
from zishu_app.dataset.preferences import preference_of
from zishu_app.dataset.sample import Sample
from zishu_app.dataset.store import get_many
from zishu_app.dataset.versions import versions_of
from zishu_app.house import House
from zishu_app.ledger.runs import turns_of
from zishu_app.review.desk import Desk
from zishu_app.studio.companion import Companion, Opening, open_companion
from zishu_app.studio.companion_state import StateFile
from zishu_app.studio.senses import Exchange, Happened, Senses


class Later(ScriptedClock):
    """A clock that can be put forward."""

    def wait(self, gone: timedelta) -> None:
        self._passed += gone.total_seconds()


def house_in(home: Home, **flags: Any) -> House:
    settings = load_settings(home, {name.replace("__", "."): value for name, value in flags.items()}, {})
    return House(home, settings, Keys(home.keys), Later())


@pytest.fixture
async def house(home: Home) -> AsyncIterator[House]:
    async with house_in(home) as made:
        yield made


async def opened(house: House, answers: Any = (), senses: Senses | None = None, **opening: Any) -> Companion:
    """She with a scripted brain."""
    opening = {"language": "en"} | opening
    companion = await open_companion(house, Opening(**opening), senses or Senses())
    model = scripted(answers)

    async def brain() -> Any:
        return speaker(model)

    companion.chat.brain = brain
    companion.model = model  # type: ignore[attr-defined]
    return companion


async def all_of(events: AsyncIterator[Any]) -> list[Any]:
    return [event async for event in events]


async def said(companion: Companion, text: str = "What is tea?") -> Replied:
    last = (await all_of(companion.reply(text)))[-1]
    assert isinstance(last, Replied)
    await companion.afterwards.done()
    return last


def samples(house: House) -> list[Sample]:
    with house.samples.reading() as connection:
        return get_many(
            connection, ids_of(connection, Filter(verdicts=("pending", "accepted", "rejected", "removed")))
        )


def kinds(companion: Companion) -> list[str]:
    return [one.kind for one in turns_of(companion.house.store, companion.chat.talk)]


async def test_a_sentence_moves_her_before_she_answers(house: House) -> None:
    companion = await opened(house, ["[happy]Let us go to the sea!"])
    companion.condition.put_on("none")
    house.clock.wait(timedelta(minutes=11))
    events = await all_of(companion.reply("You look lovely by the sea."))
    assert events[:3] == [Felt("shy", 0.7), Wears("turtle"), Thinking()]
    assert isinstance(events[-1], Replied)
    assert companion.condition.face() == "happy"
    assert companion.condition.worn.accessory == "turtle"


async def test_she_does_not_change_by_herself_where_that_is_not_wanted(home: Home) -> None:
    async with house_in(home, companion__wears_by_talk=False) as house:
        companion = await opened(house, ["[calm]Yes."])
        house.clock.wait(timedelta(hours=1))
        assert not [one for one in await all_of(companion.reply("the sea")) if isinstance(one, Wears)]


async def test_what_she_is_lasts_to_the_next_start(house: House) -> None:
    companion = await opened(house, ["[sad]Oh."])
    await companion.wear("flower")
    await said(companion)
    assert companion.condition.face() == "sad"
    await companion.close()
    again = await opened(house)
    assert again.condition.face() == "sad"
    assert again.condition.worn.accessory == "flower"
    assert again.chat.talk == companion.chat.talk


async def test_a_damaged_state_is_forgotten(house: House) -> None:
    house.home.companion.write_text("{", encoding="utf-8")
    companion = await opened(house)
    assert companion.condition.last is None
    await companion.close()
    assert json.loads(house.home.companion.read_text(encoding="utf-8"))["zishu"]["last"]


def test_parts_of_the_state_do_not_disturb_each_other(home: Home) -> None:
    file = StateFile(home.companion)
    file.write("place", {"screen": 1})
    file.write("zishu", {"greeting": "Hi"})
    file.write("place", {"screen": 2})
    assert file.read("place") == {"screen": 2}
    assert file.read("zishu") == {"greeting": "Hi"}
    assert file.read("nobody") == {}


async def test_she_greets_when_it_is_time_and_never_with_the_same_words(house: House) -> None:
    companion = await opened(house, ["[calm]Good."])
    first = await companion.greet()
    assert first is not None
    assert first.text.startswith("Hello, I'm Zishu.")
    assert companion.condition.face() == "shy"
    assert await companion.greet() is None
    before = first.text
    for gone in (timedelta(hours=15), timedelta(days=1), timedelta(days=9), timedelta(days=1)):
        house.clock.wait(gone)
        greeting = await companion.greet()
        assert greeting is not None
        assert greeting.text != before
        before = greeting.text
    await said(companion, "I'm here")
    assert kinds(companion) == ["assistant", "user", "assistant"]


async def test_after_a_long_silence_it_is_another_sitting(house: House) -> None:
    companion = await opened(house, ["[calm]One.", "[calm]Two.", "[calm]Three."])
    first = await said(companion)
    house.clock.wait(timedelta(hours=1))
    assert (await said(companion)).talk == first.talk
    house.clock.wait(timedelta(hours=7))
    third = await said(companion)
    assert third.talk != first.talk
    assert [one.content for one in await companion.history("two")] == ["Two."]
    assert len(await companion.history()) == 6
    assert (await companion.history(before=(third.talk, third.step), most=1))[0].kind == "user"


async def test_once_more_is_about_the_last_answer_also_in_another_sitting(house: House) -> None:
    first = await said(await opened(house, ["[calm]One."]))
    house.clock.wait(timedelta(hours=7))
    companion = await opened(house, ["[calm]Two.", "[calm]Three."])
    assert companion.chat.talk != first.talk, "another sitting, in which nothing was said yet"
    second = (await all_of(companion.again()))[-1]
    assert isinstance(second, Replied)
    assert (second.talk, second.text) == (first.talk, "Two.")
    newest = (await companion.history(most=1))[0]
    assert newest.content == "Two.", "it stands where the other one stood"
    assert (await said(companion, "And now?")).talk > first.talk, "what is said next belongs to the new one"


async def test_once_more_after_a_greeting_is_about_what_was_said_before_it(house: House) -> None:
    await said(await opened(house, ["[calm]One."]))
    house.clock.wait(timedelta(days=1))
    companion = await opened(house, ["[calm]Two."])
    assert await companion.greet() is not None
    assert (await all_of(companion.again()))[-1].text == "Two."


async def test_where_nothing_was_ever_said_there_is_nothing_to_say_once_more(house: House) -> None:
    companion = await opened(house)
    with pytest.raises(DataError, match="nothing to answer"):
        await all_of(companion.again())


async def test_a_new_sitting_begins_when_it_is_asked_for(house: House) -> None:
    companion = await opened(house, ["[calm]One.", "[calm]Two."])
    first = await said(companion)
    await companion.start_anew()
    second = await said(companion, "And now?")
    assert second.talk != first.talk
    assert "What is tea?" not in str(companion.model.calls[1])
    other = await opened(house, anew=True)
    assert other.chat.talk not in (first.talk, second.talk)


async def test_what_a_sentence_does_by_itself_is_told_to_her_and_shown(house: House) -> None:
    async def remind(text: str) -> Sequence[Happened]:
        return (
            [Happened("A reminder was set for three o'clock.", ("reminder", 15))] if "remind" in text else []
        )

    companion = await opened(house, ["[calm]I will.", "[calm]Yes."], Senses(listen=(remind,)))
    events = await all_of(companion.reply("remind me at three"))
    assert events[0] == Happened("A reminder was set for three o'clock.", ("reminder", 15))
    assert "A reminder was set" in companion.model.calls[0][0][-1].content
    await said(companion)
    assert "A reminder was set" not in str(companion.model.calls[1])


async def test_what_a_sentence_does_is_done_without_a_brain_too(house: House) -> None:
    async def remind(_: str) -> Sequence[Happened]:
        return [Happened("set")]

    companion = await open_companion(house, Opening("zh"), Senses(listen=(remind,)))
    heard: list[Any] = []
    with pytest.raises(BrainMissing):
        async for event in companion.reply("提醒我"):
            heard.append(event)
    assert Happened("set") in heard
    await companion.close()


async def test_what_fails_by_itself_keeps_her_from_nothing(house: House, expects_log: list[Any]) -> None:
    async def broken(_: str) -> Sequence[Happened]:
        raise DataError("damaged")

    companion = await opened(house, ["[calm]Yes."], Senses(listen=(broken,)))
    assert (await said(companion)).text == "Yes."


async def test_memory_is_asked_before_and_told_after(house: House) -> None:
    exchanges: list[Exchange] = []
    told: list[Any] = []

    async def recall(text: str, count: Any) -> Recalled:
        return Recalled(("Tom likes tea.",), (3,))

    async def remember(exchange: Exchange) -> Sequence[str]:
        exchanges.append(exchange)
        return ["Tom drinks tea at four."]

    companion = await opened(house, ["[calm]One.", "[calm]Two."], Senses(recall, remember))
    companion.remembered = lambda _, found: told.extend(found)
    await said(companion, "I drink tea at four.")
    assert "Tom likes tea." in companion.model.calls[0][0][-1].content
    assert exchanges == [Exchange(companion.chat.talk, 0, "", "I drink tea at four.", "One.", (3,))]
    assert told == ["Tom drinks tea at four."]
    await said(companion, "And you?")
    assert (exchanges[1].before, exchanges[1].answer) == ("One.", "Two.")


async def test_of_an_answer_she_was_stopped_in_nothing_is_remembered(house: House) -> None:
    exchanges: list[Exchange] = []

    async def remember(exchange: Exchange) -> Sequence[str]:
        exchanges.append(exchange)
        return []

    companion = await opened(house, ["[calm]I was about to say a lot of things."], Senses(remember=remember))
    companion.model.piece = 10
    stream = companion.reply("My name is Tom.")
    async for event in stream:
        if isinstance(event, Spoken):
            break
    await stream.aclose()  # type: ignore[attr-defined]
    await companion.afterwards.done()
    assert [(one.said, one.answer) for one in exchanges] == [("My name is Tom.", "")]
    assert kinds(companion) == ["user", "partial"]


async def test_nothing_is_remembered_where_that_is_switched_off(home: Home) -> None:
    async def remember(exchange: Exchange) -> Sequence[str]:
        raise AssertionError("asked")

    async with house_in(home, memory__remembers=False) as house:
        companion = await opened(house, ["[calm]One."], Senses(remember=remember))
        await said(companion)


async def test_a_memory_that_fails_harms_nothing(house: House) -> None:
    async def remember(exchange: Exchange) -> Sequence[str]:
        raise ModelUnreachable("gone")

    companion = await opened(house, ["[calm]One.", "[calm]Two."], Senses(remember=remember))
    await said(companion)
    await said(companion)
    await companion.close()


async def test_closing_gives_up_what_takes_too_long(house: House) -> None:
    async def remember(exchange: Exchange) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    companion = await opened(house, ["[calm]One."], Senses(remember=remember))
    await all_of(companion.reply("Hi"))
    await asyncio.wait_for(companion.close(0.01), 2)


async def test_she_is_called_by_her_name_for_the_person(home: Home) -> None:
    async with house_in(home, companion__user_name="Tom") as house:
        companion = await opened(house, ["[calm]One."])
        await said(companion)
        assert "lives on Tom's desktop" in companion.model.calls[0][0][0].content
    async with house_in(home) as house:
        companion = await opened(house, ["[calm]One."], anew=True)
        await said(companion)
        assert "lives on the user's desktop" in companion.model.calls[0][0][0].content


async def test_she_speaks_with_a_teacher_on_loopback(home: Home) -> None:
    async with Teacher() as teacher:
        flags = {"teacher__model": "teacher-1", "teacher__base_url": teacher.base_url}
        async with house_in(home, **flags) as house:
            companion = await open_companion(house, Opening("en"), Senses())
            replied = await said(companion)
            assert replied.brain == "custom/teacher-1"
            assert await companion.brain.speaks() == "custom/teacher-1"
            await companion.close()
        assert teacher.requests[0]["messages"][0]["role"] == "system"


async def test_her_brain_is_changed_and_gone_back_on(house: House) -> None:
    companion = await open_companion(house, Opening("zh"), Senses())
    with pytest.raises(BrainMissing):
        await companion.brain.speaks()
    assert [one.kind for one in await companion.brain.ways()][:3] == ["key", "download", "endpoint"]
    house.keys.store("deepseek", "sk-right")
    house.keys.store("moonshot", "sk-right")
    await companion.brain.use("deepseek")
    assert await companion.brain.speaks() == "deepseek/deepseek-flash"
    await companion.brain.use("moonshot")
    assert await companion.brain.speaks() == "moonshot/kimi-k2.6"
    assert await companion.brain.roll_back() == "deepseek/deepseek-flash"
    assert await companion.brain.speaks() == "deepseek/deepseek-flash"
    assert [one.why for one in (await companion.brain.hers()).changes] == ["chosen", "chosen", "back"]
    assert {one.spec for one in await companion.brain.choices() if not one.why_not} >= {
        "deepseek",
        "moonshot",
    }
    now = await open_companion(house, Opening("zh", "moonshot"), Senses())
    assert await now.brain.speaks() == "moonshot/kimi-k2.6"
    assert await companion.brain.speaks() == "deepseek/deepseek-flash"


async def test_a_correction_becomes_a_sample_with_the_talk_before_it(house: House) -> None:
    companion = await opened(house, ["[calm]One.", "[happy]Wrong.", "[calm]Three."])
    await said(companion, "First")
    wrong = await said(companion, "Second")
    number = await companion.correct(wrong.talk, wrong.step, "  Right.  ")
    (sample,) = samples(house)
    assert sample.id == number
    assert (sample.kind, sample.language, sample.verdict, sample.title) == (
        "correction",
        "en",
        "pending",
        "Second",
    )
    assert [(one.role, one.content, one.loss) for one in sample.messages[1:]] == [
        ("user", "First", False),
        ("assistant", "One.", False),
        ("user", "Second", False),
        ("assistant", "Right.", True),
    ]
    assert sample.messages[0].content.startswith("Your name is Zishu. You are a gentle")
    about = sample.provenance
    assert (about["rejected"], about["brain"], about["turn"]) == (
        "Wrong.",
        "scripted/model",
        [wrong.talk, wrong.step],
    )
    assert about["turns"] == [[wrong.talk, step] for step in (0, 1, 2, 3)]
    assert about["calls"][0]["message"] == 4
    assert about["calls"][0]["purpose"] == "assistant"
    pair = preference_of(sample)
    assert pair is not None
    assert (pair["chosen"][0]["content"], pair["rejected"][0]["content"]) == ("Right.", "Wrong.")


async def test_a_correction_counts_as_said(house: House) -> None:
    companion = await opened(house, ["[calm]Wrong.", "[calm]Yes."])
    wrong = await said(companion)
    await companion.correct(wrong.talk, wrong.step, "Right.")
    await said(companion, "And?")
    assert [one.content for one in companion.model.calls[1][0] if one.role == "assistant"] == ["Right."]


async def test_correcting_again_is_an_edit_that_has_to_be_reviewed_anew(house: House) -> None:
    companion = await opened(house, ["[calm]Wrong."])
    wrong = await said(companion)
    number = await companion.correct(wrong.talk, wrong.step, "Better.")
    assert number is not None
    await Desk(house.samples, "Tom", house.clock).decide(number, "accepted")
    assert await companion.correct(wrong.talk, wrong.step, "Best.") == number
    (sample,) = samples(house)
    assert (sample.messages[-1].content, sample.verdict) == ("Best.", "pending")
    assert sample.provenance["rejected"] == "Wrong."
    with house.samples.reading() as connection:
        assert [one.messages[-1].content for one in versions_of(connection, number)] == ["Better.", "Best."]
    async for _ in undo(house.samples):
        pass
    (sample,) = samples(house)
    assert (sample.messages[-1].content, sample.verdict) == ("Better.", "accepted")


async def test_the_same_correction_twice_changes_nothing(house: House) -> None:
    companion = await opened(house, ["[calm]Wrong."])
    wrong = await said(companion)
    await companion.correct(wrong.talk, wrong.step, "Better.")
    await companion.correct(wrong.talk, wrong.step, "Better.")
    with house.samples.reading() as connection:
        assert acts_of(connection) == []
    assert len(samples(house)) == 1


@pytest.mark.parametrize("back", ["", "Wrong."])
async def test_a_correction_can_be_taken_back_and_made_again(house: House, back: str) -> None:
    companion = await opened(house, ["[calm]Wrong."])
    wrong = await said(companion)
    assert await companion.correct(wrong.talk, wrong.step, back) is None
    assert samples(house) == []
    number = await companion.correct(wrong.talk, wrong.step, "Better.")
    assert await companion.correct(wrong.talk, wrong.step, back) is None
    (sample,) = samples(house)
    assert sample.verdict == "removed"
    assert "corrected" not in turns_of(house.store, wrong.talk)[wrong.step].extra
    assert await companion.correct(wrong.talk, wrong.step, "Better.") == number
    assert samples(house)[0].verdict == "pending"


async def test_only_what_she_answered_to_its_end_can_be_corrected(house: House) -> None:
    companion = await opened(house, ["[calm]One."])
    await companion.greet()
    replied = await said(companion)
    for step in (0, 1, 99):
        with pytest.raises(DataError):
            await companion.correct(replied.talk, step, "x")
        with pytest.raises(DataError):
            await companion.rate(replied.talk, step, True)
    assert samples(house) == []


async def test_a_good_answer_is_material_and_a_bad_one_is_marked(house: House) -> None:
    companion = await opened(house, ["[calm]One."])
    replied = await said(companion)
    number = await companion.rate(replied.talk, replied.step, True)
    (sample,) = samples(house)
    assert (sample.id, sample.kind, sample.tags, sample.verdict) == (
        number,
        "dialogue",
        ("liked",),
        "pending",
    )
    assert sample.messages[-1].content == "One."
    assert "rejected" not in sample.provenance
    assert turns_of(house.store, replied.talk)[replied.step].extra["rating"] == 1
    assert await companion.rate(replied.talk, replied.step, False) is None
    assert samples(house)[0].verdict == "removed"
    assert turns_of(house.store, replied.talk)[replied.step].extra["rating"] == -1
    await companion.correct(replied.talk, replied.step, "Better.")
    assert [one.tags for one in samples(house) if one.kind == "correction"] == [("disliked",)]
    await companion.rate(replied.talk, replied.step, None)
    assert [one.tags for one in samples(house) if one.kind == "correction"] == [()]
    assert "rating" not in turns_of(house.store, replied.talk)[replied.step].extra


async def test_a_good_answer_that_is_corrected_was_not_that_good(house: House) -> None:
    companion = await opened(house, ["[calm]One."])
    replied = await said(companion)
    await companion.rate(replied.talk, replied.step, True)
    await companion.correct(replied.talk, replied.step, "Better.")
    assert {one.kind: one.verdict for one in samples(house)} == {
        "dialogue": "removed",
        "correction": "pending",
    }
    assert await companion.rate(replied.talk, replied.step, True) is None, "the correction is what is good"
    assert {one.kind: one.verdict for one in samples(house)} == {
        "dialogue": "removed",
        "correction": "pending",
    }


async def test_of_a_long_talk_only_the_end_goes_into_a_sample(house: House) -> None:
    companion = await opened(house, [f"[calm]Answer {number}." for number in range(12)])
    for number in range(11):
        await said(companion, f"Question {number}. " + "x" * 400)
    last = await said(companion, "The last one")
    await companion.correct(last.talk, last.step, "Better.")
    (sample,) = samples(house)
    assert len(sample.messages) <= 14
    assert sum(len(one.content) for one in sample.messages[1:-1]) <= 6_000
    assert sample.messages[1].role == "user"
    assert sample.messages[-2].content == "The last one"


async def test_of_an_answer_asked_for_once_more_each_can_be_corrected(house: House) -> None:
    companion = await opened(house, ["[calm]One.", "[calm]Two."])
    first = await said(companion)
    second = (await all_of(companion.again()))[-1]
    assert isinstance(second, Replied)
    for replied, text in ((first, "Better one."), (second, "Better two.")):
        await companion.correct(replied.talk, replied.step, text)
    assert [[one.content for one in sample.messages[1:]] for sample in samples(house)] == [
        ["What is tea?", "Better one."],
        ["What is tea?", "Better two."],
    ]
    assert [sample.provenance["rejected"] for sample in samples(house)] == ["One.", "Two."]
