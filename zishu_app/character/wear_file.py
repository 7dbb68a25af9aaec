"""Writing something to wear: the picture and its TOML file, in a folder of its own among those of one's own."""

import shutil
import tempfile
from pathlib import Path

from pydantic import ValidationError

from zishu_app.character.install import Installed, install
from zishu_app.character.manifest import mistakes, told
from zishu_app.character.pack import Accessory
from zishu_app.core.errors import DataError
from zishu_app.core.texts import t


def keep_accessory(accessory: Accessory, picture: Path, characters: Path, accessories: Path) -> Installed:
    """Keep it, in place of one of the same id, which goes aside. Blocks. Raises DataError with all that is wrong."""
    suffix = picture.suffix.lower()
    whole = accessory.model_copy(update={"picture": f"{accessory.id}{suffix}"})
    try:
        Accessory.model_validate(whole.model_dump())
    except ValidationError as error:
        raise mistakes(Path(f"{accessory.id}.toml"), told(error)) from None
    with tempfile.TemporaryDirectory(prefix="zishu-wear-") as spare:
        path = Path(spare) / f"{whole.id}.toml"
        try:
            shutil.copyfile(picture, Path(spare) / whole.picture)
        except OSError as error:
            raise DataError(
                t(
                    f"图片 {picture.name} 读不了：{error.strerror}。",
                    f"{picture.name} cannot be read: {error.strerror}.",
                ),
                t("换一张图。", "Choose another picture."),
            ) from error
        path.write_text(accessory_text(whole), "utf-8")
        (made,) = install(path, characters, accessories)
    return made


def accessory_text(accessory: Accessory) -> str:
    """Its TOML file, as the artist's guide shows it."""
    import tomlkit

    document = tomlkit.document()
    for name, value in accessory.model_dump(mode="json").items():
        if isinstance(value, dict):
            table = tomlkit.inline_table()
            table.update(value)
            document[name] = table
        else:
            document[name] = value
    return document.as_string()
