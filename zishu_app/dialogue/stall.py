"""The stall radar: tells when two models that talk to each other have stopped getting anywhere.

Five signals look at the last three rounds; two different ones together mean that the dialogue has stalled. The
ways of stalling are those CAMEL describes (arXiv 2303.17760: flipped roles, repeated instructions, flake
replies, endless loops). No model is asked: sets of bigrams are compared (Chinese characters, English words),
and only the last `REACH` messages are read, so a reading costs the same at round 100 as at round 30.

The thresholds were chosen on the calibration half of `tests/dialogue/stall/`; its README tells what the figures
are worth. A false alarm turns a good talk away from its topic, so where the two pulled apart, silence was preferred.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from zishu_app.core.messages import Message
from zishu_app.core.texts import t
from zishu_app.dialogue.phrases import asks, chinese, hands_back, learning, polite, serving, substance

SignalKind = Literal["repetition", "little_new", "farewell", "collapse", "role_flip"]

#: messages that are judged: the last three rounds
JUDGED = 6
#: messages in which thanks and goodbyes are counted: polite models take a round more to repeat themselves
COUNTED = 8
#: messages each of them is compared with, for repetition; further back, good talks repeat the form of a question
COMPARED = 6
#: messages before the judged ones that count as "said before", for new content; all of them would make every
#: long talk look exhausted
REACH = 40
#: characters of a message that are looked at; enough to see a repeat
LOOKED_AT = 1000
#: bigrams that three rounds should have at least: with fewer, there is little new whatever they are
FLOOR = 8
#: parts (see `_pieces`) that three messages of one side must have together to count as repeated: "go on" three
#: times is a good listener, "yes, 7 × 9?" a quiz
WEIGHTY = 20

_WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r"[a-z0-9]+|[^\W_]")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where each signal starts; calibrated, see the module's docstring."""

    #: similarity (Jaccard) to the most similar earlier message, in every one of a side's last three; at least
    repetition: float = 0.23
    #: share of bigrams not said before, courtesies not counted; at most
    little_new_chinese: float = 0.62
    #: the same; words of a small vocabulary pair up in more ways than characters
    little_new_english: float = 0.73
    #: messages of each side that thank or say goodbye; at least
    farewell: float = 2.0
    #: the longest of the assistant's last three messages against its median before; at most
    collapse: float = 0.4
    #: messages that speak the other side's part, or hand the question back; at least
    role_flip: float = 2.0


@dataclass(frozen=True, slots=True)
class _Pieces:
    """What two messages are compared by."""

    parts: frozenset[str]
    numbers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that speaks for a stall: what was measured, and the threshold it passed."""

    kind: SignalKind
    value: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the radar sees as of the newest message."""

    #: those that passed their thresholds
    signals: tuple[Signal, ...]
    #: 0 lively … 1 stuck, for a small curve; from 0.5 on it is stalled
    score: float

    @property
    def stalled(self) -> bool:
        """One signal happens in good talks too; two different ones hardly do."""
        return len({signal.kind for signal in self.signals}) >= 2


def read(messages: Sequence[Message], since: int = 0, thresholds: Thresholds | None = None) -> Reading:
    """Judge a dialogue as of its newest messages.

    `since`: index of the message that opened the present topic; nothing before it is held against the talk
    (only what length is usual for the assistant is learnt from the whole). System messages are ignored.
    """
    limits = thresholds or Thresholds()
    said = [(index, message) for index, message in enumerate(messages) if message.role != "system"]
    present = [message for index, message in said if index >= since]
    if len(present) < JUDGED:
        return Reading((), 0.0)
    is_chinese = chinese(message.content[:LOOKED_AT] for message in present[-JUDGED:])
    little_new = limits.little_new_chinese if is_chinese else limits.little_new_english
    judged = present[-JUDGED:]
    found = [
        (Signal("repetition", _repetition(present, is_chinese), limits.repetition), 1.0),
        (Signal("little_new", _new_share(present, is_chinese), little_new), 0.0),
        (Signal("farewell", float(_farewells(present[-COUNTED:])), limits.farewell), COUNTED / 2),
        (Signal("collapse", _length_ratio([message for _, message in said]), limits.collapse), 0.0),
        (Signal("role_flip", float(_flips(judged)), limits.role_flip), JUDGED - 1.0),
    ]
    pressures = [(_pressure(signal, worst), signal) for signal, worst in found]
    over = tuple(signal for pressure, signal in pressures if pressure >= 0.5)
    return Reading(over, round(sorted(pressure for pressure, _ in pressures)[-2], 3))


def why(reading: Reading) -> str:
    """One sentence with what speaks for a stall: the reason that is kept with a shift of topic."""
    if not reading.signals:
        return t("没有停滞的迹象。", "Nothing speaks for a stall.")
    parts = [_words(signal) for signal in reading.signals]
    return t("，".join(parts) + "。", (", ".join(parts) + ".").capitalize())


def _words(signal: Signal) -> str:
    percent, count = f"{signal.value:.0%}", f"{signal.value:.0f}"
    match signal.kind:
        case "repetition":
            return t(
                f"双方在重复说过的话（相似度 {percent}）", f"the talk repeats itself (similarity {percent})"
            )
        case "little_new":
            return t(f"几乎没有新内容（只占 {percent}）", f"little is new (only {percent})")
        case "farewell":
            return t(f"双方各道谢或告别了 {count} 次", f"both sides thanked or said goodbye {count} times")
        case "collapse":
            return t(f"回答缩到平时的 {percent}", f"answers shrank to {percent} of their usual length")
        case "role_flip":
            return t(
                f"角色颠倒或反问 {count} 次", f"roles flipped or questions were handed back {count} times"
            )


