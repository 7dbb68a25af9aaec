"""Own scenarios by a form: checked by the rules for files, saved so that they come back, never over another."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.core.errors import DataError
from zishu_app.core.files import write_text
from zishu_app.core.paths import RESOURCES
from zishu_app.core.texts import Language, set_language
from zishu_app.dialogue.scenario_edit import as_toml, faults, remove, restore, save
from zishu_app.dialogue.scenario_file import KEYS, Source, check, name_fault, read_source
from zishu_app.dialogue.scenarios import Scenario, load_scenarios, own_files

GOOD: dict[str, Any] = {
    "name": "Sourdough",
    "description": "Bread that does not rise.",
    "user_prompt": "my bread is a brick, why?",
    "ai_role": "You are a baker.",
    "user_followups": ["what's a starter?", "how long?"],
}


def form(**changes: Any) -> dict[str, Any]:
    return GOOD | changes


def load(own: Path, language: Language = "en") -> list[Scenario]:
    found, bad = load_scenarios(language, RESOURCES / "scenarios", own)
    assert bad == []
    return found[10:]


def values_of(path: Path) -> dict[str, Any]:
    source = read_source(path)
    assert isinstance(source, Source)
    return source.values


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(
    lambda name: bool(name.strip()) and not name_fault(name)
)
#: above all what means something in TOML
MARKS = [
    '"',
    '"""',
    "\\",
    "\n",
    "\r\n",
    "\t",
    "'''",
    "#",
    "[",
    "]",
    "=",
    "{}",
    "u0041",
    " ",
    "\x00",
    "\x7f",
    "\u0085",
]
PIECES = st.one_of(st.sampled_from(MARKS), st.characters(exclude_categories=["Cs"]))
TEXTS = st.lists(PIECES, min_size=1, max_size=12).map("".join).filter(lambda text: bool(text.strip()))


@given(st.tuples(NAMES, TEXTS, TEXTS, TEXTS, st.lists(TEXTS, min_size=1, max_size=4)))
def test_any_texts_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, texts: tuple[Any, ...]
) -> None:
    values = dict(zip(KEYS, texts, strict=True))
    path = tmp_path_factory.mktemp("own") / "file.toml"
    write_text(path, as_toml(values, "zh"))
    assert values_of(path) == values | {"language": "zh"}
    source = read_source(path)
    assert isinstance(source, Source) and check(source) == []


