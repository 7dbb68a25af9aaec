"""`zishu character`: who there is, whether a pack is right, taking one in, and a folder to begin a new one with."""

import argparse
import json
import tempfile
from pathlib import Path

from zishu_app.character.advice import advice
from zishu_app.character.cast import cast_of, is_shipped, new_pack, wearable
from zishu_app.character.install import Installed, install
from zishu_app.character.pack import Pack, read_pack
from zishu_app.cli.dataset.tables import table
from zishu_app.cli.session import open_house
from zishu_app.core.texts import counted, t
from zishu_app.house import House


def run(given: argparse.Namespace) -> int:
    """One of list, check, install, new."""
    house = open_house(given)
    acts = {"list": _list, "check": _check, "install": _install, "new": _new}
    return acts[given.action](house, given)


def _list(house: House, given: argparse.Namespace) -> int:
    cast = cast_of(house.home)
    worn, wrong = wearable(house.home)
    chosen = house.settings.companion.character
    if given.json:
        for name, pack in cast.packs.items():
            print(_line(kind="character", id=name, name=str(pack.manifest.name), folder=str(pack.folder)))
        for name, (one, picture) in worn.items():
            print(_line(kind="accessory", id=name, name=str(one.name), folder=str(picture.parent)))
        return 0
    rows = [
        ("*" if name == chosen else "", name, str(pack.manifest.name), pack.manifest.artist, _place(pack))
        for name, pack in cast.packs.items()
    ]
    heads = ("", t("名字", "id"), t("称呼", "name"), t("画师", "artist"), t("在哪里", "where"))
    for line in table(heads, rows):
        print(line)
    print()
    print(t("配件：", "To wear: ") + ", ".join(f"{name} ({one.name})" for name, (one, _) in worn.items()))
    for error in (*cast.wrong, *wrong):
        print(f"! {error.message}")
    return 0


def _place(pack: Pack) -> str:
    return t("随程序", "shipped") if is_shipped(pack) else str(pack.folder)


def _check(_house: House, given: argparse.Namespace) -> int:
    """Take it in somewhere else, and look at what came. Raises DataError with all that is wrong."""
    with tempfile.TemporaryDirectory(prefix="zishu-check-") as spare:
        found = install(given.path.absolute(), Path(spare) / "characters", Path(spare) / "accessories")
        for one in found:
            notes = advice(read_pack(one.folder)) if one.kind == "character" else []
            if given.json:
                print(_line(kind=one.kind, id=one.id, name=one.name, advice=notes))
                continue
            print(f"✓ {_told(one)}" + (_figures(one) if one.kind == "character" else ""))
            for note in notes:
                print(f"  · {note}")
    if not given.json:
        print(t("可以使用。", "It can be used."))
    return 0


def _figures(one: Installed) -> str:
    manifest = read_pack(one.folder).manifest
    size = sum(path.stat().st_size for path in one.folder.rglob("*") if path.is_file())
    parts, wide, high = len(manifest.parts()), *manifest.canvas
    return t(
        f"：{parts} 个部件，{len(manifest.emotions)} 种表情，画布 {wide}×{high}，{size / 1000:,.0f} kB",
        f": {counted(parts, 'part')}, {counted(len(manifest.emotions), 'feeling')}, canvas {wide} x {high},"
        f" {size / 1000:,.0f} kB",
    )


def _told(one: Installed) -> str:
    kind = t("角色", "character") if one.kind == "character" else t("配件", "accessory")
    return f"{kind} {one.id} ({one.name})"


def _install(house: House, given: argparse.Namespace) -> int:
    for one in install(given.path.absolute(), house.home.characters, house.home.accessories):
        if given.json:
            print(_line(kind=one.kind, id=one.id, name=one.name, folder=str(one.folder)))
            continue
        print(t(f"已装上{_told(one)}：{one.folder}", f"Installed {_told(one)}: {one.folder}"))
        if one.former is not None:
            print(
                t(
                    f"  原来的留在 {one.former}",
                    f"  what was there before is kept in {one.former}",
                )
            )
    return 0


def _new(_house: House, given: argparse.Namespace) -> int:
    pack = new_pack(given.folder.absolute())
    name = pack.manifest.id
    print(t(f"新角色 {name} 放在 {pack.folder}。", f"The new character {name} is in {pack.folder}."))
    print(
        t(
            f"改 character.toml、card.toml 和 parts/ 里的图，再运行：zishu character check {given.folder}",
            "Change character.toml, card.toml and the pictures in parts/, then:"
            f" zishu character check {given.folder}",
        )
    )
    return 0


def _line(**values: object) -> str:
    return json.dumps(values, ensure_ascii=False)