def _pressure(signal: Signal, worst: float) -> float:
    """How much a signal presses: 0 none, 0.5 at its threshold, 1 at `worst`. Small is bad where `worst` is 0."""
    best = 0.0 if worst else 1.0
    reach = (signal.value - best) / (signal.threshold - best)
    if reach < 1:
        return max(0.0, reach / 2)
    return min(1.0, 0.5 + (signal.value - signal.threshold) / (worst - signal.threshold) / 2)


def _repetition(present: Sequence[Message], is_chinese: bool) -> float:
    """How surely one side repeats itself or the other: the least similar of its last three messages.

    The least similar, because good talks repeat the form of a question now and then ("and who directed it?");
    a loop does it every time.
    """
    seen = present[-(JUDGED + COMPARED) :]
    grams = [_pieces(message.content, is_chinese) for message in seen]
    sides: dict[str, list[tuple[float, int]]] = {}
    for index in range(len(seen) - JUDGED, len(seen)):
        before = grams[max(0, index - COMPARED) : index]
        nearest = max((_similarity(grams[index], other) for other in before), default=0.0)
        sides.setdefault(seen[index].role, []).append((nearest, len(grams[index].parts)))
    weighty = [side for side in sides.values() if sum(length for _, length in side) >= WEIGHTY]
    return max((min(nearest for nearest, _ in side) for side in weighty), default=0.0)


def _new_share(present: Sequence[Message], is_chinese: bool) -> float:
    """Share of the judged messages' bigrams that were not said before; empty talk is never new."""
    said: set[str] = set()
    for message in present[-(JUDGED + REACH) : -JUDGED]:
        said |= _bigrams(message.content, is_chinese)
    total = fresh = 0
    asked = ""
    for message in present[-JUDGED:]:
        text = message.content[:LOOKED_AT]
        own = _bigrams(text, is_chinese)
        total += len(own)
        if message.role == "user" or not hands_back(asked, text):
            fresh += len(_bigrams(substance(text), is_chinese) - said)
        said |= own
        asked = text
    return fresh / max(total, FLOOR)


def _farewells(counted: Sequence[Message]) -> int:
    """Thanks and goodbyes of the side that has fewer; a user who asks on has not said goodbye."""
    count = {"user": 0, "assistant": 0}
    for message in counted:
        asks_on = message.role == "user" and re.search(r"[?？]", message.content)
        count[message.role] += bool(not asks_on and polite(message.content[:LOOKED_AT]))
    return min(count.values())


def _length_ratio(said: Sequence[Message]) -> float:
    """The longest of the assistant's last three messages against its median before; 1 while there are too few.

    Only the assistant's: short user messages are normal. A short message counts as full length where a short
    question was asked or answered, because a quiz is no collapse. After a long user message it does not: there
    the learner asks and the roles have flipped.
    """
    rounds = []
    asked = ""
    for message in said:
        if message.role == "assistant":
            rounds.append((asked, message.content))
        asked = message.content
    if len(rounds) < JUDGED:
        return 1.0
    usual = max(1.0, median(len(answer) for _, answer in rounds[:-3]))
    return max(_length(asked, answer, usual) for asked, answer in rounds[-3:])


def _length(asked: str, answer: str, usual: float) -> float:
    lively = 2 * len(asked) < usual and (asks(asked) or asks(answer))
    return 1.0 if lively else min(1.0, len(answer) / usual)


def _flips(judged: Sequence[Message]) -> int:
    """Judged messages that speak the other side's part, or answer a question with nothing but a question."""
    count = 0
    asked = ""
    for message in judged:
        text = message.content[:LOOKED_AT]
        if message.role == "user":
            count += serving(text)
            asked = text
        else:
            count += learning(text) or hands_back(asked, text)
    return count


def _similarity(one: _Pieces, other: _Pieces) -> float:
    """Jaccard. Where either names numbers, times that of the numbers: "8 × 4?" after "7 × 9?" is no repeat."""
    alike = _jaccard(one.parts, other.parts)
    return alike * _jaccard(one.numbers, other.numbers) if one.numbers or other.numbers else alike


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def _bigrams(text: str, is_chinese: bool) -> set[str]:
    """Pairs of neighbouring characters (Chinese) or words (English), without punctuation."""
    return _pairs(_tokens(text, is_chinese))


def _pieces(text: str, is_chinese: bool) -> _Pieces:
    """Characters and their pairs (Chinese), or runs of four letters (English), which see word forms."""
    tokens = _tokens(text, is_chinese)
    numbers = frozenset(token for token in tokens if token.isdigit())
    if is_chinese:
        return _Pieces(frozenset(_pairs(tokens)) | set(tokens), numbers)
    line = " ".join(tokens)
    runs = {line[i : i + 4] for i in range(max(1, len(line) - 3))} - {""}
    return _Pieces(numbers | runs, numbers)


def _pairs(units: Sequence[str]) -> set[str]:
    pairs = {f"{one} {two}" for one, two in zip(units, units[1:], strict=False)}
    return pairs or set(units)


def _tokens(text: str, is_chinese: bool) -> list[str]:
    """Words in lower case; Chinese characters one by one."""
    found = _TOKEN if is_chinese else _WORD
    return found.findall(text[:LOOKED_AT].lower())
