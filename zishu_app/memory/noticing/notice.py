"""What of a message is worth remembering, by rule, in Chinese and English. Pure.

Questions, suppositions, other people's words, and everything between quotation marks leave nothing behind; nor do secrets,
unless one asks for them to be kept.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from zishu_app.core.terms import folded
from zishu_app.core.texts import Language
from zishu_app.memory.noticing.chinese import around as zh_around
from zishu_app.memory.noticing.chinese import clauses as zh_clauses
from zishu_app.memory.noticing.chinese import coming as zh_coming
from zishu_app.memory.noticing.chinese import living as zh_living
from zishu_app.memory.noticing.chinese import oneself as zh_oneself
from zishu_app.memory.noticing.chinese import tastes as zh_tastes
from zishu_app.memory.noticing.chinese import turns as zh_turns
from zishu_app.memory.noticing.dates import dated, names_day
from zishu_app.memory.noticing.english import around as en_around
from zishu_app.memory.noticing.english import clauses as en_clauses
from zishu_app.memory.noticing.english import coming as en_coming
from zishu_app.memory.noticing.english import living as en_living
from zishu_app.memory.noticing.english import oneself as en_oneself
from zishu_app.memory.noticing.english import tastes as en_tastes
from zishu_app.memory.noticing.english import turns as en_turns
from zishu_app.memory.noticing.rule import SURE, Rule, first_of
from zishu_app.memory.noticing.third import of_them, third_person
from zishu_app.memory.store import Noted
from zishu_app.memory.wishes import wish

#: in the order in which they are tried
RULES: dict[Language, tuple[Rule, ...]] = {
    "zh": (*zh_oneself.RULES, *zh_tastes.RULES, *zh_around.RULES, *zh_living.RULES, *zh_turns.RULES),
    "en": (*en_oneself.RULES, *en_turns.RULES, *en_tastes.RULES, *en_around.RULES, *en_living.RULES),
}
#: characters of a message beyond which it is a pasted text and nothing one says of oneself, and of one sentence
MOST, LONGEST = 600, 160

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_QUOTED = re.compile(
    r"```.*?(?:```|$)|`[^`]*`|“[^”]*”|「[^」]*」|『[^』]*』|\"[^\"]*\"|https?://\S+", re.DOTALL
)
_SENTENCE = re.compile(r"[^。！？!?\n；;…~～]+[。！？!?\n；;…~～]*")
_PROMISED_EN = re.compile(r"^i(?:'ve)? promised\b.{2,25}?(?:i'd|we'd|would)\b", re.IGNORECASE)
#: a full stop, and no abbreviation
_STOP_EN = re.compile(r"(?<!\b[Mm]r)(?<!\b[MmDd]rs)(?<!\b[DdSsMm][rts])(?<!\b[A-Za-z])\.\s+")
_PRIVATE = re.compile(
    r"密码|口令|验证码|银行卡|信用卡|身份证|社保号|卡号|\b(?:password|passcode|pin code|my pin|credit card"
    r"|debit card|card number"
    r"|social security|ssn|cvv)\b|(?:\d[ -]?){12,}",
    re.IGNORECASE,
)
_QUESTION_ZH = re.compile(
    r"什么|啥|谁|哪|多少|怎么|为什么|为啥|是不是|会不会|要不要|有没有|能不能|对不对|好不好|该不该|几[岁个点次]|来着"
    r"|(?:吗|呢|么)[？?。！ ]*$"
)
_UNREAL_ZH = re.compile(
    r"如果|假如|要是|假设|倘若|万一|比如|例如|就好了|我猜|我以为|梦见|梦到|假装|扮演|想象|据说|听说|翻译|造句|开头"
    r"|结尾|(?:故事|小说|剧本|歌词)(?:里|中|到此|的主角)|书里|剧里|电影里"
    r"|游戏里|[他她它们]说|有人说|看到|才怪|骗你|开玩笑|该不该|好像|可能|也许|大概|差点|本来想|想成为|希望"
)
_UNREAL_EN = re.compile(
    r"^(?:if|imagine|suppose|pretend|let's say|assume|when i was)\b"
    r"|\b(?:wish|would(?! (?:much |really )?(?:rather|prefer))|could|might|maybe|perhaps|dreamt|dreamed|thought|guess"
    r"|supposed|he says?|she says?|they says?|he said|she said|they said|someone|somebody|wrote|writes|translate"
    r"|kidding|joking|"
    r"hero of|in the (?:story|novel|book|film|movie|game)|starts with|novel|lyrics)\b|\bi'd\b(?! (?:much "
    r"|really )?(?:rather|prefer))",
    re.IGNORECASE,
)


def notice(text: str, now: datetime) -> list[Noted]:
    """What a message says that is worth remembering, in the order it is said."""
    asked = wish(text)
    if asked is not None and asked.what == "forget":
        return []
    if asked is not None:
        return _asked_for(asked.text, now)
    found: list[Noted] = []
    if len(text) <= MOST:
        for sentence in _SENTENCE.findall(_QUOTED.sub(" … ", text)):
            found += _in_sentence(sentence.strip(), now)
    return _each_once(found)


def tells_more(text: str, noted: int) -> bool:
    """Whether a message may say more of the person than the `noted` things that the rules found in it.

    Not for sure: it is for where no model can be asked. Questions, suppositions, secrets and calls say nothing.
    """
    bare = _QUOTED.sub(" ", text).strip()
    if not bare or len(text) > MOST or is_private(text) or wish(text) is not None:
        return False
    sentences = [one for one in _SENTENCE.findall(bare) if not one.rstrip().endswith(("?", "？"))]
    parts = [
        part
        for one in sentences
        for part in re.split(r"[，,.]+", one)
        if _tells(part.strip(" 。！!\n；;…~～"))
    ]
    return len(parts) > noted


def _tells(part: str) -> bool:
    if language_of(part) == "zh":
        return len(part) >= 4 and not _QUESTION_ZH.search(part) and not _UNREAL_ZH.search(part)
    words = part.split()
    asks = re.match(
        r"(?:what|who|where|when|why|how|which|do|did|does|are|is|can|could|have|will)\b", part, re.IGNORECASE
    )
    return len(words) >= 3 and not asks and not _UNREAL_EN.search(part)


def language_of(text: str) -> Language:
    """The language a text is in: Chinese where a sixth of it is."""
    return "zh" if len(_HAN.findall(text)) * 6 >= len(text.strip()) > 0 else "en"


def is_private(text: str) -> bool:
    """Whether it is a secret that nobody keeps for another: a password, a card's number."""
    return _PRIVATE.search(text) is not None


