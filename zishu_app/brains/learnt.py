"""Brains she has learnt: a base with an adapter over it, one folder each, with where they come from and their marks.

    brain.json       what is told below
    adapter/         the adapter as PEFT keeps it, for going on with it and for giving it away
    lora.gguf        the same for llama.cpp, with which she speaks; needs no torch
    model/           in place of both: the whole model, where all its parameters were trained

What is asked for by is `learnt/<id>`. Base and adapter are held against their hashes before she speaks with them.
"""

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from zishu_app.core.aside import Aside, all_aside, is_free
from zishu_app.core.errors import DataError
from zishu_app.core.files import write_json
from zishu_app.core.texts import t
from zishu_app.core.weights import sum_of, weights_sha256
from zishu_app.llm.catalog import FILE_LIMITS, Catalog, Chosen
from zishu_app.llm.prices import FREE
from zishu_app.llm.request import Quirks

log = logging.getLogger("zishu.brains")

#: what her learnt brains are asked for by begins so
PREFIX = "learnt/"
FILE, ADAPTER, LORA, MODEL = "brain.json", "adapter", "lora.gguf", "model"


@dataclass(frozen=True, slots=True)
class Learnt:
    """One of them."""

    id: str
    folder: Path
    #: what people read
    name: str
    #: local time, ISO
    created: str
    #: the training it comes from, and the brain that one began with; "": none
    run: str
    parent: str
    #: of the base: its card's id or its folder's name, the folder, and the GGUF she speaks with
    base: str
    base_folder: str
    base_gguf: str
    #: what the base is asked for by: "builtin", or the path of its GGUF
    base_spec: str
    #: sha256 by name: "adapter", "lora", "base_gguf", "template", "model"
    hashes: Mapping[str, str]
    #: languages it can hold a talk in; empty: not known
    languages: tuple[str, ...] = ()
    #: of the exam, see training/exam: by set and language
    marks: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def spec(self) -> str:
        """What it is asked for by."""
        return PREFIX + self.id

    @property
    def through_torch(self) -> bool:
        """Whether llama.cpp has nothing to speak with it."""
        return not self.base_gguf

    @property
    def whole(self) -> bool:
        """Whether it is a model of its own: all parameters were trained, there is no adapter."""
        return MODEL in self.hashes

    @property
    def loaded(self) -> tuple[Path, Path | None]:
        """What torch speaks with: a model's folder, and the adapter over it."""
        return (self.folder / MODEL, None) if self.whole else (Path(self.base_folder), self.adapter)

    @property
    def adapter(self) -> Path:
        """As PEFT keeps it."""
        return self.folder / ADAPTER

    @property
    def lora(self) -> Path:
        """As llama.cpp reads it."""
        return self.folder / LORA


def list_learnt(brains: Path) -> list[Learnt]:
    """All of them, the newest first."""
    found = []
    for folder in sorted(brains.iterdir(), reverse=True) if brains.is_dir() else ():
        if not folder.name.startswith(".") and (folder / FILE).is_file():
            try:
                found.append(_read(folder))
            except (OSError, ValueError, TypeError, KeyError) as error:
                log.warning("the brain %s cannot be read: %s", folder.name, error)
    return sorted(found, key=lambda one: one.created, reverse=True)


def list_removed(brains: Path) -> list[tuple[Aside, Learnt]]:
    """Those that can be brought back, what was removed last first; what cannot be read is left out."""
    found = []
    for aside in reversed(all_aside(brains)):
        try:
            found.append((aside, replace(_read(aside.folder), id=aside.name)))
        except (OSError, ValueError, TypeError, KeyError) as error:
            log.info("the removed brain %s cannot be read: %s", aside.name, error)
    return found


def open_learnt(brains: Path, spec: str) -> Learnt:
    """By what it is asked for by, its id, or its name. Raises DataError."""
    wanted = spec.removeprefix(PREFIX)
    there = list_learnt(brains)
    found = [one for one in there if one.id == wanted] or [one for one in there if one.name == wanted]
    if len(found) > 1:
        ids = t("、", ", ").join(one.id for one in found)
        raise DataError(
            t(f"有 {len(found)} 个大脑叫“{wanted}”。", f'{len(found)} brains are called "{wanted}".'),
            t(f"用编号：{ids}。", f"Say which: {ids}."),
        )
    if not found:
        names = t("、", ", ").join(one.id for one in there)
        raise DataError(
            t(f"没有学成的大脑“{wanted}”。", f'She has learnt no brain "{wanted}".'),
            t(f"有：{names}。", f"There are: {names}.") if there else t("先训练一次。", "Train one first."),
        )
    return found[0]


