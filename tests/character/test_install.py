"""Packs from strangers: a good one comes in whole, a bad one leaves nothing, and no file is ever written outside."""

import random
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from zishu_app.character.install import Installed, install
from zishu_app.character.manifest import read_manifest
from zishu_app.character.pack import read_pack
from zishu_app.core.errors import DataError
from zishu_app.core.paths import RESOURCES

SHIPPED = RESOURCES / "characters" / "zishu"
RIBBON = RESOURCES / "accessories" / "ribbon.toml"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def put_in(source: Path, home: Path) -> list[Installed]:
    return install(source, home / "characters", home / "accessories")


def zipped(folder: Path, target: Path, *, below: str = "") -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, below + path.relative_to(folder).as_posix())
    return target


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_folder_and_a_zip_come_in_alike(home: Path, tmp_path: Path) -> None:
    (one,) = put_in(SHIPPED, home)
    assert (one.kind, one.id, one.former) == ("character", "zishu", None)
    whole = files_of(one.folder)
    assert whole == files_of(SHIPPED)
    (again,) = put_in(zipped(SHIPPED, tmp_path / "z.zip", below="Zishu pack/"), home)
    assert files_of(again.folder) == whole
    assert again.former is not None
    assert files_of(again.former) == whole  # what was there is kept
    assert read_pack(again.folder).manifest.id == "zishu"


def test_an_accessory_comes_in_by_its_file(home: Path) -> None:
    (one,) = put_in(RIBBON, home)
    assert (one.kind, one.id) == ("accessory", "ribbon")
    assert sorted(files_of(one.folder)) == ["ribbon.svg", "ribbon.toml"]


@pytest.mark.parametrize(
    "name", ["../evil.svg", "/etc/evil.svg", "a/../../evil.svg", "..\\evil.svg", "C:\\evil.svg"]
)
def test_what_leads_out_is_refused(name: str, home: Path, tmp_path: Path) -> None:
    bad = zipped(SHIPPED, tmp_path / "bad.zip")
    with zipfile.ZipFile(bad, "a") as archive:
        archive.writestr(name, "<svg/>")
    with pytest.raises(DataError, match="leads out"):
        put_in(bad, home)
    assert list(home.iterdir()) == []


def test_a_link_is_refused(home: Path, tmp_path: Path) -> None:
    bad = zipped(SHIPPED, tmp_path / "bad.zip")
    link = zipfile.ZipInfo("parts/link.svg")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(bad, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(DataError, match="leads out"):
        put_in(bad, home)


def test_a_bomb_is_refused_before_it_is_unpacked(home: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("character.toml", b"\0" * 60_000_000)
    with pytest.raises(DataError, match="larger"):
        put_in(tmp_path / "bomb.zip", home)


def spoil(pack: Path, what: Callable[[Path], object]) -> Path:
    shutil.copytree(SHIPPED, pack)
    what(pack)
    return pack


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (lambda pack: (pack / "parts" / "face.svg").unlink(), "face"),
        (lambda pack: (pack / "parts" / "face.svg").write_text("<svg><script>x</script></svg>"), "script"),
        (
            lambda pack: (pack / "parts" / "face.svg").write_text('<svg><use href="http://x/y"/></svg>'),
            "outside",
        ),
        (
            lambda pack: (pack / "parts" / "face.svg").write_text('<!DOCTYPE svg [<!ENTITY a "b">]><svg/>'),
            "DOCTYPE",
        ),
        (lambda pack: (pack / "parts" / "face.svg").write_text('<svg onload="x()"><path/></svg>'), "onload"),
        (lambda pack: (pack / "character.toml").write_text("format = 9"), "format"),
        (lambda pack: (pack / "character.toml").write_text("[["), "character.toml"),
        (lambda pack: (pack / "card.toml").write_text('name = ""'), "card.toml"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    what: Callable[[Path], object], said: str, home: Path, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=said):
        put_in(spoil(tmp_path / "pack", what), home)
    assert list(home.iterdir()) == []


def small_pack(folder: Path) -> Path:
    """A whole character of few files, so that thousands can be tried."""
    known = read_manifest(SHIPPED / "character.toml")
    manifest = (SHIPPED / "character.toml").read_text("utf-8")
    for part in known.parts() - set(known.order):
        manifest = manifest.replace(f'"{part}"', '"blush"')
    (folder / "parts").mkdir(parents=True)
    (folder / "character.toml").write_text(manifest, "utf-8")
    (folder / "card.toml").write_bytes((SHIPPED / "card.en.toml").read_bytes())
    for part in read_manifest(folder / "character.toml").parts():
        (folder / "parts" / f"{part}.svg").write_bytes((SHIPPED / "parts" / "blush.svg").read_bytes())
    return folder


def spoilt(data: bytes, dice: random.Random) -> bytes:
    """Some bytes turned, cut out or put in."""
    found = bytearray(data)
    for _ in range(dice.randint(1, 12)):
        at = dice.randrange(len(found) + 1)
        found[at : at + dice.randint(0, 6)] = bytes(dice.randrange(256) for _ in range(dice.randint(0, 6)))
    return bytes(found[: dice.choice([len(found), len(found), dice.randrange(len(found) + 1)])])


def test_two_thousand_spoilt_packs(home: Path, tmp_path: Path) -> None:
    """Whatever is turned, cut or put in: a whole pack comes in, or a sentence is said; nothing else happens."""
    dice, plain = random.Random(7), files_of(small_pack(tmp_path / "pack"))
    whole = zipped(tmp_path / "pack", tmp_path / "whole.zip").read_bytes()
    before, said, source = files_of(tmp_path), 0, tmp_path / "spoilt.zip"
    for number in range(2000):
        if number % 2:  # the archive itself
            source.write_bytes(spoilt(whole, dice))
        else:  # one of its files
            name = dice.choice(["character.toml", "character.toml", "card.toml", *plain])
            with zipfile.ZipFile(source, "w") as archive:
                for one, content in plain.items():
                    archive.writestr(one, spoilt(content, dice) if one == name else content)
        try:
            put_in(source, home)
            shutil.rmtree(home)
            home.mkdir()
        except DataError as error:
            said += 1
            assert error.message
            assert error.hint
        source.unlink()
        assert list(home.iterdir()) == []
    assert said > 1000
    assert files_of(tmp_path) == before
