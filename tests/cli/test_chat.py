"""`zishu chat`: one sentence, lines out of a pipe, a live talk with commands; what is shown, and how it ends."""

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.books import scripted, speaker
from tests.teacher import Teacher
from zishu_app.character.accessories import Wears
from zishu_app.character.chat import Replied, Thinking, Waiting
from zishu_app.character.emotion_words import emotion_word
from zishu_app.character.tags import Felt, Spoken
from zishu_app.cli.arguments import build_parser
from zishu_app.cli.chat.commands import COMMANDS, run_command
from zishu_app.cli.chat.faces import FACES
from zishu_app.cli.chat.shown import Terminal, visible
from zishu_app.cli.chat.talk import Talk
from zishu_app.cli.main import main
from zishu_app.core.errors import ModelUnreachable
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.core.texts import set_language
from zishu_app.house import House
from zishu_app.memory.hashing import HashingEmbedder
from zishu_app.memory.index import ScriptedIndex
from zishu_app.memory.mind import Mind
from zishu_app.memory.reminders import Reminder
from zishu_app.studio.companion import Companion, Opening, open_companion
from zishu_app.studio.senses import Exchange, Happened, Senses

ROOT = Path(__file__).resolve().parents[2]


class Typed:
    """A keyboard on which these lines are typed. Implements `Keyboard`."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.prompts: list[str] = []

    async def ask(self, prompt: str) -> str | None:
        self.prompts.append(prompt)
        return self.lines.pop(0) if self.lines else None


@pytest.fixture
async def house(home: Home) -> AsyncIterator[House]:
    async with House(home, load_settings(home, environment={}), Keys(home.keys)) as made:
        yield made


async def companion_of(house: House, answers: Any, senses: Senses | None = None) -> Companion:
    companion = await open_companion(house, Opening("en"), senses or Senses())
    model = scripted(answers) if isinstance(answers, list) else answers

    async def brain() -> Any:
        return speaker(model)

    companion.chat.brain = brain
    return companion


def terminal() -> tuple[Terminal, io.StringIO]:
    written = io.StringIO()
    return Terminal("Zishu", Console(file=written, width=100, highlight=False)), written


async def live(house: House, answers: Any, *lines: str, senses: Senses | None = None) -> str:
    """What stands on the terminal after a live talk."""
    shown, written = terminal()
    companion = await companion_of(house, answers, senses)
    for endpoint in ("deepseek", "moonshot"):
        house.keys.store(endpoint, "sk-right")
    await companion.brain.use("deepseek")
    await Talk(companion, shown, Typed(*lines)).live(run_command)
    await companion.close()
    return written.getvalue()


async def test_a_talk_on_a_terminal(house: House) -> None:
    said = await live(
        house, ["[happy]Tea it is.", "[sad]Oh. [happy]Good."], "What shall I drink?", "  ", "And now?"
    )
    lines = [line for line in said.splitlines() if line.strip()]
    assert lines[0].startswith("brain: deepseek/deepseek-flash")
    assert lines[1].startswith(f"Zishu {FACES['shy']} Hello, I'm Zishu.")
    assert lines[2] == f"Zishu {FACES['happy']} Tea it is."
    assert lines[3] == f"Zishu {FACES['sad']} Oh. Good. {FACES['happy']}"


async def test_commands_in_both_languages(house: House) -> None:
    said = await live(
        house,
        ["[proud]Wrong.", "[calm]Better."],
        "/seen", "Hello", "/mood", "/心情", "/seen", "/seen full", "/good", "/bad", "/correct Right.", "/again",
        "/纠正", "So.", "/accessory", "/accessory turtle", "/配件 Flower", "/accessory hat", "/history", "/历史 nowhere",
        "/brain", "/brain moonshot", "/brain back", "/new", "/correct x", "/nonsense", "/help", "/quit", "never said",
    )  # fmt: skip
    for expected in (
        "She has not answered yet",
        f"{FACES['proud']} proud now",
        "who she is",
        "[system]",
        "👍 noted, it is sample 1 now",
        "👎 noted",
        "Noted: sample 2 waits for your review",
        "Noted: sample 3 waits",
        "[ribbon]",
        "She wears: turtle",
        "She wears: flower",
        "There is no hat.",
        "Zishu: Right. 👎 (corrected)",
        "Zishu: So. (corrected)",
        "Nothing was found.",
        "✗ openai  OpenAI · gpt-4.1-mini",
        "her brain now: moonshot/kimi-k2.6",
        "her brain now: deepseek/deepseek-flash",
        "A new talk begins",
        "There is no command /nonsense.",
        "/quit  /exit  /退出",
    ):
        assert expected in said, expected
    assert "never said" not in said


def test_every_command_has_a_name_in_each_language_and_no_name_twice() -> None:
    names = [name for one in COMMANDS for name in one.names]
    assert len(names) == len(set(names))
    for one in COMMANDS:
        assert any(name.isascii() for name in one.names)
        assert any(not name.isascii() for name in one.names)
        for language in ("zh", "en"):
            set_language(language)
            assert one.told()


async def test_without_a_brain_she_says_so_and_goes_on(house: House) -> None:
    shown, written = terminal()
    companion = await open_companion(house, Opening("zh"), Senses())
    await Talk(companion, shown, Typed("你好", "/mood", "/quit")).live(run_command)
    await companion.close()
    said = written.getvalue()
    assert said.count("I have no brain I can use just now") == 2
    assert "zishu keys set xiaomimimo" in said
    assert "for the day" in said


async def test_what_fails_is_told_and_the_talk_goes_on(house: House) -> None:
    model = scripted(["[calm]Here I am."], faults={0: ModelUnreachable("gone", "wait")})
    said = await live(house, model, "Hi", "Hi again")
    assert "gone" in said
    assert "Here I am." in said


async def test_what_was_remembered_is_told_between_two_lines(house: House) -> None:
    async def remember(exchange: Exchange) -> Sequence[str]:
        return ["Tom likes tea."]

    shown, written = terminal()
    companion = await companion_of(house, ["[calm]Noted.", "[calm]Yes."], Senses(remember=remember))

    class Slowly(Typed):
        async def ask(self, prompt: str) -> str | None:
            await companion.afterwards.done()
            return await super().ask(prompt)

    await Talk(companion, shown, Slowly("I like tea.", "ok")).live(run_command)
    await companion.close()
    assert "(remembered: Tom likes tea.)" in written.getvalue()


async def test_ctrl_c_stops_her_and_twice_it_leaves(house: House) -> None:
    shown, written = terminal()
    model = scripted(["[happy]I was about to say a lot."])
    model.piece, model.pause = 12, 0.01
    companion = await companion_of(house, model)
    talk = Talk(companion, shown, Typed())
    pressed = False

    class Watching:
        async def sleep(self, seconds: float) -> None:
            nonlocal pressed
            if "about" in written.getvalue() and not pressed:
                pressed = True
                talk.interrupted()
            await asyncio.sleep(0)

    model.clock = Watching()
    assert await talk.answer(companion.reply("Tell me")) is False
    assert "(stopped)" in written.getvalue()
    assert [one.kind for one in await companion.history()] == ["partial", "user"]
    talk.interrupted()
    assert not talk.leaving.is_set()
    assert "Ctrl-C again" in written.getvalue()
    talk.interrupted()
    assert talk.leaving.is_set()
    await companion.close()


async def test_a_prompt_is_left_when_the_person_leaves(house: House) -> None:
    shown, _ = terminal()
    companion = await companion_of(house, [])

    class Nobody:
        async def ask(self, prompt: str) -> str | None:
            await asyncio.Event().wait()
            return None

    talk = Talk(companion, shown, Nobody())
    going = asyncio.create_task(talk.live(run_command))
    await asyncio.sleep(0.1)
    talk.interrupted()
    talk.interrupted()
    await asyncio.wait_for(going, 2)
    await companion.close()


@pytest.fixture
def simple_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A memory that needs no lane."""

    async def mind(self: House, character: str) -> Mind:
        return Mind(character, self.memories, HashingEmbedder(), ScriptedIndex(), self.clock)

    monkeypatch.setattr(House, "mind", mind)


