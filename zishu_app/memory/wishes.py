"""What one asks of her memory in talk: "remember that ...", "forget that", "忘了这件事". Pure."""

import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Wish:
    """`what` is to be done with `text`; a wish to forget without a text means what was said or remembered last."""

    what: Literal["remember", "forget"]
    text: str = ""


#: a word that stands alone is not among them: "you forgot" is no wish
_POLITE_ZH = r"(?:好的?|行|那|麻烦|拜托|请你?|你(?=把|能|可以|快)|您|帮我|给我|把|可以|能不能|能|快|就|老师|紫舒|[，,。 ])*"
_POINTS_ZH = "(?=[^忘记删]{0,8}(?:这|那|刚|说|讲|它|上面|前面))"
_THAT_ZH = (
    r"(?:刚才|刚|我|上面|前面|之前)*(?:说过?的?|讲的|的)?(?:这些?|那些?|这个|那个|这件|那件|这条|那条|这句|那句)?"
    r"(?:事情?|话|内容|东西|记忆|一切)?(?:它们?)?"
)
_END_ZH = r"(?:吧|了|啊|呀|哦|好吗|好不好|可以吗|行吗|谢谢|，|。|！|!|,|\.|~| )*"
_NOT_ZH = r"(?:别|不要|不用|不必|不许|别再)"

_FORGET_THAT_ZH = re.compile(
    rf"{_POLITE_ZH}(?:忘了|忘掉|忘记|删掉|删除|清除){_POINTS_ZH}{_THAT_ZH}{_END_ZH}"
    rf"|{_POLITE_ZH}{_POINTS_ZH}{_THAT_ZH}(?:都|你)?(?:忘了|忘掉|忘记|删掉|删除){_END_ZH}"
    rf"|{_POLITE_ZH}{_THAT_ZH}(?:你|就)?{_NOT_ZH}(?:记住?|记下来?|记着|记得){_THAT_ZH}{_END_ZH}"
)
_FORGET_ZH = re.compile(
    rf"{_POLITE_ZH}(?:忘了|忘掉|忘记)(?:关于)?[，,：: ]*(?P<text>(?:我|关于).{{2,80}}?)(?:这件事|这事|的事)?{_END_ZH}"
)
_REMEMBER_ZH = re.compile(
    r"(?:好的?|那|麻烦|拜托|请|你|您|帮我|给我|老师|紫舒|[，, ])*(?:一定)?(?:要|得)?(?:记住|记下来?|记一下"
    r"|记着|记好|记得(?=[，：: ]*(?:我|咱|下次)))"
    r"(?:这件事|这个|这些|一件事|我说的)?[了]?[，,：:。! ！]*(?P<text>.{3,200})",
    re.DOTALL,
)
#: what begins like a wish to remember and is none
_NO_WISH_ZH = re.compile(
    r"^(?:提醒|了|没|吗|什么|谁|吧|哦|呀|啊|的|过|你|叫我|带|吃|喝|早点|多|按时|告诉|发|买|回|来)|[吗呢么]?[？?]\s*$"
)

_POLITE_EN = r"(?:(?:please|ok|okay|no|hey|zishu|just|can you|could you|would you|will you|you can|actually|so|and|oh|wait)[, ]+)*"
_THAT_EN = (
    r"(?:that|this|it|about (?:that|this|it)|what i (?:just )?(?:said|told you|wrote)|(?:the |that |my )?last (?:thing"
    r"|message|bit|part)(?: i (?:just )?"
    r"(?:said|told you|wrote))?|everything i (?:just )?said|that i (?:ever )?said that|i (?:ever )?said (?:that|this|anything))"
)
_END_EN = r"(?:[, ]*(?:please|ok|okay|will you|would you|now|again|thanks|thank you))*[.!? ]*"
_FORGET_THAT_EN = re.compile(
    rf"{_POLITE_EN}(?:forget (?!(?:about )?it\b)|erase |delete ){_THAT_EN}{_END_EN}"
    rf"|{_POLITE_EN}(?:don't|do not|never) (?:remember|keep|save|note|memori[sz]e) {_THAT_EN}{_END_EN}",
    re.IGNORECASE,
)
_FORGET_EN = re.compile(
    rf"{_POLITE_EN}forget (?:that |about )?(?P<text>(?:i\b|i'm|my|me\b).{{2,120}}?){_END_EN}", re.IGNORECASE
)
_REMEMBER_EN = re.compile(
    rf"{_POLITE_EN}(?:(?:remember|note|memori[sz]e|keep in mind|bear in mind|make a note|don't forget|do not forget|never forget)"
    r"(?: this| it| to self)?(?: ?[:,-] ?| that ))(?P<text>.{3,300})"
    rf"|{_POLITE_EN}(?:remember|keep in mind|don't forget|do not forget|never forget) (?P<more>(?:i\b|i'm|i've|i'll|my|we|the).{{3,300}})",
    re.IGNORECASE | re.DOTALL,
)


def wish(text: str) -> Wish | None:
    """What a message asks of her memory; None: nothing."""
    said = text.strip().replace("’", "'")
    if len(said) <= 60 and (_FORGET_THAT_ZH.fullmatch(said) or _FORGET_THAT_EN.fullmatch(said)):
        return Wish("forget")
    if match := _FORGET_ZH.fullmatch(said) or _FORGET_EN.fullmatch(said):
        return Wish("forget", match["text"].strip())
    if (match := _REMEMBER_EN.fullmatch(said)) and not said.endswith("?"):
        return Wish("remember", (match["text"] or match["more"]).strip())
    if (match := _REMEMBER_ZH.fullmatch(said)) and not _NO_WISH_ZH.search(match["text"].strip()):
        return Wish("remember", match["text"].strip())
    return None
