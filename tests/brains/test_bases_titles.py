"""What bases are called by people."""

import pytest

from zishu_app.brains.bases_cards import SHIPPED_BASES
from zishu_app.brains.bases_titles import base_title


@pytest.mark.parametrize("base", sorted(file.stem for file in SHIPPED_BASES.glob("*.toml")))
def test_a_shipped_base_is_called_by_its_card(base: str) -> None:
    assert base_title(base) not in ("", base)


@pytest.mark.parametrize(
    ("base", "shown"),
    [("/models/My Qwen", "My Qwen"), ("my-own", "my-own"), ("../bases/qwen3-0.6b", "qwen3-0.6b"), ("", "")],
)
def test_one_without_a_card_is_called_as_its_folder(base: str, shown: str) -> None:
    assert base_title(base) == shown
