"""The manifest of a character: which parts there are, what stands where, and how it moves; read and checked as a whole."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zishu_app.core.errors import DataError
from zishu_app.core.texts import language, t

#: the feelings every character can show
EMOTIONS = (
    "calm", "happy", "laughing", "shy", "surprised", "sad", "angry", "thinking", "proud", "sleepy",
)  # fmt: skip
#: slots a pose fills, beside those the manifest fills once for all
POSED = ("arms_behind", "arms_before", "blush", "eyes", "mouth", "brows", "accessory", "marks")
#: regions that can be touched
REGIONS = ("head", "cheek", "hand", "body")
#: bytes of a manifest
MOST_BYTES = 200_000

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Number = Annotated[float, Field(ge=-4096, le=4096)]
Point = tuple[Number, Number]
Parts = tuple[Name, ...]
Ellipse = tuple[
    Number, Number, Annotated[float, Field(gt=0, le=4096)], Annotated[float, Field(gt=0, le=4096)]
]


class Piece(BaseModel):
    """Unknown keys are mistakes; values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class BothLanguages(Piece):
    """A name in Chinese and in English."""

    zh: Annotated[str, Field(min_length=1, max_length=60)]
    en: Annotated[str, Field(min_length=1, max_length=60)]

    def __str__(self) -> str:
        return self.zh if language() == "zh" else self.en


class Head(Piece):
    """Slots that nod and tilt together."""

    slots: Parts
    pivot: Point


class Sway(Piece):
    """How a slot sways: the point it hangs from, and how far it goes."""

    pivot: Point
    degrees: Annotated[float, Field(ge=0, le=30)]


class Breath(Piece):
    """How she breathes: about which point, and by which share she grows."""

    pivot: Point
    share: Annotated[float, Field(ge=0, le=0.1)]


class Gaze(Piece):
    """Parts that look toward the pointer, and how far they can go."""

    parts: Parts = ()
    reach: Point = (0, 0)


class Speech(Piece):
    """Mouths from shut to wide open."""

    speech: Annotated[Parts, Field(min_length=2)]


class Arms(Piece):
    """What the arms do: parts behind the head and before it."""

    behind: Parts = ()
    before: Parts = ()


class Emotion(Piece):
    """What a feeling looks like."""

    brows: Name
    eyes: Name
    mouth: Name
    blush: Name | None = None
    arms: Name = "rest"
    marks: Parts = ()
    #: where she looks, in pixels of the canvas
    gaze: Point = (0, 0)
    #: degrees of the head
    tilt: Annotated[float, Field(ge=-20, le=20)] = 0.0


class Anchor(Piece):
    """Where an accessory is fixed, and how wide one of size 1 is there."""

    at: Point
    width: Annotated[float, Field(gt=0, le=2048)]


class Manifest(Piece):
    """See resources/characters/zishu/character.toml, where every line has a comment."""

    format: Annotated[int, Field(ge=1, le=1)]
    id: Name
    name: BothLanguages
    artist: Annotated[str, Field(max_length=200)] = ""
    licence: Annotated[str, Field(max_length=100)] = ""
    canvas: tuple[Annotated[int, Field(ge=16, le=2048)], Annotated[int, Field(ge=16, le=2048)]]
    order: Annotated[Parts, Field(min_length=1, max_length=60)]
    always: Mapping[Name, Parts]
    head: Head
    sway: Mapping[Name, Sway] = {}
    breath: Breath
    eyes: Mapping[Name, Parts]
    gaze: Gaze = Gaze()
    mouth: Speech
    arms: Mapping[Name, Arms]
    emotions: Mapping[Name, Emotion]
    anchors: Mapping[Name, Anchor]
    touch: Mapping[Name, tuple[Ellipse, ...]] = {}

    def parts(self) -> set[str]:
        """Every part that is named anywhere."""
        named: set[str] = set(self.mouth.speech) | set(self.gaze.parts)
        for parts in (*self.always.values(), *self.eyes.values()):
            named |= set(parts)
        for arms in self.arms.values():
            named |= {*arms.behind, *arms.before}
        for emotion in self.emotions.values():
            named |= {emotion.brows, emotion.mouth, *emotion.marks, *filter(None, [emotion.blush])}
        return named


def read_manifest(path: Path) -> Manifest:
    """The manifest at `path`. Raises one DataError that tells every mistake."""
    value = read_toml(path, MOST_BYTES)
    try:
        manifest = Manifest.model_validate(value)
    except ValidationError as error:
        raise mistakes(path, told(error)) from None
    if wrong := list(_does_not_fit(manifest)):
        raise mistakes(path, wrong)
    return manifest


def read_toml(path: Path, most: int) -> dict[str, Any]:
    """A TOML file of at most `most` bytes. Raises DataError."""
    try:
        if path.stat().st_size > most:
            raise mistakes(path, [t(f"大于 {most:,} 字节", f"larger than {most:,} bytes")])
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise mistakes(path, [str(reason)]) from error


def mistakes(path: Path, found: list[str]) -> DataError:
    """What is wrong with a file, all of it."""
    shown = "\n".join(f"  {one}" for one in found[:20])
    return DataError(
        t(f"{path.name} 里有错：\n{shown}", f"{path.name} is not right:\n{shown}"),
        t("改正后再试；写法见画师指南。", "Mend it and try again; the artist's guide shows the form."),
    )


def told(error: ValidationError) -> list[str]:
    """Each mistake with its place."""
    return [
        f"{'.'.join(map(str, one['loc'])) or '-'}: {re.sub(r'^Value error, ', '', one['msg'])}"
        for one in error.errors()
    ]


def _does_not_fit(manifest: Manifest) -> Iterator[str]:
    """What is well formed and yet cannot be drawn."""
    for table, needed in _NEEDED.items():
        for name in needed:
            if name not in getattr(manifest, table):
                yield t(f"{table}：缺少 {name}", f"{table}: {name} is missing")
    for name, emotion in manifest.emotions.items():
        if emotion.eyes not in manifest.eyes:
            yield t(f"emotions.{name}：没有眼睛 {emotion.eyes}", f"emotions.{name}: no eyes {emotion.eyes}")
        if emotion.arms not in manifest.arms:
            yield t(f"emotions.{name}：没有手势 {emotion.arms}", f"emotions.{name}: no arms {emotion.arms}")
    for region in set(manifest.touch) - set(REGIONS):
        yield t(f"touch：没有区域 {region}", f"touch: there is no region {region}")
    yield from _slots_wrong(manifest)


def _slots_wrong(manifest: Manifest) -> Iterator[str]:
    for slot in sorted(set(manifest.order) - {*manifest.always, *POSED}):
        yield t(f"order：{slot} 里没有东西", f"order: nothing stands in {slot}")
    for slot in sorted({*manifest.head.slots, *manifest.sway, *manifest.always} - set(manifest.order)):
        yield t(f"order：缺少 {slot}", f"order: {slot} is missing")


#: what must be there under which name
_NEEDED: dict[str, tuple[str, ...]] = {
    "emotions": EMOTIONS,
    "eyes": ("open", "closed"),
    "arms": ("rest",),
    "anchors": ("head",),
}
