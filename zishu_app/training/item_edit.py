"""Item sets changed by the user: an item at a time, each change whole on disk, each of them to be taken back.

A shipped set is never written to: what is changed in it stands in an own file of its name, which takes its place.
"""

import functools
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from zishu_app.core.errors import DataError
from zishu_app.core.texts import Language, t
from zishu_app.training.item_file import write_set
from zishu_app.training.items import SHIPPED, Item, ItemSet, Kind

#: characters of a file's name
LONGEST = 40


def own_path(own: Path, one: ItemSet) -> Path:
    """Where a set lies once it was changed."""
    return own / f"{one.slug}.toml"


def put(own: Path, one: ItemSet, item: Item, instead_of: str = "") -> ItemSet:
    """With an item: a new one at the end, or in the place of that id. Writes: for a thread.

    Raises DataError where the id is another item's, the item has faults, or the disk says no.
    """
    taken = {each.id for each in one.items} - {instead_of}
    if item.id in taken:
        raise DataError(
            t(f"编号“{item.id}”已经有了。", f"The id '{item.id}' is taken."),
            t("换一个编号。", "Choose another."),
        )
    there = any(each.id == instead_of for each in one.items)
    items = [item if each.id == instead_of else each for each in one.items] if there else [*one.items, item]
    return write_set(replace(one, items=tuple(items)), own_path(own, one))


def take_out(own: Path, one: ItemSet, item_id: str) -> ItemSet:
    """Without an item. What it was before can be written again with `write_set`."""
    kept = tuple(each for each in one.items if each.id != item_id)
    return write_set(replace(one, items=kept), own_path(own, one))


def new_set(own: Path, name: str, language: Language, kind: Kind, taken: Sequence[str]) -> ItemSet:
    """An empty set of the user's own, in a file called as it. `taken`: short names there are.

    Raises DataError: no name, or the disk says no.
    """
    stem = re.sub(r"[^\w]+", "-", name.strip().lower()).strip("-_")[:LONGEST] or "items"
    slug, number = f"{stem}.{language}", 2
    while slug in taken or (own / f"{slug}.toml").exists():
        slug, number = f"{stem}-{number}.{language}", number + 1
    return write_set(ItemSet(name.strip(), language, kind, ()), own / f"{slug}.toml")


def put_aside(one: ItemSet) -> Path:
    """An own set's file goes, until `put_back`. A shipped one whose place it took is there again."""
    if one.path is None or not one.own:
        raise DataError(t("自带的题集不能删除。", "A shipped set cannot be removed."))
    aside = one.path.with_name(f".{one.path.name}.removed")
    _move(one.path, aside)
    return aside


def put_back(aside: Path) -> None:
    """It was not meant."""
    _move(aside, aside.with_name(aside.name.removeprefix(".").removesuffix(".removed")))


def is_changed(one: ItemSet) -> bool:
    """Whether it stands in the place of a shipped set."""
    return one.own and one.path is not None and one.path.name in _shipped()


@functools.cache
def _shipped() -> frozenset[str]:
    """The names of shipped files: they stay what they are, and lists ask often."""
    return frozenset(path.name for path in SHIPPED.glob("*.toml"))


def next_id(one: ItemSet) -> str:
    """An id that is free, as the others of the set are written."""
    stem, _, _ = one.slug.partition(".")
    head = next((found[1] for item in one.items if (found := re.fullmatch(r"(.*?)\d+", item.id))), "")
    head = head or f"{one.language}-{stem}-"
    taken, number = {item.id for item in one.items}, len(one.items) + 1
    while f"{head}{number:03}" in taken:
        number += 1
    return f"{head}{number:03}"


def found_in(items: Sequence[Item], wanted: str) -> list[Item]:
    """Those that hold all words of a search, in whatever part."""
    words = wanted.casefold().split()
    return [one for one in items if all(word in _text(one) for word in words)]


def _text(one: Item) -> str:
    parts = [one.id, one.ability, one.prompt, one.right, *one.wrong]
    if one.rule:
        parts += [str(value) for value in one.rule.parts().values()]
    return "\n".join(parts).casefold()


def _move(path: Path, there: Path) -> None:
    try:
        shutil.move(path, there)
    except OSError as error:
        why = error.strerror or str(error)
        raise DataError(
            t(f"{path} 移动不了：{why}。", f"{path} cannot be moved: {why}."),
            t("检查磁盘空间与权限。", "Check disk space and permissions."),
        ) from error
