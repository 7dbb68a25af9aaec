"""Answers that stop in the middle: a sentence without its end, a block of code or a thought that is never closed.

People often leave out the last full stop, so that alone says nothing. A sentence counts as broken off where it ends in
a mark or a word that something must follow, or where it alone, in a long and well punctuated answer, has no end.
"""

import re
from collections.abc import Iterator, Sequence

from zishu_app.dataset.checking.findings import (
    Finding,
    spoken_by_assistant,
    width,
    without_code,
    without_thoughts,
)
from zishu_app.dataset.sample import SampleMessage

#: width of a text below which nothing is said of its end (see findings.width)
LEAST = 24
#: width and sentences of an answer that is long and well punctuated
LONG, SENTENCES = 240, 3
#: the same for one that ends in Chinese, where the last full stop is left out far more often
LONG_CHINESE = 700

#: at the beginning of a line: a sentence may speak of the tag
_THOUGHT_BEGINS = re.compile(r"^[ \t]*<think(?:ing)?>", re.M)
_THOUGHT_ENDS = re.compile(r"</think(?:ing)?>")
_FENCE = re.compile(r"^[ \t]*(`{3,12}|~{3,12})(.*)$", re.M)


def unfinished(messages: Sequence[SampleMessage]) -> Iterator[Finding]:
    """Each answer that is not whole, at its end."""
    for at, text in spoken_by_assistant(messages):
        plain = without_code(text)
        thoughts = [found.start() for found in _THOUGHT_BEGINS.finditer(plain)]
        if len(thoughts) > len(_THOUGHT_ENDS.findall(plain)):
            yield Finding("unfinished", at, thoughts[-1], len(text), "thought")
        elif (opened := _open_fence(text)) is not None:
            yield Finding("unfinished", at, opened, len(text), "code")
        elif what := _broken_off(without_thoughts(text)):
            end = len(text.rstrip())
            yield Finding("unfinished", at, max(0, end - 12), end, what)


def _open_fence(text: str) -> int | None:
    """Where a block of code begins that is not closed."""
    opened, mark = None, ""
    for line in _FENCE.finditer(text):
        if opened is None:
            if "`" not in line[2]:
                opened, mark = line.start(), line[1]
        elif line[1].startswith(mark) and not line[2].strip():
            opened = None
    return opened


_ITEM = re.compile(r"\s*(?:[-*•·+>#|]|[(（]?\d{1,3}[.、)）:：]|[①-⑳]|[一二三四五六七八九十]+、|[A-Za-z][.)])")
_LEADS_ON = re.compile(
    r"(?:以及|并且|而且|因为|如果|比如|例如|包括|由于|对于|关于|或者|(?<![温附缓饱应])和|(?<!参)与)$"
    r"|[\s,](?:the|a|an|of|and|or|because|but|your|our|their|its|than|into|which|although|while|including|such as|due to)$"
)
_END = re.compile(r"[。！？!?…]|\.(?=\s|$)")
#: program text
_CODE = re.compile(r"[{};=]|\w\([^()\n]{0,80}\)|&\w{2,8};")
#: particles that end a sentence by themselves
_PARTICLES = "吧呢啊呀哦嘛哈啦吗了的噢喔哟呗嗯哒滴哇唷耶嘿"


def _broken_off(text: str) -> str:
    """What must follow does not: "comma", "colon", "word", "sentence_open"; empty where it does."""
    text = text.rstrip()
    if width(text) < LEAST:
        return ""
    *lines, line = (one.strip() for one in text.splitlines() if one.strip())
    last = text[-1]
    if last in "，,、（([【「『“《":
        return "" if _is_no_break(lines, line) else "comma"
    if last in "：:":
        return "" if _is_form(lines, line) or _is_no_break(lines, line) else "colon"
    if not last.isalpha():
        return ""
    if width(line) >= LEAST and _LEADS_ON.search(line):
        return "word"
    return "sentence_open" if _stands_out(text, line) else ""


def _is_form(lines: Sequence[str], line: str) -> bool:
    """Fields to be filled in: the lines before end in a colon as well, or this point is asked as the others are."""
    points = [one for one in lines if _ITEM.match(one)]
    asked = bool(_ITEM.match(line) and points) and not any(re.search("[：:].", one) for one in points)
    return asked or any(one[-1] in "：:_" for one in lines[-3:])


def _is_no_break(lines: Sequence[str], line: str) -> bool:
    """The end of a letter (`Best regards,`), a smiley, program text."""
    return bool(
        (lines and width(line) <= 20) or re.search(r"[:;=xX8][-^']?\($|\s[(（]$|[{};=].*,$|\w\(.*,$", line)
    )


def _stands_out(text: str, line: str) -> bool:
    """Whether the last line lacks its end in an answer where everything else has one."""
    chinese = width(line[-1]) > 1
    if _ITEM.match(line) or width(text) < (LONG_CHINESE if chinese else LONG):
        return False
    rest = _END.split(line)[-1]
    if width(line) < 60 or width(rest) < 8 or rest[-1] in _PARTICLES or _CODE.search(rest):
        return False
    if re.search(r"[#/\\]", rest.split()[-1]):
        return False  # a link, or a tag of a post
    paragraphs = [one.strip() for one in text.splitlines() if width(one.strip()) >= 60][:-1]
    punctuated = all(_END.search(one[-3:]) or _ITEM.match(one) for one in paragraphs)
    return punctuated and len(_END.findall(text)) >= SENTENCES
