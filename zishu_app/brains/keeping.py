"""A brain is put on its shelf: adapter, GGUF and what is known of it, in a folder that is whole or not there."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from zishu_app.brains.learnt import ADAPTER, LORA, MODEL, Learnt, free_name, id_for, keep
from zishu_app.core.errors import DataError
from zishu_app.core.files import new_folder
from zishu_app.core.texts import t
from zishu_app.core.weights import sum_of, weights_sha256

#: of an adapter; whatever else lies beside them stays behind
FILES = ("adapter_config.json", "adapter_model.safetensors", "zishu.json")


def shelve(brain: Learnt, adapter: Path, lora: Path | None) -> Learnt:
    """A new brain like `brain`, whose name decides about its folder in that of `brain.folder`. Blocking.

    Raises DataError: the adapter is not whole, or the disk does not take it.
    """
    lacking = [name for name in FILES[:2] if not (adapter / name).is_file()]
    if lacking:
        raise DataError(
            t(f"{adapter} 里没有 {lacking[0]}。", f"There is no {lacking[0]} in {adapter}."),
            t("需要 PEFT 格式的适配器。", "It has to be an adapter in the form of PEFT."),
        )

    def fill(made: Path) -> dict[str, str]:
        _copy(adapter, made / ADAPTER)
        hashes = {"adapter": weights_sha256(made / ADAPTER)}
        if lora is not None:
            shutil.copyfile(lora, made / LORA)
            hashes["lora"] = sum_of(made / LORA)
        if brain.base_gguf:
            hashes["base_gguf"] = sum_of(Path(brain.base_gguf))
        return hashes

    return _shelved(brain, fill)


def shelve_model(brain: Learnt, model: Path) -> Learnt:
    """Likewise of a model all of whose parameters were trained: it is her brain by itself. Blocking. Raises DataError."""

    def fill(made: Path) -> dict[str, str]:
        shutil.copytree(model, made / MODEL)
        return {MODEL: weights_sha256(made / MODEL)}

    return _shelved(brain, fill)


def _shelved(brain: Learnt, fill: Callable[[Path], Mapping[str, str]]) -> Learnt:
    """`fill` puts into its folder what she speaks with, and tells the hashes."""
    brains = brain.folder.parent
    try:
        brains.mkdir(parents=True, exist_ok=True)
        brain = replace(brain, name=free_name(brains, brain.name))
        folder = brains / id_for(brains, brain.name, brain.created)
        with new_folder(folder, read_only=False) as made:
            hashes = {**brain.hashes, **fill(made)}
            keep(replace(brain, folder=made), hashes=hashes)
        return replace(brain, id=folder.name, folder=folder, hashes=hashes)
    except OSError as error:
        why = error.strerror or str(error)
        raise DataError(
            t(f"大脑写不进 {brains}：{why}。", f"The brain cannot be written to {brains}: {why}."),
            t("检查磁盘空间和权限。", "Check the disk's free space and its permissions."),
        ) from error


def _copy(adapter: Path, target: Path) -> None:
    target.mkdir()
    for name in FILES:
        if (adapter / name).is_file():
            shutil.copyfile(adapter / name, target / name)
