"""Words that carry no content, in Chinese and English: what two polite machines say when they have run dry.

Most lists are matched against clauses (the pieces between punctuation marks), so that a message that thanks
and then asks something new keeps its question. All lists are lower case; texts are lowered before.
"""

import re
from collections.abc import Iterable

#: a clause is empty talk only if it is no longer than this (characters); a longer one says something beside it
_SHORT_ZH, _SHORT_EN = 16, 60

_CLAUSE = re.compile(r"[。！？!?；;，,、…~～\n:：—]+|\.(?=\s|$)")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[a-z]+")
_UNIT = re.compile(r"[a-z0-9']+|[\u3400-\u9fff]")
_CLAUSE_KEPT = re.compile(r"[^。！？!?；;，,.、…~～\n]+[。！？!?；;，,.、…~～\n]*")
#: a question mark near the end, or a Chinese particle that asks
_ASKS = re.compile(r"[?？][^?？]{0,6}$|[呢吗么][。！!…]*\s*$")


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts))


#: thanks, goodbye and the wishes that go with them
_FAREWELL = _any(
    r"谢|感激|感恩|不客气|别客气|不用客气|不必客气|客气了|再见|再会|拜拜|^拜$|晚安|好梦|回头见|明天见|下次见|下次再聊|回头聊",
    r"后会有期|保重|慢走|早点休息|好好休息|照顾好自己|^祝|也祝|祝你|祝您|祝福",
    r"\bthanks?\b|\bthx\b|\bcheers\b|\bgrateful\b|\bappreciate\b|\bwelcome\b|\bno problem\b|\bmy pleasure\b",
    r"\bpleasure is\b|\bgood ?bye\b|\bbye\b|\bfarewell\b|\bsee (?:you|ya)\b|\btake care\b|\bgood ?night\b",
    r"\bsweet dreams\b|\bsleep well\b|\b(?:best|good) (?:of )?luck\b|\ball the best\b|\bwish(?:ing)? you\b",
    r"\btalk (?:to you )?(?:later|soon)\b|\bhave an? (?:\w+ ){0,2}(?:day|one|evening|weekend|night|time)\b",
    r"\bstay (?:well|safe)\b|\buntil (?:we meet|next time)\b|\bsame to you\b",
)

#: courtesies around them: pleasure, praise, encouragement, promises to try hard
_COURTESY = _any(
    r"荣幸|乐意|愉快|开心|高兴|辛苦|应该做的|应该的|效劳|受益匪浅|收获很大|学到了很多|加油|努力|期待|相信你|继续保持",
    r"不会让您?失望|你也是|您也是|随时[来找欢联]|有空再|先去忙|好消息|顺利|一切都好|真棒|太好了|一路",
    r"\bglad\b|\bhappy to\b|\bpleasure\b|\bmy best\b|\bkind\b|\bmeans a lot\b|\byou too\b|\byou as well\b",
    r"\blikewise\b|\banytime\b|\bkeep (?:it )?up\b|\blovely\b|\bwonderful\b|\bgreat (?:talking|work|job)\b",
    r"\blooking forward\b|\bme too\b|\benjoy\b|\bhave fun\b|\bi'?m sure you\b|\bdo well\b|\bi will\b|\bwill do\b",
    r"\bhelpful\b|\bsuccess\b|\bdon'?t hesitate\b|\bsorry for\b",
)

#: nodding: a clause that only agrees
_NOD = _any(
    r"^(?:嗯|哦|噢|啊|哈|好|对|是|行|可以|没错|确实|的确|当然|明白|懂|知道|了解|原来如此|就是|就这样|也行|都行|随便|真的"
    r"|有道理|没事|没什么|没了|不知道)+(?:的|了|啊|呀|呢|吧|哒|嘞|嘛|哼|这样|如此|是这样|是的|对|吗)*$",
    r"说得[很太真非常]*[对好有]|我[也很非常完全]*[同赞认][意成同]|[很真也]有道理|是这[个样]的?道理|总结得|记住了|我会的",
    r"^(?:ok|okay|ye(?:s|ah|p)|yup|sure|right|alright|exactly|indeed|(?:so )?true|absolutely|of course|i see|got it"
    r"|fine|cool|nice|great|good|lol|haha|hm+|mm-?hm|fair enough|(?:that )?makes sense|well said|i agree"
    r"|i completely agree(?: with you)?|you'?re (?:so |absolutely )?right|(?:i )?couldn'?t agree more|nothing"
    r"|that'?s true|really|(?:a )?good point|then|ok(?:ay)? then|alright then)$",
)

