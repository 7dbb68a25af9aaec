"""The form: whatever a model wraps it in, it is read; and what we write can be read again."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zishu_app.core.texts import Language
from zishu_app.distill.form import Form, Kind, Statement, form_from_dict, read_form, schema, write_form

ZH = """对话主题：过拟合怎么办

核心问题：
- 什么是过拟合 [0]
- 数据太少怎么办 [2, 4]

关键观点：
- 早停有用 [3]

重要结论：
- 先加数据，再加正则 [5-7]
"""
EN = """Conversation Topic: what to do about overfitting

Core Questions:
- what is overfitting [0]
- what if there is little data [2, 4]

Key Insights:
- early stopping helps [3]

Important Conclusions:
- more data first, then regularise [5-7]
"""


def lines(form: Form | None) -> list[list[tuple[str, tuple[int, ...]]]]:
    assert form is not None
    return [[(line.text, line.messages) for line in section] for section in form.sections]


NUMBERS = [[(0,), (2, 4)], [(3,)], [(5, 6, 7)]]

CITED = st.lists(st.integers(0, 300), max_size=4).map(lambda found: tuple(sorted(set(found))))
WORDS = st.sampled_from(
    ["早停有用", "the model, at last", "第3章：3.14 很近", "a: b", "（1990）年出生的人", "use [x] here", "完"]
)
LINE = st.builds(Statement, WORDS, CITED)
FORMS = st.sampled_from(["part", "final"]).flatmap(
    lambda kind: st.builds(
        lambda topic, *sections: Form(kind, topic, tuple(map(tuple, sections))),
        WORDS,
        *[st.lists(LINE, max_size=3, unique_by=lambda line: line.text)] * (3 if kind == "part" else 2),
    ).filter(lambda form: any(form.sections))
)


@settings(deadline=None)
@given(FORMS, st.sampled_from(["zh", "en"]))
def test_what_is_written_is_read_again(form: Form, language: Language) -> None:
    assert read_form(form.kind, write_form(form, language, cite=True), language) == form
    shown = read_form(form.kind, write_form(form, language), language)
    assert [[text for text, _ in section] for section in lines(shown)] == [
        [line.text for line in section] for section in form.sections
    ]
    assert form_from_dict(form.kind, json.loads(json.dumps(form.as_dict()))) == form


def test_it_is_written_as_the_seeds_do() -> None:
    part = Form("part", "主题", ((Statement("问", (1,)),), (Statement("点"),), ()))
    assert (
        write_form(part, "zh")
        == "对话主题：主题\n\n核心问题：\n- 问\n\n关键观点：\n- 点\n\n重要结论：\n- （无）"
    )
    final = Form("final", "topic", ((Statement("one"), Statement("two")), (Statement("so", (3, 4)),)))
    assert write_form(final, "en", cite=True) == (
        "Overall Conversation Topic: topic\n\nMain Issues Discussed:\n1. one\n2. two\n\n"
        "Core Insights and Conclusions:\n- so [3,4]"
    )


def _markdown(text: str) -> str:
    heads = (
        "对话主题",
        "核心问题",
        "关键观点",
        "重要结论",
        "Conversation Topic",
        "Core Questions",
        "Key Insights",
    )
    for head in (*heads, "Important Conclusions"):
        text = text.replace(
            head, f"## **{head}**" if head in ("核心问题", "Core Questions") else f"**{head}**"
        )
    return text.replace("- ", "* ")


@pytest.mark.parametrize(("text", "language"), [(ZH, "zh"), (EN, "en"), (EN, "zh"), (ZH, "en")])
@pytest.mark.parametrize(
    "wrap",
    [
        str,
        _markdown,
        lambda text: text.replace("[", "【").replace("]", "】").replace(", ", "，").replace("-7", "–7"),
        lambda text: text.replace("[", "（").replace("]", "）").replace("：", ":"),
        lambda text: "好的，这是提炼结果。\n\n" + text + "\n\n希望有帮助！",
        lambda text: text.replace("- ", "1. "),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(" [", " [#").replace("]", "]。"),
        lambda text: text.upper() if "Core" in text else text,
    ],
    ids=["plain", "Markdown", "full-width", "round", "talkative", "numbered", "Windows", "hashed", "loud"],
)
def test_whatever_a_model_wraps_it_in(text: str, language: Language, wrap: object) -> None:
    form = read_form("part", wrap(text), language)  # type: ignore[operator]
    assert [[messages for _, messages in section] for section in lines(form)] == NUMBERS
    assert all(
        "[" not in said and "【" not in said and "（" not in said for s in lines(form) for said, _ in s
    )


@pytest.mark.parametrize("fence", ["{}", "```json\n{}\n```", "```\n{}\n```", "  {}\n"])
def test_json_is_read(fence: str) -> None:
    value = {
        "topic": " t ",
        "core_questions": [{"text": "q [4]", "messages": [3, 1, 1]}],
        "key_insights": ["a plain line [2]"],
        "important_conclusions": [{"text": "c", "messages": None}, {"text": " "}, {"no": "text"}, 5],
        "more": 1,
    }
    form = read_form("part", fence.replace("{}", json.dumps(value)), "en")
    assert form is not None and form.topic == "t"
    assert lines(form) == [[("q", (1, 3, 4))], [("a plain line", (2,))], [("c", ())]]


@pytest.mark.parametrize("messages", [3, "3,4", {"a": 1}, [True, 2.0, "x", None, -1, 10**40], [[1]]])
def test_json_with_odd_numbers_is_read_all_the_same(messages: object) -> None:
    value = {"topic": "t", "key_insights": [{"text": "k", "messages": messages}]}
    form = read_form("part", json.dumps(value), "en")
    assert form is not None and lines(form)[1][0][0] == "k"
    assert all(0 <= number < 10**6 for _, numbers in lines(form)[1] for number in numbers)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "   \n",
        "Sorry, I cannot do that.",
        "对话主题：只有主题",
        "核心问题：\n- 没有主题 [1]",
        "{",
        "{}",
        "[]",
        '{"topic": "t"}',
        '{"topic": "", "key_insights": ["a"]}',
        '{"topic": 5, "key_insights": ["a"]}',
        '{"a":' * 50_000,
        "对话主题：t\n核心问题：\n没有列表号的一行",
        "对话主题：t\n\n核心问题：\n- （无）\n\n关键观点：\n- (none)",
    ],
    ids=range(14),
)
def test_what_is_not_in_the_form_is_none(reply: str) -> None:
    assert read_form("part", reply, "zh") is None


@pytest.mark.parametrize(
    ("line", "text", "numbers"),
    [
        ("- a [3-6]", "a", (3, 4, 5, 6)),
        ("- a [3–4, 9]", "a", (3, 4, 9)),
        ("- a [6-3]", "a", (3, 6)),
        ("- a [1-900]", "a", (1, 900)),  # no range of messages that one line rests on
        ("- a [1] [2]", "a", (1, 2)),
        ("- a [1].", "a", (1,)),
        ("- he was born in (1990)", "he was born in (1990)", ()),
        ("- see [1] for a", "see [1] for a", ()),
        ("- 3.5 is more than 3 [2]", "3.5 is more than 3", (2,)),
        ("- **bold** words [2]", "bold words", (2,)),
        ("- a [" + "9" * 5000 + "]", "a [" + "9" * 5000 + "]", ()),
        ("• a [1]", "a", (1,)),
    ],
)
def test_numbers_are_taken_out_of_a_line(line: str, text: str, numbers: tuple[int, ...]) -> None:
    form = read_form("part", f"Conversation Topic: t\nKey Insights:\n{line}", "en")
    assert lines(form)[1] == [(text, numbers)]


def test_a_section_on_the_line_of_its_heading_is_read() -> None:
    form = read_form("part", "对话主题：t\n核心问题：怎么办 [1]\n关键观点：\n- 早停 [2]\n- （无）", "zh")
    assert lines(form) == [[("怎么办", (1,))], [("早停", (2,))], []]


@pytest.mark.parametrize("kind", ["part", "final"])
@pytest.mark.parametrize("tokens", [100, 700, 2000])
@pytest.mark.parametrize("density", [0.25, 0.7, 2.2])
def test_the_schema_allows_what_is_read_and_bounds_its_length(
    kind: Kind, tokens: int, density: float
) -> None:
    wanted = schema(kind, tokens, 40, density)
    value = {
        name: "t" if name == "topic" else [{"text": "a", "messages": [1]}] for name in wanted["required"]
    }
    assert form_from_dict(kind, value) is not None
    assert set(wanted["required"]) == set(wanted["properties"])
    assert all(2 <= part["maxItems"] <= 12 for name, part in wanted["properties"].items() if name != "topic")


@pytest.mark.parametrize("kind", ["part", "final"])
@pytest.mark.parametrize("density", [0.25, 0.7, 2.2])
def test_the_longest_answer_fits(kind: Kind, density: float) -> None:
    """With a script the model does not know, too: a line that runs on would be cut within the JSON."""
    wanted = schema(kind, 1024, 40, density)["properties"]
    sections = [part for name, part in wanted.items() if name != "topic"]
    letters = wanted["topic"]["maxLength"] + sum(
        part["maxItems"] * part["items"]["properties"]["text"]["maxLength"] for part in sections
    )
    assert letters * density + 30 * sum(part["maxItems"] for part in sections) <= 1.1 * 1024