def _asked_for(text: str, now: datetime) -> list[Noted]:
    """What one asks to be remembered: by a rule where one fits, so that it has its slot; else as it is said."""
    language = language_of(text)
    found = [one for one in _in_sentence(text, now) if len(text) <= LONGEST]
    if len(found) == 1:
        return [replace(found[0], importance=max(found[0].importance, 0.9), confidence=1.0)]
    coming = names_day(text, language)
    told = third_person(dated(text, now, language), language)
    return [Noted(told, "event" if coming else "fact", 0.9, 1.0)] if told else []


def _in_sentence(sentence: str, now: datetime) -> Iterator[Noted]:
    """What one sentence says."""
    if not sentence or len(sentence) > LONGEST or is_private(sentence):
        return
    if language_of(sentence) == "zh":
        yield from _in_chinese(sentence, now)
    else:
        yield from _in_english(sentence, now)


def _in_chinese(sentence: str, now: datetime) -> Iterator[Noted]:
    if sentence.endswith(("？", "?")) or _UNREAL_ZH.search(sentence):
        return
    clauses = zh_clauses.Clauses(sentence)
    for clause in clauses:
        if not _QUESTION_ZH.search(clause):
            found = list(_in_clause(clause, now, "zh"))
            clauses.noted = bool(found)
            yield from map(zh_clauses.restored, found)


def _in_english(sentence: str, now: datetime) -> Iterator[Noted]:
    sentence = sentence.replace("’", "'")
    if "?" in sentence:
        return
    for one in _STOP_EN.split(sentence):
        if not _UNREAL_EN.search(_PROMISED_EN.sub("", one)):
            for clause in en_clauses.clauses(one):
                for noted in _in_clause(clause, now, "en"):
                    yield replace(noted, text=of_them(noted.text))


def _in_clause(clause: str, now: datetime, language: Language) -> Iterator[Noted]:
    """At most one thing."""
    days = zh_coming if language == "zh" else en_coming
    on_a_day = dated(clause, now, language)
    if promise := days.promised(clause):
        yield Noted(dated(promise, now, language), "promise", 0.7, SURE)
    elif noted := first_of(RULES[language], on_a_day):
        yield noted
    elif names_day(clause, language) and (event := days.coming(on_a_day)):
        yield Noted(event, "event", 0.6, SURE)


def _each_once(found: list[Noted]) -> list[Noted]:
    return list({folded(one.text): one for one in found}.values())