#: what an assistant says; from the user's side it means that the roles have flipped
_SERVICE = _any(
    r"作为(?:一[个名款位])?[您你]?的?(?:ai|人工智能|语言模型|大模型|[^，。]{0,4}(?:助手|顾问|助理))|我是[您你]?的?(?:ai|智能|人工智能)",
    r"什么我?[可以能够]+[帮为]助?到?[你您]|[可以能]+帮[到助]?[你您]的|为[你您](?:解答|服务|提供|讲解|介绍)|竭诚|很高兴能?[为帮]",
    r"希望.{0,10}(?:对[你您]|帮到|帮助)|随时(?:问我|告诉我|向我|咨询我|提出)|(?:欢迎|可以)(?:继续|随时)*(?:向我提问|咨询)",
    r"(?:还有|如果[你您]还?有)(?:什么|其他|任何|更多).{0,12}(?:问题|疑问)|[你您]还想(?:了解|知道).{0,8}[什哪吗]",
    r"告诉我[您你]的(?:具体)?需求|好问题|很好的问题|感谢[您你]的提问|我来[为给]?[你您]?(?:详细|仔细)?(?:讲解|解释|介绍|解答)",
    r"[你您](?:理解|明白|听懂)了吗",
    r"\bas an? (?:ai|large language model|language model)\b|\byour ai assistant\b|\bi'?m an ai\b",
    r"\bhow (?:else )?(?:can|may) i (?:help|assist)\b|\bwhat can i do for you\b|\bi hope (?:this|that) (?:helps|clarifies)\b",
    r"\bfeel free to ask\b|\blet me (?:explain|walk you)\b|\bgreat question\b|\b(?:happy|glad) to (?:assist|provide|help|answer|guide)\b",
    r"\blet me know if you (?:have|need|'d)|\bdo you have any (?:other|further|more) questions\b|\bhere to help\b",
    r"\banything else i can\b|\bany (?:other|further) questions\b|\bdoes that make sense\b|\bi can answer any\b",
    r"\bwhat would you like to (?:learn|know)\b|\bthank you for reaching out\b",
)

#: what a learner says; from the assistant's side it means that the roles have flipped
_LEARNING = _any(
    r"^老师$|谢谢老师|谢谢[您你]?的?(?:讲解|解释|解答|指导)|老师.{0,3}(?:辛苦|讲得)|我(?:学到|听懂|懂)了|请[您你]为我",
    r"\bthank(?:s| you)(?: so much)? for (?:the explanation|explaining|teaching|your help)\b|\bthank you teacher\b",
    r"\bthank you,? for explaining\b|^teacher\b",
)

#: an answer that only throws the ball back
_BACK = _any(
    r"^.{0,10}(?:你觉得呢|你说呢|你呢|你怎么看|你想呢|你认为呢).{0,8}$",
    r"^.{0,24}\b(?:what do you think|and you|what about you|you tell me|have you)\b.{0,6}$",
)


def chinese(texts: Iterable[str]) -> bool:
    """Whether these texts are mostly Chinese: a Chinese character weighs as much as a Latin word."""
    joined = " ".join(texts).lower()
    return len(_CHINESE.findall(joined)) >= len(_WORD.findall(joined))


def clauses(text: str) -> list[str]:
    """The pieces of a message between punctuation marks, in lower case."""
    return [piece.strip() for piece in _CLAUSE.split(text.lower()) if piece.strip()]


def substance(text: str) -> str:
    """The clauses of a message that are more than courtesy, service phrases and nodding."""
    return " ".join(clause for clause in clauses(text) if not _empty(clause))


def polite(text: str) -> bool:
    """Whether a message thanks or says goodbye, or is nothing but courtesy."""
    pieces = clauses(text)
    if any(_FAREWELL.search(piece) for piece in pieces):
        return True
    return any(_COURTESY.search(piece) for piece in pieces) and all(_empty(piece) for piece in pieces)


def serving(text: str) -> bool:
    """Whether a message speaks as an assistant does."""
    return bool(_SERVICE.search(text.lower()))


def learning(text: str) -> bool:
    """Whether a message speaks as a learner does."""
    return any(_LEARNING.search(piece) for piece in clauses(text))


def asks(text: str) -> bool:
    """Whether a message asks something of substance."""
    return bool(_ASKS.search(text) and substance(text))


def hands_back(asked: str, answer: str) -> bool:
    """Whether a question is answered with nothing but a question: the same, "and you?", or another one."""
    if not (_ASKS.search(asked) and _ASKS.search(answer)):
        return False
    own, theirs = set(_UNIT.findall(answer.lower())), set(_UNIT.findall(asked.lower()))
    same = 3 * len(own & theirs) >= 2 * len(own)
    pieces = [piece for piece in _CLAUSE_KEPT.findall(answer) if piece.strip()]
    return same or bool(_BACK.search(answer.lower().strip())) or all(_ASKS.search(piece) for piece in pieces)


def _empty(clause: str) -> bool:
    if len(clause) > (_SHORT_ZH if _CHINESE.search(clause) else _SHORT_EN):
        return False
    return any(words.search(clause) for words in (_NOD, _FAREWELL, _COURTESY, _SERVICE))
