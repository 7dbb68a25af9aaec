"""What one says of oneself, told of one."""

import pytest

from zishu_app.memory.noticing.third import third_person


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("I take my coffee black", "The user takes their coffee black"),
        ("I'm leaving for Oslo", "The user is leaving for Oslo"),
        ("I've got a dog", "The user has got a dog"),
        ("I'll call my mother", "The user will call their mother"),
        ("I have two kids", "The user has two kids"),
        ("I don't eat meat", "The user does not eat meat"),
        ("my locker is number 42", "The user's locker is number 42"),
        ("call me Ben", "Call the user Ben"),
        ("I always carry my keys", "The user always carries their keys"),
        ("I moved and I sold my car", "The user moved and they sold their car"),
        ("the key is under the mat.", "The key is under the mat"),
        ("I can swim", "The user can swim"),
        ("I watch birds", "The user watches birds"),
    ],
)
def test_english(said: str, told: str) -> None:
    assert third_person(said, "en") == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("我喜欢猫", "用户喜欢猫"),
        ("我的车牌尾号是88。", "用户的车牌尾号是88"),
        ("我们周末去爬山", "我们周末去爬山"),
        ("自我介绍", "自我介绍"),
    ],
)
def test_chinese(said: str, told: str) -> None:
    assert third_person(said, "zh") == told
