"""A Chinese text with its words, names taken out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from zishu_app.dialogue.mistakes.guard import HAN_RUN, SURNAMES
from zishu_app.dialogue.mistakes.words import Word, cut

#: classes that also come in names: 王明, 李海, 赵新建
_NAME_LIKE = ("n", "a", "v", "j", "b", "z", "t", "s", "x")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text and the Chinese words in it; whatever is no known word has an empty `tag`."""

    text: str
    words: tuple[Word, ...]

    def after(self, place: int) -> str:
        """The character at `place`, empty at the end."""
        return self.text[place : place + 1]

    def pairs(self) -> Iterator[tuple[Word | None, Word]]:
        """Every word with the one that stands directly before it."""
        before: Word | None = None
        for word in self.words:
            yield (before if before and before.end == word.start else None), word
            before = word


def read_sentence(text: str) -> Sentence:
    """Find the words of `text`."""
    words = [word for run in HAN_RUN.finditer(text) for word in cut(run.group(), run.start())]
    return Sentence(text, tuple(_without_names(words)))


def _without_names(words: list[Word]) -> Iterator[Word]:
    """The words; surnames, and what may be a given name after one, made unknown: 王 小 明, 赵 海生."""
    expected = 0
    end = -1
    for word in words:
        follows = word.start == end and len(word.text) <= expected and word.tag.startswith(_NAME_LIKE)
        is_surname = word.text in SURNAMES
        expected = 2 if is_surname else expected - len(word.text) if follows else 0
        yield replace(word, tag="") if follows or is_surname else word
        end = word.end
