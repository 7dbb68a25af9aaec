"""Texts of a card as they are read: with names in place of {{char}} and {{user}}, and feelings in words.

Only for reading: what is written on keeps its placeholders and tags, which the help below the field explains.
"""

import re

from zishu_app.character.card import Card, filled
from zishu_app.character.emotion_words import emotion_word
from zishu_app.character.tags import Felt, whole
from zishu_app.core.texts import t

#: the person, by the language the card is written in
_PERSON = {"zh": "用户", "en": "the user"}
_BEGINNING = re.compile(r"(?:^|[.!?]\s+|\n)the user")


def as_read(text: str, card: Card) -> str:
    """The text for reading."""
    parts = []
    for one in whole(filled(text, card, _PERSON[card.language])):
        if isinstance(one, Felt):
            word = emotion_word(one.emotion)
            parts.append(t(f"（{word}）", f"({word}) "))
        else:
            parts.append(one.text)
    return _BEGINNING.sub(lambda found: found[0][:-8] + "The user", "".join(parts))
