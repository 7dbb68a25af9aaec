"""The labelled set of checked.toml: how much of what is wrong the checks find, and how often they cry wolf."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.dataset.spoken import sample
from zishu_app.dataset.checking.findings import CHECKS, Limits
from zishu_app.dataset.checking.words import told
from zishu_app.dataset.checks import findings_of

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "checked.toml").read_text(encoding="utf-8")
)["case"]
EXACT = [case for case in CASES if not case.get("missed")]
#: which check each kind of finding belongs to, as far as the set knows it
CHECK_OF = {
    **dict.fromkeys(
        ["mobile", "landline", "phone", "id_card", "bank_card", "email", "address", "key"], "private"
    ),
    **dict.fromkeys(["loop", "sentence", "same_answer"], "repeats"),
    **dict.fromkeys(["comma", "colon", "word", "sentence_open", "code", "thought"], "unfinished"),
    **dict.fromkeys(["twice", "assistant_first", "no_answer", "empty", "system_late"], "roles"),
    **dict.fromkeys(["answered_zh", "answered_en", "answered_other"], "language"),
    **dict.fromkeys(["reads_zh", "reads_en", "reads_other"], "language"),
    "refusal": "refusal",
    "short": "short",
}


def found_in(case: dict[str, Any]) -> list[str]:
    """What the checks find in a case."""
    made = sample(*case["said"], roles=case.get("roles"), language=case.get("language", "zh"))
    return [one.what for one in findings_of(made, Limits(shortest=case.get("shortest", 2)))]


@pytest.mark.parametrize("case", EXACT, ids=lambda case: case["said"][-1][:24])
def test_what_is_wrong_is_found_and_nothing_else(case: dict[str, Any]) -> None:
    assert sorted(set(found_in(case))) == sorted(set(case["found"]))


def test_few_false_alarms_and_few_misses() -> None:
    """Over the whole set, what is known to be missed included."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for case in CASES:
        wanted = {CHECK_OF[what] for what in case["found"]}
        found = {CHECK_OF[what] for what in found_in(case)}
        right.update(wanted & found)
        wrong.update(found - wanted)
        missed.update(wanted - found)
    assert len(CASES) >= 190 and sum(not case["found"] for case in CASES) >= 80
    assert {check for check in CHECKS if right[check] / (right[check] + wrong[check] or 1) < 0.97} == {"long"}
    assert {check for check in CHECKS if right[check] / (right[check] + missed[check] or 1) < 0.85} == {
        "long"
    }
    assert sum(right.values()) / (sum(right.values()) + sum(missed.values())) > 0.92


@pytest.mark.parametrize("case", EXACT, ids=lambda case: case["said"][-1][:24])
def test_places_lie_in_their_messages_and_have_words(case: dict[str, Any]) -> None:
    made = sample(*case["said"], roles=case.get("roles"), language=case.get("language", "zh"))
    for one in findings_of(made, Limits()):
        assert told(one)
        if one.message is None:
            assert (one.start, one.end) == (0, 0)
        else:
            content = made.messages[one.message].content
            assert 0 <= one.start <= one.end <= len(content)
            assert one.start < one.end or not content


def test_what_is_private_is_lit_up_and_no_more() -> None:
    texts = {
        "打我手机 13918273645，晚上八点以后都在。": "13918273645",
        "收件人李娜，电话１８６７３５２９０４１": "１８６７３５２９０４１",
        "寄到浙江省杭州市西湖区文三路268号3栋2单元501室，收件人是我妈妈。": "浙江省杭州市西湖区文三路268号3栋2单元501室",
        "我住在北京市朝阳区望京西路48号，离地铁站近。": "北京市朝阳区望京西路48号",
        "Please deliver it to 4827 Willow Creek Drive, Apt 12B, Austin, TX 78745.": (
            "4827 Willow Creek Drive, Apt 12B, Austin, TX 78745"
        ),
        "简历发到 linxiaoyu1994@qq.com。": "linxiaoyu1994@qq.com",
    }
    for text, private in texts.items():
        (one,) = (one for one in findings_of(sample("请问？", text), Limits()) if one.check == "private")
        assert text[one.start : one.end] == private