@pytest.mark.usefixtures("simple_mind")
async def test_memory_in_a_live_talk(house: House) -> None:
    companion = await open_companion(house, Opening("en"))
    model = scripted(lambda messages, options: "[calm]I see.")

    async def brain() -> Any:
        return speaker(model)

    companion.chat.brain = brain

    class Slowly(Typed):
        async def ask(self, prompt: str) -> str | None:
            await companion.afterwards.done()
            return await super().ask(prompt)

    shown, written = terminal()
    lines = (
        "/remember The user has a dog called Quetzal.", "/remember The user has a dog called Quetzal.", "/memories",
        "My name is Waldemar.", "/memories waldemar", "Hello", "/forget Quetzal", "n", "/forget Quetzal", "y",
        "/memories quetzal", "forget that", "no", "/forget", "", "in 20 minutes remind me to drink tea",
    )  # fmt: skip
    await Talk(companion, shown, Slowly(*lines)).live(run_command)
    await companion.close()
    said = written.getvalue()
    for expected in (
        "remembered: The user has a dog called Quetzal.",
        "known already: The user has a dog called Quetzal.",
        "· The user has a dog called Quetzal.",
        "(remembered: The user's name is Waldemar)",
        "Nothing was forgotten.",
        "Forgotten, and nothing of it is left.",
        "She remembers nothing of the kind.",
        "drink tea",
    ):
        assert expected in said, expected
    assert said.count("Nothing was forgotten.") == 3
    for path in house.home.root.rglob("*"):
        if path.is_file():
            assert b"Quetzal" not in path.read_bytes(), path


