"""She says hello with a brain she has just been given: one sentence of her own, out of that very brain."""

import asyncio

from zishu_app.character.prompt import in_short
from zishu_app.character.tags import Felt, whole, without_tags
from zishu_app.core.errors import AnswerCut
from zishu_app.core.messages import Message
from zishu_app.core.texts import Language
from zishu_app.ledger.calls import Asker, Question
from zishu_app.llm.base import Options, Text
from zishu_app.studio.companion import Companion
from zishu_app.training.general import ended

#: tokens of a hello, and how much chance there is in it
TOKENS, WARMTH = 60, 0.7

_ASKED: dict[Language, str] = {
    "zh": "（你刚刚换上了一个新的大脑。用一句话跟我打个招呼。）",
    "en": "(You have just been given a new brain. Say hello to me in one sentence.)",
}


async def hello(companion: Companion) -> tuple[str, str]:
    """What she says, which stands in the talk then, and what she feels. Raises what her brain raises."""
    chat, persona = companion.chat, companion.chat.persona
    speaker = await chat.brain()
    role = Message("system", in_short(persona.card, persona.language, persona.user))
    messages = [role, Message("user", _ASKED[persona.language])]
    question = Question(messages, Options(WARMTH, TOKENS, sentences=1), speaker.count(messages))
    heard: list[str] = []
    cut = False
    try:
        asker = Asker(chat.run_id, str(chat.talk), "hello", 0)
        async for delta in chat.accounts.ask(asker, speaker, question, lambda *_: ()):
            if isinstance(delta, Text):
                heard.append(delta.text)
    except AnswerCut:
        cut = True
    said = "".join(heard).strip()
    felt = [one.emotion for one in await asyncio.to_thread(whole, said) if isinstance(one, Felt)]
    text = without_tags(ended(said) or said if cut else said).strip()
    emotion = felt[-1] if felt else "happy"
    if text:
        await companion.say(text, emotion, by_herself=True, brain=speaker.model.name)
    return text, emotion
