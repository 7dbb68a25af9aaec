"""What begins with a slash in a talk: commands, each by a name in both languages."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from zishu_app.character.accessories import NOTHING
from zishu_app.character.cast import wearable
from zishu_app.character.chat import Replied
from zishu_app.character.emotion_words import emotion_word
from zishu_app.character.pack import nothing_named
from zishu_app.cli.brains import lines_of
from zishu_app.cli.chat.faces import face
from zishu_app.cli.chat.talk import Talk
from zishu_app.core.errors import UsageError
from zishu_app.core.texts import counted, language, t
from zishu_app.ledger.chats import PARTIAL, Said
from zishu_app.studio.her_memory import HerMemory

#: turns of the history that are shown at once
SHOWN = 20

Act = Callable[[Talk, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Command:
    """One command."""

    names: tuple[str, ...]
    #: what it does, in the language of the moment
    told: Callable[[], str]
    act: Act


async def run_command(talk: Talk, line: str) -> None:
    """Do what a line says. Raises UsageError where there is no such command, and what the command raises."""
    name, _, rest = line[1:].partition(" ")
    found = next((one for one in COMMANDS if name.casefold() in one.names), None)
    if found is None:
        raise UsageError(
            t(f"没有命令 /{name}。", f"There is no command /{name}."),
            t("/帮助 列出全部。", "/help shows all."),
        )
    await found.act(talk, rest.strip())


async def _help(talk: Talk, _rest: str) -> None:
    for one in COMMANDS:
        talk.shown.note(f"  {'  '.join(f'/{name}' for name in one.names):24} {one.told()}")


async def _brain(talk: Talk, rest: str) -> None:
    brain = talk.companion.brain
    if rest in ("back", "rollback", "换回"):
        await brain.roll_back()
    elif rest:
        await brain.use("" if rest in ("auto", "自动") else rest)
    else:
        for line in await lines_of(brain):
            talk.shown.note(line)
        return
    name = await brain.speaks()
    talk.shown.note(t(f"现在的大脑：{name}", f"her brain now: {name}"))


async def _mood(talk: Talk, _rest: str) -> None:
    condition = talk.companion.condition
    now, day = condition.face(), condition.mood.today
    talk.shown.note(
        t(
            f"{face(now)} 现在{emotion_word(now)}，今天总的来说{emotion_word(day)}。",
            f"{face(now)} {emotion_word(now)} now, {emotion_word(day)} for the day.",
        )
    )


async def _history(talk: Talk, rest: str) -> None:
    found = await talk.companion.history(rest, most=SHOWN)
    if not found:
        talk.shown.note(
            t("没有找到。", "Nothing was found.") if rest else t("还没有聊过。", "You have not talked yet.")
        )
    for one in reversed(found):
        talk.shown.note(_line(talk, one))


def _line(talk: Talk, said: Said) -> str:
    who = t("你", "you") if said.kind == "user" else talk.companion.chat.persona.card.name
    text = said.extra.get("corrected") or said.content
    marks = {1: " 👍", -1: " 👎"}.get(said.extra.get("rating", 0), "")
    marks += t("（已改正）", " (corrected)") if said.extra.get("corrected") else ""
    marks += t("（后来换了说法）", " (said otherwise later)") if said.extra.get("superseded") else ""
    marks += t("（没说完）", " (stopped)") if said.kind == PARTIAL else ""
    when = str(said.extra.get("at", ""))[5:16].replace("T", " ")
    return f"{when}  {who}: {text}{marks}"


async def _correct(talk: Talk, rest: str) -> None:
    last = _last(talk)
    if not rest:
        rest = await talk.ask(t("应该说：", "you should have said: ")) or ""
    number = await talk.companion.correct(last.talk, last.step, rest)
    if number is None:
        talk.shown.note(t("改正已撤回。", "The correction is taken back."))
        return
    talk.shown.note(
        t(
            f"记下了：样本 {number} 在等你审阅（zishu dataset show {number}）。",
            f"Noted: sample {number} waits for your review (zishu dataset show {number}).",
        )
    )


async def _good(talk: Talk, _rest: str) -> None:
    last = _last(talk)
    number = await talk.companion.rate(last.talk, last.step, True)
    where = t(f"，成为样本 {number}", f", it is sample {number} now") if number else ""
    talk.shown.note(t(f"👍 记下了{where}。", f"👍 noted{where}."))


async def _bad(talk: Talk, _rest: str) -> None:
    last = _last(talk)
    await talk.companion.rate(last.talk, last.step, False)
    talk.shown.note(
        t(
            "👎 记下了。她应该怎么说？用 /纠正 告诉她。",
            "👎 noted. What should she have said? /correct tells her.",
        )
    )


async def _remember(talk: Talk, rest: str) -> None:
    if not rest:
        await _memories(talk, "")
        return
    kept = await _memory(talk).note(rest)
    told = t("已经知道了", "known already") if kept.what == "same" else t("记住了", "remembered")
    talk.shown.note(f"{told}：{kept.text}" if language() == "zh" else f"{told}: {kept.text}")


async def _forget(talk: Talk, rest: str) -> None:
    await talk.forget(await _memory(talk).meant(rest))


async def _memories(talk: Talk, rest: str) -> None:
    found = await _memory(talk).look(rest)
    if not found:
        talk.shown.note(t("没有记忆。", "She remembers nothing of the kind."))
    for one in found:
        talk.shown.note(f"  {'★' if one.pinned else '·'} {one.text}")


def _memory(talk: Talk) -> HerMemory:
    """Raises UsageError where there is none."""
    if talk.companion.memory is None:
        raise UsageError(t("这里没有记忆。", "There is no memory here."))
    return talk.companion.memory


async def _again(talk: Talk, _rest: str) -> None:
    await talk.answer(talk.companion.again())


async def _accessory(talk: Talk, rest: str) -> None:
    found, _ = await asyncio.to_thread(wearable, talk.companion.house.home)
    known = [*found, NOTHING]
    named = {str(accessory.name): name for name, (accessory, _) in found.items()} | {
        t("无", "nothing"): NOTHING
    }
    if not rest:
        now = talk.companion.condition.worn.accessory
        talk.shown.note("  ".join(f"[{name}]" if name == now else name for name in known))
        return
    chosen = named.get(rest, rest)
    if chosen not in known:
        raise nothing_named(rest, known)
    await talk.companion.wear(chosen)
    talk.shown.note(t(f"她戴上了 {chosen}。", f"She wears: {chosen}."))


async def _new(talk: Talk, _rest: str) -> None:
    await talk.companion.start_anew()
    talk.last = None
    talk.shown.note(
        t("新的对话开始了，之前的在历史里。", "A new talk begins; what was said is in the history.")
    )


async def _seen(talk: Talk, rest: str) -> None:
    built = talk.companion.chat.seen
    if built is None:
        talk.shown.note(t("她这次还没有回答过。", "She has not answered yet this time."))
        return
    used = sum(one.tokens for one in built.shares)
    talk.shown.note(
        t(f"她看到了 {used:,} / {built.room:,} tokens：", f"She saw {used:,} of {built.room:,} tokens:")
    )
    for one in built.shares:
        left = (
            t(f"，{one.left_out} 项放不下", f", {counted(one.left_out, 'piece')} left out")
            if one.left_out
            else ""
        )
        talk.shown.note(f"  {_part(one.part):12} {one.tokens:6,}{left}")
    if rest in ("full", "全文"):
        for message in built.messages:
            talk.shown.note(f"\n[{message.role}]\n{message.content}")


def _part(name: str) -> str:
    return {
        "persona": t("她是谁", "who she is"),
        "knowledge": t("知识", "knowledge"),
        "summary": t("摘要", "summary"),
        "memories": t("记忆", "memories"),
        "moment": t("此刻", "the moment"),
        "talk": t("对话", "the talk"),
    }[name]


async def _quit(talk: Talk, _rest: str) -> None:
    talk.leaving.set()


def _last(talk: Talk) -> Replied:
    """Raises UsageError where she has not answered yet."""
    if talk.last is None:
        raise UsageError(
            t("她这次还没有回答过。", "She has not answered yet this time."),
            t("先和她说点什么。", "Say something to her first."),
        )
    return talk.last


COMMANDS: tuple[Command, ...] = (
    Command(("help", "帮助"), lambda: t("列出命令", "show the commands"), _help),
    Command(
        ("brain", "大脑"),
        lambda: t(
            "看大脑；跟一个名字则更换，“换回”则换回上一个",
            "her brain; with a name: change it; back: the one before",
        ),
        _brain,
    ),
    Command(("mood", "心情"), lambda: t("她现在的心情", "how she feels"), _mood),
    Command(("correct", "纠正"), lambda: t("她上一句应该怎么说", "what she should have said"), _correct),
    Command(("good", "好"), lambda: t("上一句说得好", "that was well said"), _good),
    Command(("bad", "不好"), lambda: t("上一句说得不好", "that was not well said"), _bad),
    Command(
        ("remember", "记住"),
        lambda: t("记住一句话；不写则列出她记得的", "remember this; without words: what she remembers"),
        _remember,
    ),
    Command(
        ("memories", "记忆"),
        lambda: t("她记得什么；跟文字则查找", "what she remembers; with words: search"),
        _memories,
    ),
    Command(
        ("forget", "忘记"),
        lambda: t(
            "忘掉有关的事；不写则是刚才那句", "forget what is like this; without words: the last thing said"
        ),
        _forget,
    ),
    Command(("again", "再说"), lambda: t("换一种说法再答一次", "another answer to the same"), _again),
    Command(
        ("history", "历史"),
        lambda: t("聊过的内容；跟文字则查找", "what was said; with words: search"),
        _history,
    ),
    Command(
        ("accessory", "配件"),
        lambda: t("她戴着什么；跟名字则换上", "what she wears; with a name: put it on"),
        _accessory,
    ),
    Command(
        ("seen", "看到"),
        lambda: t("她回答前看到了什么；“全文”给出原文", "what she saw; full: word by word"),
        _seen,
    ),
    Command(("new", "新的"), lambda: t("开始新的对话", "begin a new talk"), _new),
    Command(("quit", "exit", "退出"), lambda: t("离开", "leave"), _quit),
)
