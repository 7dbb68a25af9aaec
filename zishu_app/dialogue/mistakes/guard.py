"""What a typing mistake must never reach: numbers, code, addresses, names, quotations, negations.

A lost negation or a changed number turns a question into another one, and a changed identifier is no mistake that
a person makes: it makes the assistant's answer wrong. The patterns guard too much rather than too little; a sentence
has other places.
"""

import bisect
import functools
import re
from collections.abc import Iterable, Iterator, Sequence

Span = tuple[int, int]

HAN = "一-鿿㐀-䶿"

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范廖贾夏韦傅邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵钱严武戴莫孔汤白方"
)
SURNAMES = frozenset(_SURNAMES)

_MEASURES = (
    "个只位条张本台部件次遍回趟下年月日号天周岁点时分秒刻钟块元角毛克斤吨米尺寸里层楼步届期集季章页行列字句倍成度升"
    "杯瓶碗盘桶袋包盒箱套双对副群批组队排班级名人家间栋座所辆架艘把支根颗粒滴片朵棵株头匹口顿场首篇封枚顶幅面道题项"
    "种类样代世纪星公厘平方立小"
)
_MONEY = "美元|美金|欧元|英镑|日元|人民币|港币|港元"
_UNITS = (
    r"percent|degrees?|(?:milli|micro|nano)?seconds?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|months?|years?|"
    r"decades?|times|people|dollars?|bucks|euros?|pounds?|cents?|yuan|kilos?|grams?|tons?|inch(?:es)?|feet|foot|"
    r"miles?|meters?|metres?|kilomet(?:er|re)s?|liters?|litres?|cups?|pages?|chapters?|episodes?|seasons?|stars?|"
    r"points?|lines?|steps?|o'clock|am|pm|a\.m\.|p\.m\.|kg|km|cm|mm|ml|gb|mb|tb|ghz|mph"
)
_COUNTS = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|dozen|"
    "half|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|once|twice"
)

