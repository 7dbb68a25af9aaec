"""Words that carry no content, in Chinese and English: what two polite machines say when they have run dry.

Most lists are matched against clauses (the pieces between punctuation marks), so that a message that thanks
and then asks something new keeps its question. All lists are lower case; texts are lowered before.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: a clause is empty talk only if it is no longer than this (characters); a longer one says something beside it
_SHORT_ZH, _SHORT_EN = 16, 60

_CLAUSE = re.compile(r"[。！？!?；;，,、…~～\n:：—]+|\.(?=\s|$)")
_PURE_CLAUSE = re.compile(r"[^。！？!?；;，,.、…~～\n]+[。！？!?；;，,.、…~～\n]*")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[a-z]+")
_UNIT = re.compile(r"[a-z0-9']+|[\u3400-\u9fff]")
#: a question mark near the end, or a Chinese particle that asks
_ASKS = re.compile(r"[?？][^?？]{0,6}$|[呢吗么][。！!…]*\s*$")


@dataclass(frozen=True, slots=True)
class _Phrases:
    """One list in both languages; a text is looked up in the list of its own language, which halves the cost."""

    chinese: re.Pattern[str]
    english: re.Pattern[str]

    def __contains__(self, text: str) -> bool:
        return bool((self.chinese if _CHINESE.search(text) else self.english).search(text))


def _phrases(chinese: Sequence[str], english: Sequence[str], *, whole: bool = False) -> _Phrases:
    """`english` are words between word boundaries, or `whole` clauses."""
    words = "|".join(english)
    return _Phrases(
        re.compile("|".join(chinese)), re.compile(f"^(?:{words})$" if whole else f"\\b(?:{words})\\b")
    )


#: thanks, goodbye and the wishes that go with them
_FAREWELL = _phrases(
    [
        r"谢|感激|感恩|[不别]客气|不用客气|不必客气|客气了|再见|再会|拜拜|^拜$|晚安|好梦|回头见|明天见|下次见|下次再聊",
        r"后会有期|保重|慢走|早点休息|早点睡|好好休息|照顾好自己|^祝|也祝|祝[你您福]|^886?$|告辞|我先走|走啦|[改有回]天?空?聊$",
    ],
    [
        r"thanks?|thx|cheers|grateful|appreciate|welcome|no problem|my pleasure|pleasure is|good ?bye|bye|farewell",
        r"see (?:you|ya)|take care|good ?night|sweet dreams|sleep (?:well|tight)|(?:best|good) (?:of )?luck|all the best",
        r"wish(?:ing)? you|talk (?:to you )?(?:later|soon)|have an? (?:\w+ ){0,2}(?:day|one|evening|weekend|night|time)",
        r"stay (?:well|safe)|until (?:we meet|next time)|same to you|night night|rest well|safe (?:travels|journey|trip)",
        r"bon voyage|catch you later|ciao|signing off|so long",
    ],
)

#: courtesies around them: pleasure, praise, encouragement, promises to try hard
_COURTESY = _phrases(
    [
        r"荣幸|乐意|愉快|开心|高兴|辛苦|应该做的|应该的|效劳|受益匪浅|收获很大|学到了很多|加油|努力|期待|相信你|继续保持",
        r"过奖|夸奖|哪里哪里|哪里的话|彼此彼此|互相学习|共勉|教得好|欣慰|恭候|爱你|么么|放心吧|一定的|惦记|关心|麻烦[您你]|打扰",
        r"[很真太](?:聪明|认真|用心|耐心|厉害|棒)|不辜负|不负|不会让您?失望|你也是|您也是|随时[来找欢联]|有空再|先去忙|好消息",
        r"顺利|一切都好|太好了|一路",
    ],
    [
        r"glad|happy to|pleasure|my best|kind|means (?:a lot|the world)|you too|you as well|likewise|anytime|keep (?:it )?up",
        r"lovely|wonderful|great (?:talking|chatting|work|job)|looking forward|me too|enjoy|have fun|i'?m sure you|do well",
        r"i will|will do|helpful|success|don'?t hesitate|sorry for|so sweet|honou?red|touched|proud of you|rooting for you",
        r"hugs?|i hope you|(?:gentle|kind) (?:to|with) yourself|good friend",
    ],
)

#: nodding: a clause that only agrees
_NOD = _phrases(
    [
        r"^(?:嗯|哦|噢|啊|哈|好|对|是|行|可以|没错|确实|的确|当然|明白|懂|知道|了解|原来如此|就是|就这样|也行|都行|随便|真的"
        r"|有道理|没事|没什么|没了|不知道)+(?:的|了|啊|呀|呢|吧|哒|嘞|嘛|哼|这样|如此|是这样|是的|对|吗)*$",
        r"说得[很太真非常]*[对好有]|我[也很非常完全]*[同赞认][意成同]|[很真也]有道理|是这[个样]的?道理|总结得|记住了|我会的",
    ],
    [
        r"ok|okay|ye(?:s|ah|p)|yup|sure|right|alright|exactly|indeed|(?:so )?true|absolutely|of course|i see|got it|fine|cool",
        r"nice|great|good|lol|haha|hm+|mm-?hm|fair enough|(?:that )?makes sense|well said|i agree|i completely agree(?: with you)?",
        r"you'?re (?:so |absolutely )?right|(?:i )?couldn'?t agree more|nothing|that'?s true|really|(?:a )?good point|then",
        r"ok(?:ay)? then|alright then",
    ],
    whole=True,
)

#: what an assistant says; from the user's side it means that the roles have flipped
_SERVICE = _phrases(
    [
        r"作为(?:一[个名款位])?[您你]?的?(?:ai|人工智能|语言模型|大模型|[^，。]{0,4}(?:助手|顾问|助理))|我是[您你]?的?(?:ai|智能|人工智能)",
        r"什么我?[可以能够]+[帮为]助?到?[你您]|[可以能]+帮[到助]?[你您]的|为[你您](?:解答|服务|提供|讲解|介绍|推荐|查询|安排|规划|整理)",
        r"竭诚|很高兴能?[为帮]|希望.{0,10}(?:对[你您]|帮到|帮助)|随时(?:问我|告诉我|向我|咨询我|提出|联系我)",
        r"(?:欢迎|可以)(?:继续|随时)*(?:向我提问|咨询)|(?:还有|如果[你您]还?有)(?:什么|其他|任何|更多).{0,12}(?:问题|疑问)",
        r"[你您]还想(?:了解|知道).{0,8}[什哪吗]|告诉我[您你]的(?:具体)?需求|好问题|很好的问题|感谢[您你]的提问",
        r"我来[为给]?[你您]?(?:详细|仔细)?(?:讲解|解释|介绍|解答)|[你您](?:理解|明白|听懂)了吗|可以协助[你您]|帮助的吗",
        r"如有(?:任何|其他|更多)?(?:疑问|问题)",
    ],
    [
        r"as an? (?:ai|large language model|language model)|your ai assistant|i'?m an ai|how (?:else )?(?:can|may) i (?:help|assist)",
        r"what can i do for you|i hope (?:this|that) (?:helps|clarifies)|feel free to (?:ask|reach)|let me (?:explain|walk you)",
        r"great question|(?:happy|glad) to (?:assist|provide|help|answer|guide)|let me know if you(?: have| need|'d)|here to help",
        r"do you have any (?:other|further|more) questions|anything else i can|any (?:other|further) questions|i can answer any",
        r"does (?:this|that) (?:make sense|work for you|help)|what would you like to (?:learn|know)|thank you for reaching out",
    ],
)

#: what a learner says; from the assistant's side it means that the roles have flipped
_LEARNING = _phrases(
    [
        r"^老师$|谢谢老师|谢谢[您你]?的?(?:讲解|解释|解答|指导)|老师.{0,3}(?:辛苦|讲得)|我(?:学到|听懂|懂)了|请[您你]为我",
    ],
    [
        r"thank(?:s| you)(?: so much)? for (?:the explanation|explaining|teaching|your help)|thank you for explaining|^teacher",
    ],
)

#: an answer that only throws the ball back
_BACK = _phrases(
    [r"^.{0,10}(?:你觉得呢|你说呢|你呢|你怎么看|你想呢|你认为呢).{0,8}$"],
    [r".{0,24}\b(?:what do you think|and you|what about you|you tell me|have you)\b.{0,6}"],
    whole=True,
)


def chinese(texts: Iterable[str]) -> bool:
    """Whether these texts are mostly Chinese: a Chinese character weighs as much as a Latin word."""
    joined = " ".join(texts).lower()
    return len(_CHINESE.findall(joined)) >= len(_WORD.findall(joined))


def clauses(text: str) -> list[str]:
    """The pieces of a message between punctuation marks, in lower case."""
    return [piece.strip() for piece in _CLAUSE.split(text.lower()) if piece.strip()]


def substance(text: str) -> str:
    """The clauses of a message that are more than courtesy, service phrases and nodding.

    A brief goodbye is courtesy as a whole: "thanks! I'll let you know how it goes".
    """
    pieces = clauses(text)
    if _short(text, 2) and not re.search(r"[?？]", text) and _polite(pieces):
        return ""
    return " ".join(piece for piece in pieces if not (_short(piece) and _empty(piece)))


def polite(text: str) -> bool:
    """Whether a message thanks or says goodbye, or is nothing but courtesy."""
    return _polite(clauses(text))


def serving(text: str) -> bool:
    """Whether a message speaks as an assistant does."""
    return text.lower() in _SERVICE


def learning(text: str) -> bool:
    """Whether a message speaks as a learner does."""
    return any(piece in _LEARNING for piece in clauses(text))


def asks(text: str) -> bool:
    """Whether a message asks something of substance."""
    return bool(_ASKS.search(text) and substance(text))


def hands_back(asked: str, answer: str) -> bool:
    """Whether a question is answered with nothing but a question: the same, "and you?", or another one."""
    if not (_ASKS.search(asked) and _ASKS.search(answer)):
        return False
    own, theirs = set(_UNIT.findall(answer.lower())), set(_UNIT.findall(asked.lower()))
    if 3 * len(own & theirs) >= 2 * len(own) or answer.lower().strip() in _BACK:
        return True
    return all(_ASKS.search(piece) for piece in _PURE_CLAUSE.findall(answer) if piece.strip())


def _polite(pieces: list[str]) -> bool:
    # a word of thanks inside a long explanation is no goodbye
    if any(piece in _FAREWELL for piece in pieces if len(piece) <= 2 * _SHORT_EN):
        return True
    return all(_short(piece) and _empty(piece) for piece in pieces) and any(
        piece in _COURTESY for piece in pieces
    )


def _empty(clause: str) -> bool:
    return any(clause in words for words in (_NOD, _FAREWELL, _COURTESY, _SERVICE))


def _short(text: str, times: int = 1) -> bool:
    return len(text) <= times * (_SHORT_ZH if _CHINESE.search(text) else _SHORT_EN)
