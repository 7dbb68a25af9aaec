"""What the user reads is said in both languages, side by side, where it is said."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import CJK, LETTERS, modules, name_of, nodes
from zishu_app.core import errors

ERRORS = {
    name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)
}

#: calls of `t` whose two texts are put together before: file and first text, and the reason
PUT_TOGETHER = {
    ("zishu_app/brains/cards.py", "self.zh"): "both texts come out of a model's card",
    ("zishu_app/dialogue/stall.py", "'，'.join(parts) + '。'"): "the parts were said with t before",
}

#: errors with a plain text: file and text, and the reason
PLAIN: dict[tuple[str, str], str] = {}


def calls(path: Path, names: set[str]) -> Iterator[ast.Call]:
    return (
        node for node in nodes(path, ast.Call) if isinstance(node.func, ast.Name) and node.func.id in names
    )


def literal(node: ast.expr) -> str | None:
    """The fixed part of a text written in place, or None."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        fixed = [part.value for part in node.values if isinstance(part, ast.Constant)]
        return "".join(str(part) for part in fixed)
    return None


def said(node: ast.expr) -> str | None:
    """As `literal`; a counted noun is English written in place too."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "counted":
        return literal(node.args[1])
    return literal(node)


def fault_of(call: ast.Call) -> str | None:
    """What is wrong with a call of `t`."""
    if len(call.args) != 2 or call.keywords:
        return "takes the two texts and nothing else"
    zh, en = said(call.args[0]), said(call.args[1])
    if zh is None or en is None:
        return "the texts are to be written in place"
    if LETTERS.search(zh) and not CJK.search(zh):
        return "the first text is Chinese"
    if CJK.search(en):
        return "the second text is English"
    return None


def plain_of(call: ast.Call) -> str | None:
    """A text of an error that speaks one language only."""
    given = [
        *call.args[:2],
        *(keyword.value for keyword in call.keywords if keyword.arg in ("message", "hint")),
    ]
    texts = [text for node in given if (text := literal(node)) and (LETTERS.search(text) or CJK.search(text))]
    return texts[0] if texts else None


def test_every_text_is_written_in_both_languages() -> None:
    wrong = [
        (name_of(path), call.lineno, fault, ast.unparse(call.args[0]) if call.args else "")
        for path in modules()
        for call in calls(path, {"t"})
        if (fault := fault_of(call))
    ]
    assert [one for one in wrong if (one[0], one[3]) not in PUT_TOGETHER] == []
    assert PUT_TOGETHER.keys() <= {(one[0], one[3]) for one in wrong}, "an exception is no longer needed"


def test_no_error_speaks_one_language_only() -> None:
    found = {
        (name_of(path), plain): call.lineno
        for path in modules()
        for call in calls(path, ERRORS)
        if (plain := plain_of(call))
    }
    assert {where: line for where, line in found.items() if where not in PLAIN} == {}
    assert PLAIN.keys() <= found.keys(), "an exception is no longer needed"


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("t('好', 'fine')", None),
        ("t(f'{n} 个', f'{n} of them')", None),
        ("t('12.5 %', '12.5 %')", None),
        ("t('每个' '都好', 'all are ' 'fine')", None),
        ("t(f'{n} 轮', counted(n, 'round'))", None),
        ("t('好')", "takes the two texts and nothing else"),
        ("t(zh, 'fine')", "the texts are to be written in place"),
        ("t('好' + x, 'fine')", "the texts are to be written in place"),
        ("t('fine', 'fine')", "the first text is Chinese"),
        ("t('好', '好 fine')", "the second text is English"),
        ("t('好', 'fine：')", "the second text is English"),
    ],
)
def test_the_rule_itself(source: str, fault: str | None) -> None:
    call = ast.parse(source, mode="eval").body
    assert isinstance(call, ast.Call)
    assert fault_of(call) == fault


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("DataError('broken', 'mend it')", "broken"),
        ("DataError(t('坏', 'broken'), 'mend it')", "mend it"),
        ("DataError(t('坏', 'broken'), hint=f'mend {x}')", "mend "),
        ("DataError(t('坏', 'broken'), '')", None),
        ("DataError(text, f'{x}: {y}')", None),
    ],
)
def test_plain_texts_are_found(source: str, plain: str | None) -> None:
    call = ast.parse(source, mode="eval").body
    assert isinstance(call, ast.Call)
    assert plain_of(call) == plain