def test_events_on_a_terminal() -> None:
    shown, written = terminal()
    for event in (
        Thinking(), Felt("sad"), Spoken("Oh n"), Waiting(1.5, "cut"), Felt("happy"), Spoken("Yes."),
        Replied(1, 1, "Yes.", "happy", "m", 1.0), Wears("turtle"), Wears("none"), Happened("told to her alone"),
        Happened("A reminder was set.", Reminder(1, "tea", int(datetime(2026, 1, 12, 15, 20).timestamp()), "reminder")),
    ):  # fmt: skip
        shown.show(event)
    assert written.getvalue().splitlines() == [
        f"Zishu {FACES['sad']} Oh n",
        "cut; again in 2 s",
        f"Zishu {FACES['happy']} Yes.",
        "(she puts on the turtle)",
        "(she takes off what she wears)",
        "⏰ 01-12 15:20  tea",
    ]


def test_a_model_cannot_give_orders_to_the_terminal() -> None:
    assert visible("a\x1b[2Jb\x07c\x9bd\r\n\te\x7f你好") == "a[2Jbcd\n\te你好"


def test_every_feeling_has_a_face_and_a_word() -> None:
    for language in ("zh", "en"):
        set_language(language)
        assert len({emotion_word(one) for one in FACES}) == len(FACES)


# as a program


