"""How an error is told in the window: its command lines are places of the window there."""

import pytest

from zishu_app.core.errors import BrainMissing, DataError, KeyMissing, ModelRefused, ZishuError
from zishu_app.core.texts import set_language
from zishu_app.ui.errors import Told, told


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (
            KeyMissing("No key.", "Store it with `zishu keys set x`, or give --api-key."),
            "Store it in Settings › Models and keys.",
        ),
        (BrainMissing("No brain.", "  · a key: zishu keys set x"), "Her › Brain shows the ways out."),
        (
            DataError("Not here.", "Run `zishu models download qwen3-0.6b`."),
            "Download it in Settings › Models and keys.",
        ),
        (
            ModelRefused("No.", "Check the key: store it again with `zishu keys set x`; or it is of no use."),
            "Check the key: store it again with Settings › Models and keys; or it is of no use.",
        ),
        (
            ModelRefused("No.", "Check the name; `zishu models list` shows what is known."),
            "Check the name; Settings › Models and keys shows what is known.",
        ),
        (
            DataError("Not here.", "Run `zishu models download --base qwen3-0.6b`."),
            "Download it in Train › More bases.",
        ),
        (
            DataError("Gone.", "`zishu runs resume 2026-x` goes on from the last checkpoint."),
            "The Train page goes on from the last checkpoint.",
        ),
        (
            DataError("Changed.", "`zishu brains rollback` goes back to the one before."),
            "Her › Brain goes back to the one before.",
        ),
        (
            DataError("Missing.", "Run `zishu setup training`, or install it on the Train page."),
            "Install the training pack on the Train page.",
        ),
        (DataError("No.", "Choose another file."), "Choose another file."),
    ],
)
def test_command_lines_become_places_of_the_window(error: ZishuError, hint: str) -> None:
    assert told(error) == Told("bad", error.message, hint)


def test_so_they_do_in_chinese() -> None:
    set_language("zh")
    assert (
        told(KeyMissing("没有密钥。", "用 `zishu keys set x` 存入。")).hint == "在“设置 › 模型与密钥”里存入。"
    )
    assert told(DataError("", "运行 `zishu models download x`。")).hint == "在“设置 › 模型与密钥”里下载。"
    refused = ModelRefused("", "检查密钥：用 `zishu keys set x` 重新存入。")
    assert told(refused).hint == "检查密钥：用“设置 › 模型与密钥”重新存入。"
