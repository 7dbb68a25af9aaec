"""Characters and accessories that somebody else made: taken out of a folder or a .zip, looked at, and only then kept.

Nothing of a pack is run. What may be in it is a short list of kinds of files; where it may go is one folder of its own,
whatever its names say; how large it may be is bounded before it is unpacked. What it replaces is kept beside it.
"""

import lzma
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from zishu_app.character.card import read_card
from zishu_app.character.pack import CARD, MANIFEST, read_accessory, read_pack
from zishu_app.core.errors import DataError
from zishu_app.core.texts import t

#: kinds of files a pack may hold, and what else may lie in a .zip without being taken out of it
KINDS = (".toml", ".svg", ".png", ".md", ".txt")
#: files, bytes of all of them, and bytes of a .zip
MOST_FILES, MOST_BYTES, MOST_ZIP = 600, 40_000_000, 40_000_000
#: what an archive that is none, or is damaged or made to confuse, comes to
BROKEN = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
)
#: her cards, one a language
CARDS = "card*.toml"
_NAME = re.compile(r"^[\w][\w .()-]{0,79}$")


@dataclass(frozen=True, slots=True)
class Installed:
    """What came in. `kind`: "character" or "accessory"."""

    kind: str
    id: str
    name: str
    folder: Path
    #: what it replaced lies here; None: there was none of that name
    former: Path | None = None


def install(source: Path, characters: Path, accessories: Path) -> list[Installed]:
    """Take in a pack: a folder, a .zip, or the .toml of an accessory. Blocks.

    Raises DataError that says what is wrong with it; nothing is kept of it then.
    """
    with tempfile.TemporaryDirectory(prefix="zishu-pack-") as spare:
        folder = _laid_out(source, Path(spare))
        found = list(_packs(folder))
        if not found:
            raise _wrong(
                source,
                t(
                    "里面没有角色（character.toml）或配件",
                    "there is no character (character.toml) and no accessory in it",
                ),
            )
        for path in found:  # all of them first: half a pack is none
            if path.name == MANIFEST:
                pack = read_pack(path.parent)
                for card in sorted(pack.folder.glob(CARDS)):
                    read_card(card)
            else:
                read_accessory(path)
        return [
            _keep_character(path.parent, characters)
            if path.name == MANIFEST
            else _keep_accessory(path, accessories)
            for path in found
        ]


def _laid_out(source: Path, spare: Path) -> Path:
    """The pack as a folder that is ours: copied or unpacked, file by file, within bounds."""
    if source.is_dir():
        _copy(source, sorted(_walk(source)), spare)
    elif source.suffix.lower() == ".zip":
        _unpack(source, spare)
    elif source.suffix.lower() == ".toml" and source.is_file():
        near = [one for one in source.parent.iterdir() if one.stem == source.stem and one.is_file()]
        _copy(source.parent, near, spare)
    else:
        raise _wrong(source, t("不是文件夹，也不是 .zip", "it is neither a folder nor a .zip"))
    return spare


def _walk(folder: Path) -> Iterator[Path]:
    """The files of a folder; links are not followed, hidden ones not looked at."""
    for count, path in enumerate(folder.rglob("*")):
        if count > MOST_FILES * 4:
            raise _wrong(folder, t("文件太多", "too many files"))
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.is_file() and not path.is_symlink():
            yield path


def _copy(folder: Path, paths: list[Path], spare: Path) -> None:
    kept = [path for path in paths if path.suffix.lower() in KINDS and not path.is_symlink()]
    _bounded(folder, len(kept), sum(path.stat().st_size for path in kept))
    for path in kept:
        inside = path.relative_to(folder)
        if all(_NAME.match(part) for part in inside.parts):
            target = spare / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def _unpack(source: Path, spare: Path) -> None:
    try:
        if source.stat().st_size > MOST_ZIP:
            raise _wrong(source, t("太大", "too large"))
        with zipfile.ZipFile(source) as archive:
            members = [one for one in archive.infolist() if one.filename and not one.is_dir()]
            _bounded(source, len(members), sum(one.file_size for one in members))
            for member in members:
                _take_out(source, archive, member, spare)
    except BROKEN as error:
        raise _wrong(source, t("不是完好的 .zip", "it is no whole .zip")) from error


