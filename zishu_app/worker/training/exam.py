"""An exam, as a job: see `ExamSpec`. Nothing of it is random: the same brain gets the same figures.

Of an item with answers it is told how likely each is, as the mean log-probability of its tokens, without the token that
ends it. To an item with a rule an answer is made, and handed back: whether it keeps the rule is seen by the program. Of a
file of rows every sample is told by the sum of what its learnt tokens are unlikely, and how many they are.

The result: `items`, one for each, in their order: `id`, and `right` (a number) and `wrong` (numbers), or `answer` (a
text); `texts`, by the names that were given: pairs of sum and count, a pair a sample; `base_sha256`, `template_sha256`,
`device`, `seconds`.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.jobs.specs import ExamSpec
from zishu_app.worker import pack
from zishu_app.worker.context import Context
from zishu_app.worker.training.mask import encode
from zishu_app.worker.training.template import Said

if TYPE_CHECKING:
    from zishu_app.worker.training.asked import Asked

#: tokens of an answer, and of the longest text
SHORT, LONGEST = 48, 2048
#: tokens that are read together: all of them look at each other, so more would be slower
TOKENS = 512
#: prompts answered together
TOGETHER = 16


@dataclass(frozen=True, slots=True)
class _Text:
    """What is to be looked at: its tokens, and marks where they count."""

    ids: Sequence[int]
    marks: bytes

    @property
    def counted(self) -> int:
        return sum(self.marks[1:])


def run(spec: ExamSpec, context: Context) -> dict[str, Any]:
    """See above. Raises PackMissing, DataError (base, adapter, an item, a file)."""
    pack.use()
    from zishu_app.worker.training.asked import load_asked  # with torch

    begun = time.monotonic()
    context.progress(0, 1, t("载入模型", "loading the model"))
    asked = load_asked(Path(spec.base), Path(spec.adapter) if spec.adapter else None)
    context.check_cancelled()
    items, texts = _Hall(spec, asked, context).sit()
    return {
        "items": items,
        "texts": texts,
        "base_sha256": asked.base.sha256,
        "template_sha256": asked.template.sha256,
        "device": asked.base.device.type,
        "seconds": round(time.monotonic() - begun, 2),
    }


class _Hall:
    """Where an exam is sat."""

    def __init__(self, spec: ExamSpec, asked: "Asked", context: Context) -> None:
        self._asked = asked
        self._context = context
        self._persona = spec.persona
        self._ruled = [one for one in spec.items if "rule" in one]
        self._answers = [_Part(one["id"], self._answered(one)) for one in spec.items if "rule" not in one]
        self._files = [_Part(name, self._rows(Path(path))) for name, path in spec.texts.items()]
        self._order = [one["id"] for one in spec.items]
        self._done = 0
        self._total = len(self._ruled) + sum(len(one.texts) for one in (*self._answers, *self._files))

    def sit(self) -> tuple[list[dict[str, Any]], dict[str, list[tuple[float, int]]]]:
        """All of it."""
        said = self._generated()
        sums = self._look([part.texts for part in self._answers])
        found = {part.name: _margins(part, one) for part, one in zip(self._answers, sums, strict=True)}
        files: dict[str, list[tuple[float, int]]] = {}
        for part in self._files:
            of_file = self._look([[text] for text in part.texts])
            files[part.name] = [
                (-one[0], text.counted) for one, text in zip(of_file, part.texts, strict=True)
            ]
        return [{"id": name} | found.get(name, {}) | said.get(name, {}) for name in self._order], files

    def _look(self, groups: Sequence[Sequence[_Text]]) -> list[list[float]]:
        """How likely the marked tokens of each text are, all of them together. Texts of a group begin alike."""
        sizes = [max(len(one.ids) for one in group) + sum(one.counted for one in group) for group in groups]
        order = sorted(range(len(groups)), key=sizes.__getitem__)
        found: dict[int, list[float]] = {}
        for some in _rows_of([sizes[one] for one in order]):
            numbers = [order[place] for place in some]
            self._context.check_cancelled()
            told = self._asked.likelihoods([[(one.ids, one.marks) for one in groups[at]] for at in numbers])
            found.update(zip(numbers, told, strict=True))
            self._tell(sum(len(groups[at]) for at in numbers), t("比较答案", "comparing answers"))
        return [found[one] for one in range(len(groups))]

    def _generated(self) -> dict[str, dict[str, Any]]:
        """Answers to the items with a rule."""
        prompts = {one["id"]: self._asked.prompt(self._talk(one)) for one in self._ruled}
        names = sorted(prompts, key=lambda one: (len(prompts[one]), one))
        said: dict[str, dict[str, Any]] = {}
        for start in range(0, len(names), TOGETHER):
            some = names[start : start + TOGETHER]
            self._context.check_cancelled()
            made = self._asked.answers([prompts[one] for one in some], SHORT, self._context.check_cancelled)
            said.update({name: {"answer": answer} for name, answer in zip(some, made, strict=True)})
            self._tell(len(some), t("作答", "answering"))
        return said

    def _tell(self, more: int, text: str) -> None:
        self._done += more
        self._context.progress(self._done, self._total, text)

    def _talk(self, item: Mapping[str, Any]) -> list[Said]:
        asked = item.get("system")
        persona = asked if isinstance(asked, str) else self._persona if asked else ""
        above: list[Said] = [{"role": "system", "content": persona}] if persona else []
        return [*above, {"role": "user", "content": item["prompt"]}]

    def _answered(self, item: Mapping[str, Any]) -> list[_Text]:
        """The right answer to an item, and the wrong ones."""
        asked = self._talk(item)
        answers = [item["right"], *item["wrong"]]
        found = [self._text([*asked, {"role": "assistant", "content": one}]) for one in answers]
        if not all(found):
            raise DataError(
                t(
                    f"题目 {item['id']} 在这个模型的对话模板里写不出来。",
                    f"The item {item['id']} cannot be written in the chat template of this base.",
                ),
                t("把它改短或删去。", "Make it shorter, or remove it."),
            )
        # the token that ends an answer says nothing about which of them is right
        return [_Text(one.ids, _without_last(one.marks)) for one in found if one]

    def _text(self, messages: Sequence[Said]) -> _Text | None:
        one = encode(messages, self._asked.template, self._asked.tokenizer, LONGEST)
        return _Text(one.ids[: one.used], one.learnt[: one.used]) if one.used else None

    def _rows(self, path: Path) -> list[_Text]:
        found = []
        for messages in _talks(path):
            self._context.check_cancelled()
            if text := self._text(messages):
                found.append(text)
        return found


@dataclass(frozen=True, slots=True)
class _Part:
    """The texts of an item, or of a file."""

    name: str
    texts: list[_Text]


def _margins(part: _Part, sums: Sequence[float]) -> dict[str, Any]:
    """How likely a token of each answer of an item is, on average."""
    right, *wrong = [one / max(text.counted, 1) for one, text in zip(sums, part.texts, strict=True)]
    return {"right": right, "wrong": wrong}


def _without_last(marks: bytes) -> bytes:
    """Unless nothing would be left."""
    last = marks.rindex(1)
    return marks[:last] + b"\0" * (len(marks) - last) if sum(marks) > 1 else marks


def _rows_of(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Which texts are read together: as many as fit, one after the other."""
    row: list[int] = []
    room = TOKENS
    for place, length in enumerate(lengths):
        if row and length > room:
            yield row
            row, room = [], TOKENS
        row.append(place)
        room -= length
    if row:
        yield row


def _talks(path: Path) -> Iterator[list[Said]]:
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                if line.strip():
                    yield json.loads(line)["messages"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise DataError(
            t(f"{path.name} 读不了：{error}", f"{path.name} cannot be read: {error}"),
            t("每行应是一个带 messages 的 JSON。", "Each line should be JSON with messages."),
        ) from error
