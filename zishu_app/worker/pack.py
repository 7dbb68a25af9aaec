"""The training pack: torch and its company, in a folder of their own, found by whatever of the worker needs them."""

import json
import sys

from zishu_app.core.errors import PackMissing
from zishu_app.core.paths import TRAINING_PACK
from zishu_app.core.texts import t


def use() -> None:
    """From now on its packages are found, before those of the environment. Raises PackMissing."""
    if not (TRAINING_PACK / "torch").is_dir() or _is_foreign():
        raise PackMissing(
            t("训练组件还没有装。", "The training pack is not installed."),
            t(
                "运行 `zishu setup training`，或在“训练”页里安装。",
                "Run `zishu setup training`, or install it on the Train page.",
            ),
        )
    if str(TRAINING_PACK) not in sys.path:
        sys.path.insert(0, str(TRAINING_PACK))


def _is_foreign() -> bool:
    """Was it made for another Python? Then nothing compiled in it can be loaded. See brains/pack_install for the note."""
    try:
        note = json.loads((TRAINING_PACK / "zishu-pack.json").read_text(encoding="utf-8"))
        made_for = note["python"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return bool(made_for != f"{sys.version_info.major}.{sys.version_info.minor}")