@given(NAMES)
def test_any_name_that_may_be_saved_is_saved(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("own")
    path = save(form(name=name), "en", folder)
    assert path == folder / f"{name}.toml" and values_of(path)["name"] == name


def test_a_text_of_several_lines_stays_readable() -> None:
    text = as_toml(form(description='One\n\n"two"\n', ai_role='say "hi"'), "en")
    assert 'description = """\nOne\n\n"two"\n"""\n' in text and r'ai_role = "say \"hi\""' in text
    assert '  "what\'s a starter?",\n  "how long?",\n]' in text


def test_a_saved_scenario_is_there_in_its_language_whatever_it_is_written_in(tmp_path: Path) -> None:
    save(form(name="面包"), "en", tmp_path / "own")
    assert [item.name for item in load(tmp_path / "own")] == ["面包"]
    assert load(tmp_path / "own", "zh") == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a/b"}, "name"),
        ({"name": "con"}, "name"),
        ({"description": " \n"}, "description"),
        ({"user_prompt": 3}, "user_prompt"),
        ({"ai_role": "half \ud800"}, "ai_role"),
        ({"user_followups": []}, "user_followups"),
        ({"user_followups": ["a", " "]}, "user_followups"),
        ({"user_followups": "a"}, "user_followups"),
        ({"language": "fr"}, "language"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_fault_is_said_at_its_field_in_the_users_language_and_is_not_saved(
    tmp_path: Path, changes: dict[str, Any], field: str
) -> None:
    said = []
    for language in ("zh", "en"):
        set_language(language)
        found = faults(form(**changes))
        assert list(found) == [field]
        with pytest.raises(DataError, match="保存" if language == "zh" else "saved") as caught:
            save(form(**changes), "en", tmp_path)
        assert found[field] in caught.value.message and caught.value.hint
        said.append(found[field])
    assert said[0] != said[1] and list(tmp_path.iterdir()) == []


def test_a_form_that_is_just_begun_says_what_is_missing() -> None:
    assert faults(GOOD) == {} and list(faults({})) == list(KEYS)


def test_no_other_scenarios_file_is_written_over(tmp_path: Path) -> None:
    mine = tmp_path / "Sourdough.toml"
    mine.write_text(as_toml(form(name="Rye"), "en"))
    assert save(GOOD, "en", tmp_path) == tmp_path / "Sourdough_2.toml"
    assert save(form(name="Sourdough", description="x"), "zh", tmp_path) == tmp_path / "Sourdough_3.toml"
    assert values_of(mine)["name"] == "Rye"
    assert own_files("en", tmp_path) == {"Rye": mine, "Sourdough": tmp_path / "Sourdough_2.toml"}


def test_two_scenarios_cannot_have_one_name(tmp_path: Path) -> None:
    first = save(GOOD, "en", tmp_path)
    rye = save(form(name="Rye"), "en", tmp_path)
    for replacing in (None, rye):
        with pytest.raises(DataError) as caught:
            save(form(name="SOURDOUGH", description="mine"), "en", tmp_path, replacing)
        assert str(first) in caught.value.message and caught.value.hint
    assert values_of(first) == GOOD | {"language": "en"} and values_of(rye)["name"] == "Rye"


def test_a_shipped_name_may_be_taken(tmp_path: Path) -> None:
    save(form(name="Science Q&A"), "en", tmp_path)
    found, _ = load_scenarios("en", RESOURCES / "scenarios", tmp_path)
    assert (len(found), found[2].description) == (10, GOOD["description"])


@pytest.mark.parametrize("where", ["bread.toml", "en/bread.toml"])
def test_while_it_keeps_its_name_it_keeps_its_file(tmp_path: Path, where: str) -> None:
    path = tmp_path / where
    path.parent.mkdir(exist_ok=True)
    path.write_text(as_toml(GOOD, "en"))
    assert save(form(name="sourdough", description="New."), "en", tmp_path, path) == path
    assert [(item.slug, item.description) for item in load(tmp_path)] == [("bread", "New.")]


def test_with_another_name_it_gets_another_file(tmp_path: Path) -> None:
    first = save(GOOD, "en", tmp_path)
    second = save(form(name="Rye"), "en", tmp_path, first)
    assert (second, first.exists()) == (tmp_path / "Rye.toml", False)
    assert [item.name for item in load(tmp_path)] == ["Rye"]


def test_json_becomes_toml(tmp_path: Path) -> None:
    import json

    path = tmp_path / "bread.json"
    path.write_text(json.dumps(GOOD))
    assert save(form(ai_role="x"), "en", tmp_path, path) == tmp_path / "Sourdough.toml"
    assert not path.exists() and [item.ai_role for item in load(tmp_path)] == ["x"]


def test_with_another_language_it_leaves_the_folder_of_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "zh").mkdir()
    path = tmp_path / "zh" / "bread.toml"
    path.write_text(as_toml(GOOD, "zh"))
    assert save(GOOD, "en", tmp_path, path) == tmp_path / "Sourdough.toml"
    assert load(tmp_path, "zh") == [] and len(load(tmp_path)) == 1


def test_a_file_that_went_meanwhile_is_written_anew(tmp_path: Path) -> None:
    assert save(GOOD, "en", tmp_path, tmp_path / "bread.toml") == tmp_path / "Sourdough.toml"


def test_own_files_are_those_that_are_used(tmp_path: Path) -> None:
    assert own_files("en", None) == own_files("en", tmp_path / "nothing") == {}
    first = save(GOOD, "en", tmp_path)
    (tmp_path / "z.toml").write_text(as_toml(GOOD, "en"))
    (tmp_path / "broken.toml").write_text("name = ")
    assert own_files("en", tmp_path) == {"Sourdough": first} and own_files("zh", tmp_path) == {}


def test_what_was_thrown_away_comes_back(tmp_path: Path) -> None:
    own, trash = tmp_path / "own", tmp_path / "trash"
    gone = []
    for text in ("one", "two"):
        path = save(form(description=text), "en", own)
        gone.append(remove(path, trash))
    assert load(own) == [] and len(set(gone)) == 2 and sorted(trash.iterdir()) == sorted(gone)
    assert restore(gone[1], path) == path
    assert [item.description for item in load(own)] == ["two"]
    assert restore(gone[0], path) == own / "Sourdough_2.toml"  # the name was taken meanwhile
    assert values_of(path)["description"] == "two" and list(trash.iterdir()) == []


def test_what_is_not_there_cannot_be_moved(tmp_path: Path) -> None:
    for act in (
        lambda: remove(tmp_path / "a.toml", tmp_path / "trash"),
        lambda: restore(tmp_path / "x", tmp_path / "y"),
    ):
        with pytest.raises(DataError) as caught:
            act()
        assert "None" not in caught.value.message and caught.value.hint
    assert not (tmp_path / "y").exists()


def test_a_very_long_name_fits_into_the_trash(tmp_path: Path) -> None:
    path = tmp_path / ("面" * 83 + ".json")
    path.write_text("{}")
    assert remove(path, tmp_path / "trash").read_text() == "{}"


def test_a_disk_that_says_no_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError) as caught:
        save(GOOD, "en", tmp_path / "file" / "own")
    assert caught.value.hint
