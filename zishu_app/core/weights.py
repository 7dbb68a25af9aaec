"""Whether two folders hold the same weights: what was learnt on one base is of no use on another."""

import hashlib
from pathlib import Path

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t


def weights_sha256(folder: Path) -> str:
    """Of the one safetensors file in the folder; of several, of their names and their sums. Raises DataError."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise DataError(
            t(f"{folder} 里没有 safetensors 权重。", f"There are no safetensors weights in {folder}."),
            t("重新下载或转换这个基础模型。", "Download or convert the base again."),
        )
    sums = [(one.name, sum_of(one)) for one in files]
    if len(sums) == 1:
        return sums[0][1]
    return hashlib.sha256("".join(f"{name} {one}\n" for name, one in sums).encode()).hexdigest()


def sum_of(path: Path) -> str:
    """sha256 of a file; read again only when it has changed since."""
    state = path.stat()
    key = (str(path), state.st_size, state.st_mtime_ns)
    if key not in _SUMS:
        with path.open("rb") as file:
            _SUMS[key] = hashlib.file_digest(file, "sha256").hexdigest()
    return _SUMS[key]


_SUMS: dict[tuple[str, int, int], str] = {}
