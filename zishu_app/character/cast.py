"""Who there is: the characters that were shipped and those of one's own, and in which file each one's card stands.

A character's folder may hold two cards, `card.toml` in Chinese and `card.en.toml` in English. A card of one's own under the
same id goes before the shipped one, so that a shipped character can be told to be otherwise without copying her pictures.
"""

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from zishu_app.character.card import Card, read_card
from zishu_app.character.card_file import write_card
from zishu_app.character.install import Installed, install, make_room
from zishu_app.character.manifest import read_manifest
from zishu_app.character.pack import (
    CARD,
    MANIFEST,
    PARTS,
    Accessory,
    Pack,
    accessories_in,
    nothing_named,
    read_pack,
)
from zishu_app.core.errors import DataError
from zishu_app.core.paths import RESOURCES, Home
from zishu_app.core.texts import Language, t

SHIPPED, SHIPPED_WEAR = RESOURCES / "characters", RESOURCES / "accessories"
#: a small whole character to begin a new one with
TEMPLATE = RESOURCES / "guide" / "template"
#: the file a foreign card came in, kept beside ours for its picture and its assets
SOURCE = "source"
_ENGLISH = CARD.replace(".toml", ".en.toml")


@dataclass(frozen=True, slots=True)
class Cast:
    """Characters by id, those of one's own before shipped ones; and what is wrong with those that cannot be used."""

    packs: dict[str, Pack]
    wrong: list[DataError]


def cast_of(home: Home) -> Cast:
    """Everybody there is; pictures are not looked at. Blocks."""
    packs: dict[str, Pack] = {}
    wrong: list[DataError] = []
    for folder in (SHIPPED, home.characters):
        for manifest in sorted(folder.glob(f"[!.]*/{MANIFEST}")) if folder.is_dir() else []:
            try:
                found = Pack(manifest.parent, read_manifest(manifest))
            except DataError as error:
                wrong.append(error)
                continue
            packs[found.manifest.id] = found
    return Cast(packs, wrong)


def pack_of(home: Home, name: str) -> Pack:
    """A character, with every picture looked at. Blocks. Raises DataError."""
    for folder in (home.characters / name, SHIPPED / name):
        if (folder / MANIFEST).is_file():
            return read_pack(folder)
    raise nothing_named(name, sorted(cast_of(home).packs))


def is_shipped(pack: Pack) -> bool:
    """Whether a character belongs to the program."""
    return pack.folder.parent == SHIPPED


def card_file(home: Home, name: str, language: Language) -> Path:
    """The card that holds for a character in a language; it may not be there where she has none."""
    own, shipped = home.characters / name, SHIPPED / name
    names = (_ENGLISH, CARD) if language == "en" else (CARD, _ENGLISH)
    places = [folder / one for one in names for folder in (own, shipped)]
    return next((path for path in places if path.is_file()), own / CARD)


def own_card_file(home: Home, name: str, language: Language) -> Path:
    """Where changes of that card are written."""
    return home.characters / name / card_file(home, name, language).name


def card_of(home: Home, name: str, language: Language) -> Card:
    """Who a character is; one without a card is her name alone. Blocks. Raises DataError."""
    path = card_file(home, name, language)
    if path.is_file():
        return read_card(path)
    known = cast_of(home).packs.get(name)
    return Card(name=str(known.manifest.name) if known else name, language=language)


def wearable(home: Home) -> tuple[dict[str, tuple[Accessory, Path]], list[DataError]]:
    """All that can be worn: accessory and picture by id; and what is wrong with others. Blocks."""
    return accessories_in([SHIPPED_WEAR, home.accessories])


def settle_in(home: Home, card: Card, looks: Pack, source: Path | None = None) -> Installed:
    """A card becomes a character of its own, who looks like `looks` until she has pictures of her own.

    `source`: the foreign file it came in. Blocks. Raises DataError.
    """
    name = _free_id(home, card.name)
    with tempfile.TemporaryDirectory(prefix="zishu-card-") as spare:
        folder = Path(spare) / name
        folder.mkdir()
        shutil.copytree(looks.folder / PARTS, folder / PARTS)
        (folder / MANIFEST).write_text(_renamed(looks, name, card.name), "utf-8")
        write_card(folder / CARD, card)
        (made,) = install(folder, home.characters, home.accessories)
    if source is not None and source.suffix.lower() in (".png", ".charx"):
        shutil.copyfile(source, made.folder / f"{SOURCE}{source.suffix.lower()}")
    return made


def new_pack(folder: Path) -> Pack:
    """A folder to draw a new character in: a copy of the template, called as the folder is. Blocks. Raises DataError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(
            t(f"{folder} 里已经有东西。", f"There is something in {folder} already."),
            t("换一个新文件夹。", "Name a new folder."),
        )
    try:
        shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True)
        template = Pack(TEMPLATE, read_manifest(TEMPLATE / MANIFEST))
        name = folder.absolute().name
        (folder / MANIFEST).write_text(_renamed(template, id_of(name), name), "utf-8")
    except OSError as error:
        raise DataError(
            t(f"{folder} 建不了：{error.strerror}。", f"{folder} cannot be made: {error.strerror}."),
            t("换一个可写的地方。", "Choose a place that can be written to."),
        ) from error
    return read_pack(folder)


def source_of(home: Home, name: str) -> Path | None:
    """The foreign file a character's card came in."""
    found = [home.characters / name / f"{SOURCE}{suffix}" for suffix in (".charx", ".png")]
    return next((path for path in found if path.is_file()), None)


def put_aside(folder: Path) -> Path:
    """Take a character or an accessory away; it lies beside its place, hidden, until it is brought back. Blocks."""
    aside = make_room(folder)
    if aside is None:
        raise DataError(
            t(f"{folder.name} 已经不在了。", f"{folder.name} is gone."),
            t("刷新列表再看。", "Look at the list again."),
        )
    return aside


def bring_back(aside: Path | None, folder: Path) -> None:
    """Undo: what was put aside, or replaced, takes its place again; what stands there now goes aside. Blocks."""
    make_room(folder)
    if aside is not None:
        aside.rename(folder)


def _free_id(home: Home, name: str) -> str:
    """A name for the folder that nobody has."""
    start = id_of(name)
    taken, number = set(cast_of(home).packs), 1
    while (found := start if number == 1 else f"{start}_{number}") in taken or (
        home.characters / found
    ).exists():
        number += 1
    return found


def id_of(name: str, otherwise: str = "character") -> str:
    """What a folder of that name could be called."""
    words = re.findall("[a-z0-9]+", name.lower())
    return "_".join(words)[:30].strip("_") if words and words[0][0].isalpha() else otherwise


def _renamed(looks: Pack, name: str, shown: str) -> str:
    """The manifest of another character under this name, comments and all."""
    import tomlkit

    document = tomlkit.parse((looks.folder / MANIFEST).read_text("utf-8-sig"))
    document["id"] = name
    both = tomlkit.inline_table()
    both.update(dict.fromkeys(("zh", "en"), " ".join(shown.split())[:60] or name))
    document["name"] = both
    return document.as_string()