def _take_out(source: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, spare: Path) -> None:
    """One file, where its name is one that stays inside; anything else is an attempt at something."""
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if (
        name.is_absolute()
        or ".." in name.parts
        or ":" in member.filename
        or stat.S_ISLNK(member.external_attr >> 16)
    ):
        raise _wrong(
            source, t(f"“{member.filename[:80]}”指向包外", f'"{member.filename[:80]}" leads out of it')
        )
    if name.suffix.lower() not in KINDS or not all(_NAME.match(part) for part in name.parts):
        return
    target = spare.joinpath(*name.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as packed:
        data = packed.read(member.file_size + 1)  # a header that lies about the size is not believed
    if len(data) > member.file_size:
        raise _wrong(source, t("大小不对", "its sizes are not right"))
    target.write_bytes(data)


def _bounded(source: Path, files: int, size: int) -> None:
    if files > MOST_FILES:
        raise _wrong(source, t(f"文件多于 {MOST_FILES} 个", f"more than {MOST_FILES} files"))
    if size > MOST_BYTES:
        raise _wrong(
            source, t(f"大于 {MOST_BYTES // 1_000_000} MB", f"larger than {MOST_BYTES // 1_000_000} MB")
        )


def _packs(folder: Path) -> Iterator[Path]:
    """Manifests of characters, and accessories that belong to no character."""
    manifests = sorted(folder.rglob(MANIFEST))
    yield from manifests
    homes = [one.parent for one in manifests]
    for path in sorted(folder.rglob("*.toml")):
        if path.name not in (MANIFEST, CARD) and not any(home in path.parents for home in homes):
            yield path


def _keep_character(folder: Path, characters: Path) -> Installed:
    pack = read_pack(folder)
    target = characters / pack.manifest.id
    former = make_room(target)
    _move_in(folder, target)
    return Installed("character", pack.manifest.id, str(pack.manifest.name), target, former)


def _keep_accessory(path: Path, accessories: Path) -> Installed:
    accessory, picture = read_accessory(path)
    target = accessories / accessory.id
    former = make_room(target)
    with tempfile.TemporaryDirectory(prefix="zishu-pack-") as spare:
        shutil.copyfile(path, Path(spare) / path.name)
        shutil.copyfile(picture, Path(spare) / picture.name)
        _move_in(Path(spare), target)
    return Installed("accessory", accessory.id, str(accessory.name), target, former)


def make_room(target: Path) -> Path | None:
    """What is there already goes aside, and is kept: `id.bak`, `id.bak2` ..."""
    if not target.exists():
        return None
    take = 1
    while (aside := target.with_name(f".{target.name}.bak{take if take > 1 else ''}")).exists():
        take += 1
    target.rename(aside)
    return aside


def _move_in(folder: Path, target: Path) -> None:
    """All of a folder under its name at once: a kill leaves it whole or not there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=".half-", dir=target.parent))
    try:
        shutil.copytree(folder, half, dirs_exist_ok=True)
        half.chmod(0o755)
        half.rename(target)
    except OSError as error:
        shutil.rmtree(half, ignore_errors=True)
        raise DataError(
            t(f"存不进 {target}：{error.strerror}。", f"It cannot be kept in {target}: {error.strerror}."),
            t("检查磁盘空间与权限。", "Check the disk's space and permissions."),
        ) from error


def _wrong(source: Path, reason: str) -> DataError:
    return DataError(
        t(f"包 {source.name} 不能用：{reason}。", f"The pack {source.name} cannot be used: {reason}."),
        t("包的写法见画师指南。", "The artist's guide shows how a pack is made."),
    )
