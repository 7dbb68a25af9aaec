"""The stall radar: on the labelled dialogues, and what each signal does by itself."""

import pytest

from tests.dialogue.stall import build
from tests.dialogue.stall.labelled import HALVES, HERE, alternate, figures, judge, load
from zishu_app.core.messages import Message
from zishu_app.core.texts import set_language
from zishu_app.dialogue.stall import Reading, Thresholds, read, why

#: ten rounds on one subject in which something new is said every time
LESSON = next(dialogue.messages for dialogue in load() if dialogue.name == "zh-01")[:20]


def kinds(reading: Reading) -> set[str]:
    return {signal.kind for signal in reading.signals}


def after_lesson(*turns: str) -> Reading:
    return read([*LESSON, *alternate(turns)])


@pytest.mark.parametrize("half", HALVES)
def test_labelled_dialogues(half: str) -> None:
    """Figures reached (readings after every message): precision 1.00, recall 0.91 and 0.94."""
    dialogues = [dialogue for dialogue in load() if dialogue.half == half]
    # every second round will do for healthy ones: the benchmark reads after every message
    judged = [judge(dialogue, step=4 if dialogue.stalled_from is None else 2) for dialogue in dialogues]
    reached = figures(judged)
    assert reached["precision"] >= 0.97, [one.dialogue.name for one in judged if one.false_alarm is not None]
    assert reached["recall"] >= 0.88, [one.dialogue.name for one in judged if one.delay is None]


def test_the_set_is_what_it_says() -> None:
    dialogues = load()
    stalled = [dialogue for dialogue in dialogues if dialogue.stalled_from is not None]
    assert len(dialogues) >= 120
    assert 0.4 <= len(stalled) / len(dialogues) <= 0.6
    assert {dialogue.language for dialogue in stalled} == {"zh", "en"}
    assert all(len(dialogue.messages) - dialogue.sound >= 8 for dialogue in stalled)
    assert all(dialogue.sound >= 8 for dialogue in dialogues)
    assert len({dialogue.name for dialogue in dialogues}) == len(dialogues)


def test_the_built_dialogues_are_those_the_pieces_make() -> None:
    assert build.text() == (HERE / "built.jsonl").read_text("utf-8")


def test_a_lesson_is_not_stalled_and_neither_is_no_dialogue() -> None:
    assert read([]) == Reading((), 0.0)
    assert read([Message("user", "你好")]).score == 0.0
    assert not read(LESSON).stalled
    assert read(LESSON).score < 0.3


def test_a_loop_is_seen_after_three_rounds() -> None:
    pair = ("那每天练多久？", "每天十五分钟就够，重点是每一下音量一样大，手腕放松。")
    assert not after_lesson(*pair).stalled
    reading = after_lesson(*pair * 4)
    assert kinds(reading) == {"repetition", "little_new"}
    assert reading.score > 0.9


def test_a_listener_who_only_says_go_on_does_not_stall_a_story() -> None:
    story = next(dialogue.messages for dialogue in load() if dialogue.name == "zh-11")
    assert [message.content for message in story[::2]].count("继续") > 5
    assert not any(read(story[:count]).stalled for count in range(len(story)))


def test_a_user_who_repeats_himself_while_the_answers_are_new_gives_one_signal() -> None:
    answers = [LESSON[at].content + LESSON[at + 2].content for at in (1, 5, 9, 13)]
    asked = "老师，弹吉他的时候到底应该先注意哪些最基本的地方？"
    reading = read(alternate(turn for answer in answers for turn in (asked, answer)))
    assert kinds(reading) == {"repetition"}
    assert not reading.stalled


def test_goodbyes_give_one_signal_while_something_is_still_said() -> None:
    reading = after_lesson(
        "谢谢老师！我今晚先把大横按拆开练，食指压两根弦，再慢慢加到六根弦试试看。",
        "不客气。先从第五品开始，那里弦距低、张力小，等声音干净了再一品一品往琴头挪过去。",
        "谢谢！那我把换弦的日子也记到日历上，顺便买一包磷铜的十一号琴弦备着用。",
        "不客气，买的时候看清是民谣弦，尼龙弦装到钢弦琴上会滑脱，琴码也不是一个样子。",
    )
    assert kinds(reading) == {"farewell"}
    assert not reading.stalled