def keep(brain: Learnt, **changes: Any) -> Learnt:
    """Write it down, with `changes`."""
    brain = replace(brain, **changes)
    value = asdict(brain)
    del value["id"], value["folder"]
    write_json(brain.folder / FILE, value)
    return brain


def require_whole(brain: Learnt) -> None:
    """Raises DataError where base or adapter are not what she learnt with. Reads as `lack_of` does."""
    if lack := lack_of(brain):
        raise _not_whole(brain, lack)


def lack_of(brain: Learnt) -> str:
    """What of base or adapter is not there or not what she learnt with; empty: nothing. Reads them whole the first time: for
    a thread.

    Of one that is spoken with through torch, the base's weights are looked at when they are loaded.
    """
    if brain.whole:
        return _lack_of_model(brain)
    if brain.through_torch and not (Path(brain.base_folder) / "config.json").is_file():
        return t(f"底座 {brain.base_folder} 不见了", f"its base {brain.base_folder} is missing")
    weights = brain.adapter / "adapter_model.safetensors"
    spoken = {"lora": brain.lora, "base_gguf": Path(brain.base_gguf)}
    places = {"adapter": weights} if brain.through_torch else spoken
    for name, path in places.items():
        if not path.is_file():
            return t(f"{path} 不见了", f"{path} is missing")
        if sum_of(path) != brain.hashes.get(name):
            return t(f"{path} 被改动过", f"{path} was changed")
    return ""


def _lack_of_model(brain: Learnt) -> str:
    folder, _ = brain.loaded
    if not (folder / "config.json").is_file() or not any(folder.glob("*.safetensors")):
        return t(f"{folder} 不见了", f"{folder} is missing")
    same = weights_sha256(folder) == brain.hashes[MODEL]
    return "" if same else t(f"{folder} 被改动过", f"{folder} was changed")


def chosen_of(catalog: Catalog, brain: Learnt) -> Chosen:
    """How it is called: as its base is, with what was learnt laid over it. Raises SettingsError where that is gone."""
    if brain.through_torch:
        return _through_torch(brain)
    base = catalog.find(brain.base_spec)
    languages = brain.languages or base.languages
    return replace(
        base,
        endpoint=PREFIX.rstrip("/"),
        model=brain.id,
        local_path=Path(brain.base_gguf),
        lora_path=brain.lora,
        languages=languages,
    )


def _through_torch(brain: Learnt) -> Chosen:
    """The model's folder takes the place of the model file, the adapter that of its GGUF."""
    folder, adapter = brain.loaded
    return Chosen(
        endpoint=PREFIX.rstrip("/"),
        kind="local",
        base_url="",
        model=brain.id,
        key_env=(),
        needs_key=False,
        limits=replace(FILE_LIMITS, schema=False),
        max_output=None,
        concurrency=1,
        price=FREE,
        quirks=Quirks(),
        local_path=folder,
        lora_path=adapter,
        languages=brain.languages,
    )


def free_name(brains: Path, name: str) -> str:
    """The name, with a number behind it where another brain is called so."""
    taken = {one.name for one in list_learnt(brains)}
    found, number = name, 2
    while found in taken:
        found, number = f"{name} {number}", number + 1
    return found


def id_for(brains: Path, name: str, created: str) -> str:
    """A folder name that is free."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "brain"
    day = re.sub(r"[^0-9]", "", created)[:8]
    found, number = f"{stem}-{day}", 2
    while not is_free(brains, found):
        found, number = f"{stem}-{day}-{number}", number + 1
    return found


def _read(folder: Path) -> Learnt:
    value = json.loads((folder / FILE).read_text(encoding="utf-8"))
    value["languages"] = tuple(value.get("languages", ()))
    return Learnt(id=folder.name, folder=folder, **value)


def _not_whole(brain: Learnt, why: str) -> DataError:
    return DataError(
        t(f"大脑“{brain.name}”不能用：{why}。", f'The brain "{brain.name}" cannot be used: {why}.'),
        t("用 `zishu brains rollback` 换回上一个。", "`zishu brains rollback` goes back to the one before."),
    )
