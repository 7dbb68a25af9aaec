"""A character on the disk: her manifest, her parts, her card, and what can be worn."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from zishu_app.character.manifest import (
    BothLanguages,
    Manifest,
    Name,
    Number,
    Piece,
    mistakes,
    read_manifest,
    read_toml,
    told,
)
from zishu_app.character.picture import check_picture
from zishu_app.core.errors import DataError
from zishu_app.core.texts import t

#: what a pack is called on the disk
MANIFEST, CARD, PARTS = "character.toml", "card.toml", "parts"


@dataclass(frozen=True)
class Pack:
    """A character that can be shown."""

    folder: Path
    manifest: Manifest

    @property
    def card(self) -> Path:
        """Who she is; not every pack brings one."""
        return self.folder / CARD

    def picture(self, part: str) -> Path:
        """The file of a part, SVG before PNG."""
        svg = self.folder / PARTS / f"{part}.svg"
        return svg if svg.is_file() else svg.with_suffix(".png")


class Accessory(Piece):
    """Something she can wear; see resources/accessories."""

    format: Annotated[int, Field(ge=1, le=1)]
    id: Name
    name: BothLanguages
    picture: Annotated[str, Field(pattern=r"^[\w-]+\.(svg|png)$", max_length=64)]
    anchor: Name = "head"
    #: its own point that lies at the anchor
    at: tuple[Number, Number]
    #: width and height of the canvas `at` is measured on
    canvas: tuple[Annotated[int, Field(ge=8, le=4096)], Annotated[int, Field(ge=8, le=4096)]] = (200, 200)
    #: of the width the anchor gives
    size: Annotated[float, Field(gt=0.1, le=4)] = 1.0
    #: behind her head, not in front of it
    behind: bool = False


def read_pack(folder: Path) -> Pack:
    """The character in a folder, with every picture looked at. Raises DataError with all that is wrong."""
    manifest = read_manifest(folder / MANIFEST)
    pack = Pack(folder, manifest)
    wrong: list[str] = []
    for part in sorted(manifest.parts()):
        try:
            check_picture(pack.picture(part))
        except DataError as error:
            wrong.append(error.message)
    if wrong:
        raise mistakes(folder / MANIFEST, wrong)
    return pack


def read_accessory(path: Path) -> tuple[Accessory, Path]:
    """An accessory and its picture. Raises DataError."""
    try:
        found = Accessory.model_validate(read_toml(path, 20_000))
    except ValidationError as error:
        raise mistakes(path, told(error)) from None
    picture = path.with_name(found.picture)
    check_picture(picture)
    return found, picture


def accessories_in(folders: list[Path]) -> tuple[dict[str, tuple[Accessory, Path]], list[DataError]]:
    """Everything wearable in these folders, the later ones first where two have one id; and what is wrong."""
    found: dict[str, tuple[Accessory, Path]] = {}
    wrong: list[DataError] = []
    for folder in folders:
        # shipped ones lie side by side, those of one's own in a folder each
        for path in sorted([*folder.glob("*.toml"), *folder.glob("[!.]*/*.toml")]) if folder.is_dir() else []:
            try:
                accessory, picture = read_accessory(path)
            except DataError as error:
                wrong.append(error)
                continue
            found[accessory.id] = (accessory, picture)
    return found, wrong


def nothing_named(what: str, known: list[str]) -> DataError:
    """There is no character or accessory of that name."""
    return DataError(
        t(f"没有 {what}。", f"There is no {what}."),
        t("有这些：", "There are: ") + ", ".join(known),
    )