def test_mutual_goodbyes_stall() -> None:
    reading = after_lesson(
        *("今天先到这里，谢谢老师！", "不客气，祝你练琴顺利！", "谢谢，老师辛苦了！", "应该的，加油！"),
        *("再见老师！", "再见，早点休息！"),
    )
    assert {"farewell", "little_new"} <= kinds(reading)


def test_one_word_messages_stall_but_short_user_messages_do_not() -> None:
    assert {"collapse", "little_new"} <= kinds(after_lesson("嗯", "嗯。", "好", "好的。", "哦", "是的。"))
    assert not after_lesson("嗯", LESSON[1].content, "为什么？", LESSON[3].content).stalled


def test_a_quiz_is_no_collapse() -> None:
    quiz = ("32×11？", "352", "对，64×66？", "4224", "对，85×85？", "7225", "对，91×11？")
    assert "collapse" not in kinds(after_lesson("来考考我吧", *quiz))


def test_flipped_roles_are_seen() -> None:
    reading = after_lesson(
        "您好，我是您的AI助手，请问有什么可以帮您？",
        "您好，我也是AI助手，请问您想了解什么？",
        "作为人工智能，我可以为您解答任何问题。",
        "好的，请您为我介绍一下吧。",
        "很高兴为您服务，请问还有什么可以帮到您？",
        "我这边没有问题，您还有什么需要了解的吗？",
    )
    assert "role_flip" in kinds(reading)
    assert reading.stalled


def test_questions_thrown_back_are_seen() -> None:
    reading = after_lesson(
        *("接下来学什么好？", "你觉得学什么好呢？", "你定吧，你觉得呢？", "你觉得呢？") * 2
    )
    assert "role_flip" in kinds(reading)
    assert reading.stalled


def test_english_loops_are_seen_too() -> None:
    pair = ("Thank you so much, you are the best!", "You're welcome! Have a great day, take care!")
    assert read(alternate(pair * 4)).stalled


def test_since_gives_a_fresh_topic_a_fair_chance() -> None:
    loop = alternate(("再说一遍吧。", "每天十五分钟就够，重点是坚持，不要一次练太久。") * 4)
    dialogue = [*LESSON, *loop]
    assert read(dialogue).stalled
    assert read(dialogue, since=len(dialogue)).score == 0.0
    assert not read([*dialogue, *LESSON[:6]], since=len(dialogue)).stalled
    # the new topic may stall as well
    assert read([*dialogue, *loop], since=len(dialogue)).stalled


def test_system_messages_are_ignored() -> None:
    note = Message("system", "提示")
    dialogue = [*LESSON, *alternate(("再说一遍吧。", "每天十五分钟就够，重点是坚持，不要一次练太久。") * 3)]
    with_notes = [piece for message in dialogue for piece in (note, message)]
    assert read(with_notes) == read(dialogue)


def test_reading_twice_gives_the_same() -> None:
    assert read(LESSON) == read(list(LESSON))


def test_messages_without_words_do_no_harm() -> None:
    assert not read(alternate(["😀", "……", "", "!!", "👍", "。", "😀", "……"] * 3)).score > 1


def test_thresholds_can_be_moved() -> None:
    strict = Thresholds(repetition=0.01, little_new_chinese=0.99)
    assert read(LESSON, thresholds=strict).stalled


def test_why_is_one_sentence_in_the_language_of_the_user() -> None:
    reading = after_lesson(*("那每天练多久？", "每天十五分钟就够，重点是坚持，手腕放松。") * 4)
    assert why(reading).startswith("The talk repeats itself (similarity 100%), little is new")
    set_language("zh")
    try:
        assert why(reading) == "双方在重复说过的话（相似度 100%），几乎没有新内容（只占 0%）。"
        assert why(read([])) == "没有停滞的迹象。"
    finally:
        set_language("en")
