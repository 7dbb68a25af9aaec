"""A brain as a folder for a friend, and a friend's folder looked at before anything of it is used.

    brain.json                  its name, its base, its marks, hashes of what follows
    adapter/                    adapter_model.safetensors, adapter_config.json, zishu.json: as PEFT and this program read it
    lora.gguf                   the same for llama.cpp
    card.toml, card.en.toml     who she is
    README.md, README.en.md     what to do with it

No path, no key, no memory and no talk is in it. Nothing but these files is read, and none of them can hold code.
"""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.brains.keeping import FILES
from zishu_app.brains.learnt import ADAPTER, FILE, LORA, Learnt
from zishu_app.core.errors import DataError
from zishu_app.core.files import new_folder, write_json
from zishu_app.core.gguf import read_gguf_header
from zishu_app.core.texts import t
from zishu_app.core.weights import sum_of, weights_sha256

FORMAT = "zishu-brain/1"
#: bytes of the longest text file, and of everything together
MOST_TEXT, MOST = 8_000_000, 8_000_000_000
#: what a folder of weights may come with elsewhere, and what runs code when it is opened
_PICKLES = {".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".py", ".so", ".dll", ".exe", ".sh", ".bat"}
#: a base is found among those that are here; a name may not lead elsewhere
_BARE = re.compile(r"\w[\w.-]{0,99}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Gift:
    """A friend's folder, found in order."""

    folder: Path
    name: str
    #: id of the base's card, else the name of its folder
    base: str
    hashes: Mapping[str, str]
    languages: tuple[str, ...]
    marks: Mapping[str, Any]
    #: for llama.cpp; None: it has none
    lora: Path | None
    #: sha256 of the base's weights; "": not told
    base_sha256: str

    @property
    def adapter(self) -> Path:
        """As PEFT keeps it."""
        return self.folder / ADAPTER


def is_gift(folder: Path) -> bool:
    """Whether a folder looks like one; whether it is in order is told by `read_gift`."""
    return (folder / FILE).is_file() and (folder / ADAPTER).is_dir()


def write_gift(brain: Learnt, folder: Path, texts: Mapping[str, str]) -> Path:
    """The folder, whole or not at all; `texts`: further files by their names. Blocking. Raises DataError."""
    about = {
        "format": FORMAT,
        "name": brain.name,
        "created": brain.created,
        "base": base_name(brain),
        "languages": list(brain.languages),
        "marks": dict(brain.marks),
    }
    try:
        with new_folder(folder, read_only=False) as made:
            copy_adapter(brain, made / ADAPTER)
            hashes = {**brain.hashes, "adapter": weights_sha256(made / ADAPTER)}
            if brain.lora.is_file():
                shutil.copyfile(brain.lora, made / LORA)
            write_json(made / FILE, {**about, "hashes": hashes})
            for name, text in texts.items():
                (made / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise not_written(folder, error) from error
    return folder


def copy_adapter(brain: Learnt, target: Path) -> None:
    """The adapter's files, which say of the base what it is called, and not where it lies on this computer."""
    target.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        if (brain.adapter / name).is_file():
            shutil.copyfile(brain.adapter / name, target / name)
    config = target / FILES[0]
    told = json.loads(config.read_text(encoding="utf-8"))
    config.unlink()
    write_json(config, {**told, "base_model_name_or_path": base_name(brain)})


def base_name(brain: Learnt) -> str:
    """The card's id; of a base without a card what its folder is called, not where it is."""
    return Path(brain.base).name


def read_gift(folder: Path) -> Gift:
    """Look at a folder. Blocking: its weights are read to their end. Raises DataError with the first thing that is wrong."""
    if not (folder / FILE).is_file():
        raise _wrong(folder, t(f"没有 {FILE}", f"there is no {FILE}"))
    _refuse_strange(folder)
    value = _read(folder / FILE)
    adapter = folder / ADAPTER
    for name in FILES[:2]:
        if not (adapter / name).is_file():
            raise _wrong(folder, t(f"没有 {ADAPTER}/{name}", f"there is no {ADAPTER}/{name}"))
    config = _json(adapter / FILES[0])
    if config.get("peft_type") != "LORA" or config.get(
        "auto_mapping"
    ):  # the latter names code to be imported
        raise _wrong(folder, t("不是 LoRA 适配器", "its adapter is no LoRA"))
    _require_tensors(adapter / FILES[1])
    hashes = value["hashes"]
    if weights_sha256(adapter) != hashes.get("adapter"):
        raise _wrong(folder, t("适配器被改动过", "its adapter was changed"))
    lora = folder / LORA if (folder / LORA).is_file() else None
    if lora:
        if sum_of(folder / LORA) != hashes.get("lora"):
            raise _wrong(folder, t(f"{LORA} 被改动过", f"its {LORA} was changed"))
        if read_gguf_header(folder / LORA).text("general.type") != "adapter":
            raise _wrong(folder, t(f"{LORA} 不是适配器", f"its {LORA} is no adapter"))
    told = _json(adapter / FILES[2]) if (adapter / FILES[2]).is_file() else {}
    return Gift(
        folder, value["name"], value["base"], hashes, tuple(value["languages"]), value["marks"],
        lora, str(told.get("base_sha256", "")),
    )  # fmt: skip


def not_written(target: Path, error: OSError) -> DataError:
    """Why something is not given away."""
    if isinstance(error, FileExistsError):
        return DataError(
            t(f"{target} 已经存在。", f"{target} is there already."),
            t("换一个位置，或先把它移走。", "Choose another place, or move it away first."),
        )
    why = error.strerror or str(error)
    return DataError(
        t(f"{target} 写不了：{why}。", f"{target} cannot be written: {why}."),
        t("检查磁盘空间和权限。", "Check the disk's free space and its permissions."),
    )


def _refuse_strange(folder: Path) -> None:
    """Links lead out of the folder, pickles and programs run code, and some things are just too big."""
    total = 0
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if path.is_symlink():
            raise _wrong(folder, t(f"{name} 是链接", f"{name} is a link"))
        if path.suffix.lower() in _PICKLES:
            raise _wrong(
                folder,
                t(f"{name} 可能含有代码，只收 safetensors", f"{name} may hold code; safetensors only"),
            )
        if not path.is_file():
            continue
        size = path.stat().st_size
        total += size
        if path.suffix.lower() in (".json", ".md", ".toml") and size > MOST_TEXT:
            raise _wrong(folder, t(f"{name} 大得离谱", f"{name} is far too big"))
    if total > MOST:
        raise _wrong(folder, t("大得离谱", "it is far too big"))


def _require_tensors(path: Path) -> None:
    """The layout of a safetensors file: a length, as many bytes of JSON, and tensors that fill the rest exactly."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        size = path.stat().st_size
        try:
            header: Any = json.loads(file.read(length)) if 0 < length <= min(size - 8, MOST_TEXT) else None
            ends = [one["data_offsets"][1] for name, one in header.items() if name != "__metadata__"]
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            raise _wrong(
                path.parent.parent, t("适配器不是 safetensors", "its adapter is no safetensors")
            ) from error
    if not ends or 8 + length + max(ends) != size:
        raise _wrong(path.parent.parent, t("适配器不完整", "its adapter is not whole"))


def _read(path: Path) -> dict[str, Any]:
    """What a brain.json says, every value of its kind."""
    value = _json(path)
    if value.get("format") != FORMAT:
        raise _wrong(path.parent, t("不是给朋友的大脑文件夹", "it is no folder made for a friend"))
    kinds = {"name": str, "base": str, "hashes": dict, "languages": list, "marks": dict}
    wrong = [name for name, kind in kinds.items() if not isinstance(value.get(name), kind)]
    texts = [value.get("name"), value.get("base"), *(value.get("languages") or ())]
    sums = value["hashes"].values() if isinstance(value.get("hashes"), dict) else ()
    named = isinstance(value.get("base"), str) and _BARE.fullmatch(value["base"])
    if wrong or not named or not all(isinstance(one, str) and 0 < len(one) <= 200 for one in texts):
        raise _wrong(path.parent, t(f"{path.name} 不完整", f"{path.name} is not whole"))
    if not all(isinstance(one, str) and _SHA256.fullmatch(one) for one in sums):
        raise _wrong(path.parent, t(f"{path.name} 的校验和不对", f"the hashes in {path.name} are none"))
    return value


def _json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise _wrong(path.parent, t(f"{path.name} 读不了", f"{path.name} cannot be read")) from error


def _wrong(folder: Path, why: str) -> DataError:
    return DataError(
        t(f"不能收下 {folder.name}：{why}。", f"{folder.name} cannot be taken in: {why}."),
        t(
            "请对方用 `zishu brains export 名称 --form folder` 重新导出。",
            "Ask your friend for a new one: `zishu brains export NAME --form folder`.",
        ),
    )
