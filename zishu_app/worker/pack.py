"""The training pack: torch and its company, in a folder of their own, found by whatever of the worker needs them."""

import sys

from zishu_app.core.errors import PackMissing
from zishu_app.core.paths import TRAINING_PACK
from zishu_app.core.texts import t


def use() -> None:
    """From now on its packages are found, before those of the environment. Raises PackMissing."""
    if not (TRAINING_PACK / "torch").is_dir():
        raise PackMissing(
            t("训练组件还没有装。", "The training pack is not installed."),
            t(
                "运行 `zishu setup training`，或在“训练”页里安装。",
                "Run `zishu setup training`, or install it on the Train page.",
            ),
        )
    if str(TRAINING_PACK) not in sys.path:
        sys.path.insert(0, str(TRAINING_PACK))
