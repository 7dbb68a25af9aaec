"""A brain is put on its shelf: adapter, GGUF and what is known of it, in a folder that is whole or not there."""

import shutil
from dataclasses import replace
from pathlib import Path

from zishu_app.brains.learnt import ADAPTER, LORA, Learnt, free_name, hash_of, id_for, keep
from zishu_app.core.errors import DataError
from zishu_app.core.files import new_folder
from zishu_app.core.texts import t
from zishu_app.core.weights import weights_sha256

#: of an adapter; whatever else lies beside them stays behind
FILES = ("adapter_config.json", "adapter_model.safetensors", "zishu.json")


def shelve(brain: Learnt, adapter: Path, lora: Path | None) -> Learnt:
    """A new brain like `brain`, whose name decides about its folder in that of `brain.folder`. Blocking.

    Raises DataError: the adapter is not whole, or the disk does not take it.
    """
    brains = brain.folder.parent
    lacking = [name for name in FILES[:2] if not (adapter / name).is_file()]
    if lacking:
        raise DataError(
            t(f"{adapter} 里没有 {lacking[0]}。", f"There is no {lacking[0]} in {adapter}."),
            t("需要 PEFT 格式的适配器。", "It has to be an adapter in the form of PEFT."),
        )
    try:
        brains.mkdir(parents=True, exist_ok=True)
        brain = replace(brain, name=free_name(brains, brain.name))
        folder = brains / id_for(brains, brain.name, brain.created)
        with new_folder(folder, read_only=False) as made:
            _copy(adapter, made / ADAPTER)
            hashes = {**brain.hashes, "adapter": weights_sha256(made / ADAPTER)}
            if lora is not None:
                shutil.copyfile(lora, made / LORA)
                hashes["lora"] = hash_of(made / LORA)
            if brain.base_gguf:
                hashes["base_gguf"] = hash_of(Path(brain.base_gguf))
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
