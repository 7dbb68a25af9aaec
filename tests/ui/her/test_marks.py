"""What she wrote, as it is read: code and lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.ui.tabs.her.marks import marked


def code(text: str) -> list[str]:
    shown, spans = marked(text)
    return [shown[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    ("text", "shown", "codes"),
    [
        ("plain", "plain", []),
        ("- one\n* two\n  + three", "• one\n• two\n  • three", []),
        ("a-b - c", "a-b - c", []),
        ("# Head\ntext", "Head\ntext", []),
        ("**bold** and `x - y`", "bold and x - y", ["x - y"]),
        ("```python\na = 1\n\n- b\n```\nend", "a = 1\n\n- b\nend", ["a = 1", "- b"]),
        ("~~~\n`a`\n~~~", "`a`", ["`a`"]),
        ("```\nnever closed", "```\nnever closed", []),
        ("2 * 3 * 4 and a_b_c", "2 * 3 * 4 and a_b_c", []),
        ("", "", []),
    ],
)  # fmt: skip
def test_signs_go_and_code_is_marked(text: str, shown: str, codes: list[str]) -> None:
    assert marked(text)[0] == shown
    assert code(text) == codes


def test_lines_of_code_are_one_stretch() -> None:
    assert code("```\na\nb\n```") == ["a\nb"]


@given(st.text(st.sampled_from("ab `*-#~\n_"), max_size=60))
def test_spans_lie_within_the_text_and_do_not_cross(text: str) -> None:
    shown, spans = marked(text)
    last = 0
    for span in spans:
        assert last <= span.start < span.end <= len(shown)
        last = span.end