def zishu(
    home: Home, *arguments: str, typed: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zishu_app", *arguments],
        cwd=ROOT,
        env=os.environ | {"ZISHU_HOME": str(home.root)} | environment,
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


@pytest.fixture
async def teacher() -> AsyncIterator[dict[str, str]]:
    """The environment in which a teacher on loopback is the one to ask."""
    async with Teacher(tokens=12) as one:
        yield {"ZISHU_TEACHER__MODEL": "teacher-1", "ZISHU_TEACHER__BASE_URL": one.base_url}


async def test_one_sentence(home: Home, teacher: dict[str, str]) -> None:
    ended = await asyncio.to_thread(zishu, home, "chat", "--lang", "en", "Hello", "you", **teacher)
    assert ended.returncode == 0, ended.stderr
    assert len(ended.stdout.splitlines()) >= 1
    assert ended.stderr == ""


async def test_lines_out_of_a_pipe_are_turns_of_one_talk(home: Home, teacher: dict[str, str]) -> None:
    typed = "Hello\n\nAnd you?\n你好\n"
    ended = await asyncio.to_thread(zishu, home, "chat", "--json", typed=typed, **teacher)
    assert ended.returncode == 0, ended.stderr
    events = [json.loads(line) for line in ended.stdout.splitlines()]
    replied = [one for one in events if one["event"] == "replied"]
    assert [one["step"] for one in replied] == [1, 3, 5]
    assert {one["talk"] for one in replied} == {1}
    spoken = "".join(one["text"] for one in events if one["event"] == "spoken")
    assert spoken.startswith(replied[0]["text"][:10])
    again = await asyncio.to_thread(zishu, home, "--mode", "cli", typed="More\n", **teacher)
    assert again.returncode == 0, again.stderr
    fresh = await asyncio.to_thread(zishu, home, "chat", "--new", "--json", "Hi", **teacher)
    assert json.loads(fresh.stdout.splitlines()[-1])["talk"] == 2


def test_without_a_brain_it_fails_and_says_why(home: Home) -> None:
    ended = zishu(home, "chat", "--lang", "zh", "你好")
    assert ended.returncode == 1
    assert "I have no brain I can use just now" in ended.stderr
    ended = zishu(home, "chat", "--lang", "zh", "--json", typed="你好\n再说一次\n")
    failed = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [one["event"] for one in failed] == ["thinking", "failed"] * 2
    assert failed[1]["kind"] == "BrainMissing"
    assert ended.returncode == 1


def test_a_brain_for_this_time_only(home: Home) -> None:
    ended = zishu(home, "chat", "--brain", "deepseek", "Hi")
    assert "no key for DeepSeek" in ended.stderr
    assert not home.her_brains.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
async def test_ctrl_c_ends_one_sentence(home: Home) -> None:
    async with Teacher(latency=20) as slow:
        environment = {"ZISHU_TEACHER__MODEL": "teacher-1", "ZISHU_TEACHER__BASE_URL": slow.base_url}
        code, out, err = await asyncio.to_thread(interrupted, home, environment, lambda: slow.calls > 0)
    assert code == 130, err
    assert [json.loads(line)["event"] for line in out.splitlines()] == ["thinking", "stopped"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
async def test_killed_while_she_answers_the_talk_goes_on(home: Home) -> None:
    async with Teacher(latency=20) as slow:
        environment = {"ZISHU_TEACHER__MODEL": "teacher-1", "ZISHU_TEACHER__BASE_URL": slow.base_url}
        code, out, _ = await asyncio.to_thread(
            interrupted, home, environment, lambda: slow.calls > 0, signal.SIGKILL
        )
    assert (code, json.loads(out.splitlines()[-1])["event"]) == (-9, "thinking")
    async with Teacher(tokens=12) as one:
        environment["ZISHU_TEACHER__BASE_URL"] = one.base_url
        ended = await asyncio.to_thread(zishu, home, "chat", "--json", "And", **environment)
        asked = [message["content"] for message in one.requests[0]["messages"] if message["role"] == "user"]
    assert ended.returncode == 0, ended.stderr
    assert asked[0].endswith("Hello\n\nAnd"), "what was said is on the disk"
    assert json.loads(ended.stdout.splitlines()[-1])["step"] == 2


def interrupted(
    home: Home, environment: dict[str, str], asked: Callable[[], bool], sent: int = signal.SIGINT
) -> tuple[int, str, str]:
    """One sentence, and a signal as soon as the model was asked."""
    process = subprocess.Popen(
        [sys.executable, "-m", "zishu_app", "chat", "--json", "Hello"],
        cwd=ROOT,
        env=os.environ | {"ZISHU_HOME": str(home.root)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 20
    while not asked() and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(sent)
    out, err = process.communicate(timeout=15)
    return process.returncode, out, err


def test_flags_in_both_languages() -> None:
    for language in ("zh", "en"):
        set_language(language)
        given = build_parser().parse_args(["chat", "--lang", "zh", "--brain", "builtin", "你好", "呀"])
        assert (given.words, given.lang, given.brain, given.new, given.json) == (
            ["你好", "呀"],
            "zh",
            "builtin",
            False,
            False,
        )


# her brain


def brains(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["brains", *arguments], lambda given: 0)
    told = capsys.readouterr()
    return code, told.out + told.err


def test_brains_are_listed_changed_and_gone_back_on(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    Keys(home.keys).store("deepseek", "sk-right")
    Keys(home.keys).store("moonshot", "sk-right")
    code, told = brains(capsys, "list", "--lang", "zh")
    assert code == 0
    assert "I have no brain" in told
    assert "✓ deepseek  DeepSeek · deepseek-flash" in told
    assert brains(capsys, "use", "deepseek") == (0, "Now: deepseek/deepseek-flash\n")
    assert brains(capsys, "use", "moonshot") == (0, "Now: moonshot/kimi-k2.6\n")
    assert brains(capsys, "rollback") == (0, "Now: deepseek/deepseek-flash\n")
    code, told = brains(capsys, "list", "--json")
    value = json.loads(told)
    assert value["now"] == "deepseek/deepseek-flash"
    assert [one["why"] for one in value["changes"]] == ["chosen", "chosen", "back"]
    assert [one["spec"] for one in value["choices"] if one["usable"]][:2] == ["deepseek", "moonshot"]
    assert "(gone back)" in brains(capsys, "list")[1]
    assert brains(capsys, "use", "auto", "--lang", "zh")[0] == 0


def test_a_brain_that_is_not_known_or_not_here(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = brains(capsys, "use", "no-such-thing")
    assert (code, "is not known" in told) == (2, True)
    code, told = brains(capsys, "use", "qwen3-0.6b")
    assert (code, "zishu models download qwen3-0.6b" in told) == (1, True)
    code, told = brains(capsys, "rollback")
    assert (code, "never changed" in told) == (1, True)
    assert not home.her_brains.exists()
