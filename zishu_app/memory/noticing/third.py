"""What a person says of themselves, told of them: "I take my coffee black" -> "The user takes their coffee black". Pure."""

import re

from zishu_app.core.texts import Language

#: how memories speak of the person
USER: dict[Language, str] = {"zh": "用户", "en": "the user"}

_MODAL = frozenset([
    "will", "would", "can", "could", "shall", "should", "must", "may", "might", "cannot", "won't", "can't",
    "couldn't", "wouldn't", "shouldn't", "used", "had", "did", "didn't", "was", "wasn't",
])  # fmt: skip
#: the verb comes after them
_ADVERBS = frozenset([
    "never", "always", "also", "really", "just", "often", "usually", "normally", "generally", "mostly", "rarely", "seldom",
    "hardly", "ever", "only", "still", "finally", "recently", "sometimes", "currently", "actually", "even", "probably",
    "already", "now", "once", "lately", "absolutely",
])  # fmt: skip
_IRREGULAR = {
    "am": "is", "'m": "is", "have": "has", "'ve": "has", "do": "does", "don't": "does not", "haven't": "has not",
    "go": "goes", "'ll": "will", "'d": "would", "are": "is",
}  # fmt: skip
_PAST = re.compile(
    r"\w+ed|went|got|made|took|came|saw|met|found|lost|left|quit|gave|bought|sold|put|kept|told|said|ate|drank|moved"
    r"|grew|began|broke|fell|felt|knew|ran|sang|slept|spoke|taught|thought|won|wrote|built|spent|was|were|became"
)
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?|[^A-Za-z]+")
_OBJECT = {"me": "them", "my": "their", "mine": "theirs", "myself": "themselves"}


def third_person(text: str, language: Language) -> str:
    """A statement about oneself as a statement about the user."""
    text = text.strip().strip("。.!！,，;；:： ")
    if language == "zh":
        return re.sub(r"(?<!自)我(?!们)", USER["zh"], text)
    told = _english(text.replace("’", "'"))
    return told[:1].upper() + told[1:]


def of_them(text: str) -> str:
    """What was said of oneself in a text that tells of the user already: "lives with my parents"."""
    for mine, theirs in _OBJECT.items():
        text = re.sub(rf"\b{mine}\b", theirs, text)
    return text


def _english(text: str) -> str:
    words, told, named = _WORD.findall(text), list[str](), False
    after_i = False
    for place, word in enumerate(words):
        small = word.lower()
        if after_i and word.strip():
            told.append(_verb(word))
            after_i = small in _ADVERBS
        elif word == "I" or small in ("i'm", "i've", "i'll", "i'd"):
            told.append(USER["en"] if not named else "they")
            if small != "i":
                told.append(f" {_short(small, they=named)}")
            after_i = small == "i" and not named
            named = True
        elif small == "am" and place and named:
            told.append("is")
        elif small in _OBJECT:
            told.append(_OBJECT[small] if named else {"my": "the user's", "me": "the user"}.get(small, small))
            named = True
        else:
            told.append(word)
    return "".join(told)


def _short(word: str, *, they: bool) -> str:
    """The verb in "I'm", "I've" ..."""
    if they:
        return {"i'm": "are", "i've": "have", "i'll": "will", "i'd": "would"}[word]
    return {"i'm": "is", "i've": "has", "i'll": "will", "i'd": "would"}[word]


def _verb(word: str) -> str:
    """The form after "the user"."""
    small = word.lower()
    if small in _IRREGULAR:
        return _IRREGULAR[small]
    if small in _MODAL or small in _ADVERBS or not small.isalpha() or _PAST.fullmatch(small):
        return word
    if small.endswith("y") and small[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if small.endswith(("s", "sh", "ch", "x", "o")) else f"{word}s"
