import ast
import functools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from zishu_app.core import prompts
from zishu_app.core.paths import RESOURCES, SHIPPED
from zishu_app.core.prompts import edition, prompt

FILES = {name: RESOURCES / "prompts" / f"{name}.toml" for name in ("zh", "en")}
PLACE = re.compile(r"\{([a-z_]+)\}")

#: calls that leave places open on purpose: file and prompt, and the reason
LEFT_OPEN = {("distill/distil.py", "distill.extract"): "only its length is asked"}


def texts(language: str) -> dict[str, str]:
    rooms = tomllib.loads(FILES[language].read_text(encoding="utf-8"))
    return {f"{room}.{key}": text for room, keys in rooms.items() for key, text in keys.items()}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A prompts file of the test instead of the shipped ones."""
    monkeypatch.setattr(prompts, "RESOURCES", tmp_path)
    (tmp_path / "prompts").mkdir()
    prompts._prompts.cache_clear()
    yield tmp_path / "prompts" / "en.toml"
    prompts._prompts.cache_clear()


@pytest.mark.parametrize("value", ["{b}", "{a}", "{", "}", "{{b}}", '{"json": [1]}', "\\1 %s", "", 7, None])
def test_values_are_put_in_literally(value: object, own: Path) -> None:
    own.write_text('[room]\nask = "<{a}|{b}>"\n')
    assert prompt("en", "room.ask", a=value, b="B") == f"<{value}|B>"


def test_braces_of_the_text_itself_stay(own: Path) -> None:
    own.write_text("""[room]\nask = '{"x": {a}, "y": {}} {{a}} } { {other}'\n""")
    assert prompt("en", "room.ask", a=1) == '{"x": 1, "y": {}} {1} } { {other}'


def test_a_place_may_come_twice(own: Path) -> None:
    own.write_text('[room]\nask = "{a}{a} and {a}"\n')
    assert prompt("en", "room.ask", a="x") == "xx and x"


def test_line_breaks_around_a_text_are_dropped(own: Path) -> None:
    own.write_text('[room]\nask = """\n\n  one\n\ntwo \n"""\n')
    assert prompt("en", "room.ask") == "  one\n\ntwo "


@pytest.mark.parametrize("name", ["room.none", "none.ask", "room", "ask", ""])
def test_an_unknown_prompt_is_a_bug(name: str, own: Path) -> None:
    own.write_text('[room]\nask = "x"\n')
    with pytest.raises(KeyError):
        prompt("en", name)


def test_a_value_without_a_place_is_a_bug(own: Path) -> None:
    own.write_text('[room]\nask = "{a}"\n')
    with pytest.raises(KeyError, match=r"room\.ask has no place for \['b'\]"):
        prompt("en", "room.ask", a=1, b=2)


def test_the_edition_changes_with_any_text_of_the_room_and_no_other(own: Path) -> None:
    def edition_of(text: str) -> str:
        own.write_text(text)
        prompts._prompts.cache_clear()
        return edition("en", "room")

    first = edition_of('[room]\na = "x"\nb = "y"\n[other]\nc = "z"\n')
    assert edition_of('[other]\nc = "changed"\n[room]\nb = "y"\na = "x"\n') == first
    others = [
        edition_of('[room]\na = "x"\nb = "Y"\n'),
        edition_of('[room]\na = "y"\nb = "x"\n'),
        edition_of('[room]\na = "x"\nc = "y"\n'),
        edition_of('[room]\na = "x"\n'),
    ]
    assert len({first, *others}) == 5
    assert re.fullmatch("[0-9a-f]{12}", first)


def test_both_languages_have_the_same_prompts_with_the_same_places() -> None:
    zh, en = (
        {name: sorted(PLACE.findall(text)) for name, text in texts(one).items()} for one in ("zh", "en")
    )
    assert zh == en


def test_each_file_is_written_in_its_language() -> None:
    chinese = re.compile("[\u4e00-\u9fff]")
    said = {name: text for name, text in texts("zh").items() if re.search(r"\w", PLACE.sub("", text))}
    assert [name for name, text in said.items() if not chinese.search(text)] == []
    assert [name for name, text in texts("en").items() if chinese.search(text)] == []


@functools.cache
def calls() -> list[tuple[str, str, set[str] | None]]:
    """Every call of `prompt` in the program: its file, a prompt it asks for, the places it fills.

    Where the name is not written in the call, it is one of those that the file names elsewhere. None: the
    values come out of a mapping (`**values`) and cannot be read here.
    """
    known, found = texts("en"), []
    for path in sorted((SHIPPED / "zishu_app").rglob("*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        asked = [
            node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "prompt"
        ]
        written = {node.args[1].value for node in asked if isinstance(node.args[1], ast.Constant)}
        elsewhere = {node.value for node in nodes if isinstance(node, ast.Constant)} & known.keys() - written
        for node in asked:
            means = {node.args[1].value} if isinstance(node.args[1], ast.Constant) else elsewhere
            filled = {keyword.arg for keyword in node.keywords}
            file = path.relative_to(SHIPPED / "zishu_app").as_posix()
            found += [(file, name, None if None in filled else filled) for name in means]
    return found


def test_every_call_fills_every_place() -> None:
    places = {name: set(PLACE.findall(text)) for name, text in texts("en").items()}
    wrong = [call for call in calls() if call[2] is not None and places[call[1]] != call[2]]
    assert [call for call in wrong if call[:2] not in LEFT_OPEN] == []
    assert {call[:2] for call in wrong} >= LEFT_OPEN.keys(), "an exception is no longer needed"


def test_every_prompt_is_used() -> None:
    assert texts("en").keys() - {name for _, name, _ in calls()} == set()