_DIGITS = "〇零一二三四五六七八九十百千万亿两俩仨半几廿"
_NUMBER = re.compile(
    rf"[¥￥$€£]?\d(?:[\d.,:/×*–—~-]*\d)?(?:\s?[%％‰℃°]|[A-Za-zμ]{{1,6}}|\s(?:{_UNITS})\b"
    rf"|\s?[多几余来]?[{_MEASURES}]{{1,3}})?(?:{_MONEY})?"
    rf"|[{_DIGITS}]+分之[{_DIGITS}]+|(?:周|星期|礼拜)[一二三四五六日天]"
    rf"|第?[{_DIGITS}]+[多来余]?[{_MEASURES}]{{0,2}}(?:{_MONEY})?"
    rf"|\b(?:{_COUNTS})s?\b(?:[ -](?:{_UNITS})\b)?",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    rf"([{HAN}])[不没]\1|没有|[不](?:是|要|会|能|用|可)|无法|未必|[不没沒别別无無未勿]"
    r"|\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|cannot|without)\b|\b\w+n['’]t\b"
    r"|\b(?:ca|do|wo|does|did|is|are|was|were|could|should|would|has|have|had|ai)nt\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"《[^《》\n]*》|〈[^〈〉\n]*〉|「[^「」\n]*」|『[^『』\n]*』|【[^【】\n]*】|“[^“”\n]*”|\"[^\"\n]*\"|‘[^‘\n]{1,80}?’(?!\w)"
)
_CODE = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]+`"
    r"|^[ \t]*(?:import \w|from [\w.]+ import|def \w+\(|class \w+[(:]|return [^\n]*;|print\(|#include|function \w*\(|"
    r"(?:const|let|var) \w+ ?=)[^\n]*"
    r"|(?<!\w)[A-Za-z_]\w*\([^()\n]{0,200}\)"
    r"|\b(?:pip3?|npm|npx|yarn|git|sudo|apt|apt-get|docker|conda|brew|cargo|uv|kubectl|python3?)[ ]+"
    r"(?:install|uninstall|run|build|clone|push|pull|commit|add|checkout|merge|rebase|init|start|stop|exec|create|update|"
    r"upgrade|remove|-m|-c|[\w./-]+\.\w+)(?:[ ]+[\w.@/=<>:-]+){0,3}",
    re.DOTALL | re.MULTILINE | re.ASCII,
)
#: a run of ASCII without spaces is code, a path or an address if it holds one of these
_CODE_LIKE = re.compile(
    r"[_\\={}\[\]<>|^~$@#&*+/]|\w\.\w|[a-z][A-Z]|[A-Z]{2}|[A-Za-z]\d|\d[A-Za-z]|^--?[A-Za-z]|\w\(", re.ASCII
)
_ASCII_RUN = re.compile(r"[!-~]+")
#: an address, a path or a file name may be Chinese in part: .../wiki/北京, D:\\数据, 报告.docx
_ADDRESS = re.compile(
    rf"://[!-~]*[/=_#?&-][{HAN}]+"
    r"|(?<![A-Za-z])[A-Za-z]:[\\/][^\s，。；：！？、“”]*"
    r"|(?<![A-Za-z0-9/])(?:~|\.{1,2})?/[A-Za-z][^\s，。；：！？、“”）)]*|(?<![\w/])(?:~|\.{1,2})?/[^\s，。；：！？、“”）)]+"
    r"|[\w-]{1,20}\.(?:txt|md|pyw?|js|ts|csv|jsonl?|xlsx?|docx?|pptx?|pdf|png|jpe?g|gif|mp[34]|wav|zip|exe|toml|ya?ml|html?|"
    r"css|cpp|java|sh|bat|ini|log|db|sqlite|gguf)(?![A-Za-z0-9])"
)
_NAMED = re.compile(
    rf"(?:叫[做作]?|姓|名为|取名|改名|名字是|昵称是?)[我他她它]?([{HAN}]{{1,4}})"
    rf"|我是([{_SURNAMES}小老阿][{HAN}]{{1,2}})"
    rf"|([{_SURNAMES}](?:老师|先生|女士|小姐|医生|大夫|教授|经理|总|律师|主任|师傅|阿姨|叔叔?|姨|哥|姐|爷爷|奶奶|校长|博士|同学))"
    rf"|([小老阿][{_SURNAMES}])"
    rf"|([{HAN}]{{1,6}}(?:[·•‧・][{HAN}A-Za-z]{{1,8}})+)"
    r"|\b(?:name is|name's|named|called|call me)\s+([A-Za-z][\w'’-]*)"
    r"|\b(?:mr|mrs|ms|dr|prof)\.?\s+([A-Za-z][\w'’-]*)",
    re.IGNORECASE,
)
#: capitals inside a sentence, or two words with capitals in a row; `I` is none
_CAPITALS = re.compile(
    r"(?<=[^\s.!?。！？…] )(?!I\b)[A-Z][\w'’-]*|(?<=[(/-])(?!I\b)[A-Z][\w'’-]*"
    r"|\b(?!I\b)[A-Z][\w'’-]*(?:\s+(?!I\b)[A-Z][\w'’-]*)+"
)
HAN_RUN = re.compile(rf"[{HAN}]+")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9'’.+#-]*")


def untouchable(text: str, protected: Sequence[str] = ()) -> list[Span]:
    """The spans of `text` that no mistake may overlap, in order, none touching the next.

    `protected`: names and terms to keep as they are, in whatever case they stand.
    """
    spans = [
        match.span()
        for pattern in (_NUMBER, _NEGATION, _QUOTED, _CODE, _ADDRESS, _CAPITALS)
        for match in pattern.finditer(text)
    ]
    spans += [match.span() for match in _ASCII_RUN.finditer(text) if _CODE_LIKE.search(match.group())]
    spans += [match.span(match.lastindex or 0) for match in _NAMED.finditer(text)]
    spans += [match.span() for match in _foreign(text)]
    terms = _terms(tuple(protected))
    if terms:
        spans += [match.span() for match in terms.finditer(text)]
    return merged(spans)


def meaning(text: str) -> list[str]:
    """The numbers and negations of a text, in order; a mistake that changes this list says something else."""
    return [match.group() for pattern in (_NUMBER, _NEGATION) for match in pattern.finditer(text)]


def touches(start: int, end: int, spans: Sequence[Span]) -> bool:
    """Whether a change of [start, end) reaches into one of `spans` (in order, apart); an insertion only if inside."""
    at = bisect.bisect_right(spans, start, key=lambda span: span[1])
    return at < len(spans) and spans[at][0] < end


def _foreign(text: str) -> Iterator[re.Match[str]]:
    """The runs in the script that is not the text's own: English in Chinese, or Chinese in English."""
    han = sum(len(match.group()) for match in HAN_RUN.finditer(text))
    latin = sum(1 for _ in _LATIN_WORD.finditer(text))
    return (_LATIN_WORD if han >= latin else HAN_RUN).finditer(text)


@functools.lru_cache(maxsize=64)
def _terms(protected: tuple[str, ...]) -> re.Pattern[str] | None:
    """One pattern for all protected terms, longest first."""
    terms = sorted({term.strip() for term in protected} - {""}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, terms)), re.IGNORECASE) if terms else None


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that overlap or touch made one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        elif end > start:
            joined.append((start, end))
    return joined
