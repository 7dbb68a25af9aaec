"""A sample that says one language and reads another, and an answer in another language than its question.

Told by scripts, not by words: Chinese is told from English, Russian or Korean, English is not told from French. Talks
about languages mix them on purpose, so whatever names one, or asks for a translation, is let be.
"""

import re
from collections.abc import Iterator, Sequence

from zishu_app.dataset.checking.findings import Finding, words_only
from zishu_app.dataset.sample import Sample

#: pieces a text needs before its script says anything: characters of Chinese, words of English
LEAST, LEAST_ASKED = 20, 8
#: share of its pieces a script must have to be the text's
MOST = 0.92

_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]{2,}")
#: words that English sentences cannot do without; lists of names and program text can
_ENGLISH = re.compile(
    r"\b(?:the|an?|of|to|in|is|are|and|or|for|you|your|it|that|this|with|on|as|be|can|have|was|will|not|i|my|we|at|by|from)\b",
    re.I,
)
_OTHER = re.compile("[\u0370-\u06ff\u0900-\u0e7f\u3040-\u30ff\uac00-\ud7af]+")
_KANA = re.compile("[\u3040-\u30ff]+")
_ABOUT_LANGUAGES = re.compile(
    r"翻译|译成|译为|译文|英译|汉译|中译|直译|英文|英语|双语|外语|外文|中文|汉语|日语|日文|韩语|韩文|法语|德语|俄语|俄文|西班牙语|阿拉伯"
    r"|语言|原文|口语|单词|词汇|语法|雅思|托福|四级|六级|考研|作文|邮件|简历|代码|编程|程序|提示词|关键词|歌词|台词|缩写|论文|摘要|标题|变量名"
    r"|\b(?:translat\w*|english|chinese|mandarin|cantonese|bilingual|language|pinyin|hanzi|japanese|korean|russian|french|german"
    r"|spanish|arabic|greek|hebrew|hindi|thai|kanji|code|prompt|lyrics|poem|calligraphy|characters?)\b",
    re.I,
)


def wrong_language(sample: Sample) -> Iterator[Finding]:
    """The sample as a whole, or else each answer that is clearly in another language than its question."""
    texts = [words_only(one.content) if one.role != "system" else "" for one in sample.messages]
    whole = _language("\n".join(texts), LEAST)
    if whole == sample.language:
        return
    if whole and all(_language(text, LEAST_ASKED) != sample.language for text in texts):
        if not _is_about_languages(sample):
            yield Finding("language", None, 0, 0, f"reads_{whole}")
        return
    for at in _answers(sample):
        asked, answered = _language(texts[at - 1], LEAST_ASKED), _language(texts[at], LEAST)
        if asked and answered and asked != answered and not _is_about_languages(sample):
            yield Finding("language", at, 0, len(sample.messages[at].content), f"answered_{answered}")


def _is_about_languages(sample: Sample) -> bool:
    told = (one.content for one in sample.messages if one.role != "assistant")
    return any(map(_ABOUT_LANGUAGES.search, (sample.title, sample.scenario, *told)))


def _answers(sample: Sample) -> Sequence[int]:
    """Places of answers that follow a question."""
    roles = [one.role for one in sample.messages]
    return [at for at in range(1, len(roles)) if roles[at - 1 : at + 1] == ["user", "assistant"]]


def _language(text: str, least: int) -> str:
    """What nearly all of a text is written in, or "other"; empty where it is mixed, too short or no prose."""
    counts = {
        "zh": sum(map(len, _CHINESE.findall(text))),
        "en": len(_LATIN.findall(text)),
        "other": sum(map(len, _OTHER.findall(text))),
    }
    if counts["other"] and sum(map(len, _KANA.findall(text))) * 6 > counts["zh"]:
        counts["other"] += counts["zh"]  # Japanese is written with Chinese characters as well
        counts["zh"] = 0
    written, most = max(counts.items(), key=lambda pair: pair[1])
    if most < least or most < MOST * sum(counts.values()):
        return ""
    return written if written != "en" or len(_ENGLISH.findall(text)) * 6 >= most else ""
