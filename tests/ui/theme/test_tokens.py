"""The numbers of the look keep their promise: what is written can be read, and nothing is coloured beside them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest

from tests.house.source import PROGRAM, name_of, nodes
from zishu_app.ui.tabs.make.told import STATE_TONES
from zishu_app.ui.theme.sheet import written
from zishu_app.ui.theme.tokens import DAY, NIGHT, Tokens
from zishu_app.ui.told import RUN_TONES

UI = PROGRAM / "ui"
THEME = UI / "theme"
LOOKS = pytest.mark.parametrize("worn", [DAY, NIGHT], ids=["day", "night"])

GROUNDS = "paper sunken surface raised"
CHOSEN = "wash wash_strong"
TOLD = "good_wash warn_wash bad_wash"

#: text -> the grounds it stands on somewhere: WCAG AA asks for 4.5 : 1
TEXTS = {
    "ink": f"{GROUNDS} {CHOSEN} {TOLD} user assistant lit",
    # hints in banners, names over messages, second lines of rows that are chosen, a primary button at rest
    "soft": f"{GROUNDS} {CHOSEN} {TOLD} user assistant lit",
    # links, chips, states of rows, "Assistant" over a message, the topic of a lit statement, laps of chunks
    "violet_ink": f"{GROUNDS} {CHOSEN} assistant lit",
    "on_violet": "violet violet_hover violet_press",
    # chips, and states of rows that are hovered and chosen
    "good": f"{GROUNDS} {CHOSEN} good_wash",
    "warn": f"{GROUNDS} {CHOSEN} warn_wash",
    "bad": f"{GROUNDS} {CHOSEN} bad_wash",
    "mistake": "user lit",
    "shift": "shift_wash",
    "on_sought": "sought",
}
#: what is large, a sign, an outline, or only beside something else: 3 : 1
SIGNS = {
    "faint": f"{GROUNDS} {CHOSEN}",
    "outline": GROUNDS,
    "violet": f"{GROUNDS} {CHOSEN} assistant",
}


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1, the same, to 21, black on white."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def too_faint(worn: Tokens) -> list[str]:
    """Pairs of which the upper one cannot be read on the lower one."""
    return [
        f"{text} on {ground}: {found:.2f}"
        for pairs, least in ((TEXTS, 4.5), (SIGNS, 3.0))
        for text, grounds in pairs.items()
        for ground in grounds.split()
        if (found := contrast(getattr(worn, text), getattr(worn, ground))) < least
    ]


@LOOKS
def test_everything_can_be_read_where_it_stands(worn: Tokens) -> None:
    assert too_faint(worn) == []


def test_a_text_that_is_too_faint_would_be_found() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert too_faint(replace(DAY, soft="#8A8A8A"))


def test_every_colour_of_the_look_is_measured_or_is_none_to_be_read() -> None:
    measured = {
        name for pairs in (TEXTS, SIGNS) for text, on in pairs.items() for name in (text, *on.split())
    }
    assert {one.name for one in fields(Tokens)} - measured == {"dark", "line", "shadow"}


@LOOKS
def test_colours_are_written_in_one_way(worn: Tokens) -> None:
    """As Qt and style sheets both read them: `#RRGGBB`, or `#AARRGGBB` for the shadow."""
    for one in fields(Tokens):
        value = getattr(worn, one.name)
        assert one.name == "dark" or re.fullmatch("#[0-9A-F]{6}|#[0-9A-F]{8}", value), one.name


def modules() -> list[Path]:
    return [path for path in sorted(UI.rglob("*.py")) if THEME not in path.parents]


def literal_colours(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Colours that are written down instead of being taken from the look: line and text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            # "#" alone stands in texts too; an eighth digit is the transparency
            if found := re.search(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b", node.value):
                yield node.lineno, found[0]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("QColor", "QColor.fromRgb")):
            if node.args and all(isinstance(one, ast.Constant) for one in node.args):
                yield node.lineno, ast.unparse(node)
        elif isinstance(node, ast.Attribute) and re.search(
            r"GlobalColor\.(?!transparent$)", ast.unparse(node)
        ):
            yield node.lineno, ast.unparse(node)


def test_no_colour_stands_beside_the_look() -> None:
    found = [
        f"{name_of(path)}:{line}: {colour}"
        for path in modules()
        for line, colour in literal_colours(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line", ['x = "#A1b2C3"', 'f"color: #fff; {x}"', 'QColor("red")', "QColor(1, 2, 3)", "Qt.GlobalColor.red"]
)
def test_a_literal_colour_would_be_found(line: str) -> None:
    assert list(literal_colours(ast.parse(line)))


#: who gives a widget its kind, and where it stands among the arguments
GIVERS = {"label": 0, "set_kind": 1, "Elided": 0}


def kinds_given(path: Path) -> Iterator[str]:
    """Every kind that a module gives to a widget with a word that stands there."""
    for call in nodes(path, ast.Call):
        name = ast.unparse(call.func).rpartition(".")[2]
        given: list[ast.expr] = [one.value for one in call.keywords if one.arg == "kind"]
        if name in GIVERS:
            given += call.args[GIVERS[name] : GIVERS[name] + 1]
        elif name == "setProperty" and ast.unparse(call.args[0]) == "'kind'":
            given += call.args[1:]
        for one in given:
            parts = [one.body, one.orelse] if isinstance(one, ast.IfExp) else [one]
            yield from (part.value for part in parts if isinstance(part, ast.Constant) and part.value)


def test_the_sheet_knows_every_kind(tmp_path: Path) -> None:
    given = {kind for path in modules() for kind in kinds_given(path)}
    known = set(re.findall(r'\[kind="([a-z]+)"\]', written(DAY, tmp_path)))
    assert len(given) > 20, "this looks in the right places"
    assert given - known == set()


def test_tones_of_chips_and_banners_are_known(tmp_path: Path) -> None:
    sheet = written(NIGHT, tmp_path)
    own = set(re.findall(r'QLabel\[kind="chip"\]\[tone="([a-z]+)"\]', sheet))
    # violet is how a chip looks of itself
    assert {*RUN_TONES.values(), *STATE_TONES.values()} - own == {"violet"}
    assert set(re.findall(r'kind="banner"\]\[tone="([a-z]+)"\]', sheet)) == {"info", "good", "warn", "bad"}


def test_the_pictures_of_the_sheet_are_there(tmp_path: Path) -> None:
    pictures = re.findall(r"url\(([^)]+)\)", written(NIGHT, tmp_path))
    assert len(pictures) >= 4
    assert all(Path(one).is_file() for one in pictures)
    assert NIGHT.soft in Path(pictures[0]).read_text(encoding="utf-8")
