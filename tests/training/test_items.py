"""Files of exam items: read with clear words about mistakes, written so that they read back the same."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.core.errors import DataError
from zishu_app.core.texts import set_language
from zishu_app.training.item_file import as_toml, faults_in, item_faults, load_sets, read_set, write_set
from zishu_app.training.items import Item, ItemSet, Rule, choose, twice

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(
    lambda text: text.strip() != ""
)
TEXTS = st.lists(TEXT, min_size=1, max_size=3).map(tuple)
RULE = st.builds(
    Rule,
    contains_any=TEXTS,
    contains_none=st.one_of(st.just(()), TEXTS),
    starts_with=st.one_of(st.just(()), TEXTS),
    regex=st.sampled_from(["", "^7[。.]?$", '(?s)"a"\\s.+\\\\']),
    max_words=st.integers(0, 500),
    language=st.sampled_from(["", "zh", "en"]),
)
LIKELY = st.builds(
    lambda id_, ability, prompt, answers, system: Item(
        id_, ability, prompt, answers[0], tuple(answers[1:]), None, system
    ),
    TEXT,
    TEXT,
    TEXT,
    st.lists(TEXT, min_size=2, max_size=4, unique_by=str.strip),
    st.booleans(),
)
RULED = st.builds(
    lambda id_, ability, prompt, rule: Item(id_, ability, prompt, rule=rule), TEXT, TEXT, TEXT, RULE
)
SETS = st.builds(
    ItemSet,
    TEXT,
    st.sampled_from(["zh", "en"]),
    st.sampled_from(["guard", "persona"]),
    st.lists(st.one_of(LIKELY, RULED), max_size=4, unique_by=lambda one: one.id).map(tuple),
    st.dictionaries(st.sampled_from(["zh", "en"]), TEXT),
)

ONE = Item("a-1", "numbers", "What is one and one?", "two", ("three",))


@given(SETS)
def test_what_is_written_reads_back_the_same(tmp_path_factory: pytest.TempPathFactory, one: ItemSet) -> None:
    path = tmp_path_factory.getbasetemp() / "own.toml"
    written = write_set(one, path)
    assert read_set(path) == written
    assert as_toml(written) == as_toml(one)


def _faults(*items: dict[str, object], **more: object) -> str:
    head = {"format": 1, "name": "mine", "language": "en", "kind": "guard"}
    return " ".join(faults_in(head | {"items": list(items)} | more))


def test_a_good_table_has_no_faults() -> None:
    assert _faults(ONE.as_dict()) == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"prompt": " "}, "'prompt' is empty"),
        ({"wrong": []}, "1 to 3 wrong answers"),
        ({"wrong": ["a", "b", "c", "d"]}, "1 to 3 wrong answers"),
        ({"wrong": ["two "]}, "two of its answers are the same"),
        ({"rule": {"max_words": 1}}, "either 'rule' or 'right'"),
        ({"hint": "x"}, "unknown key 'hint'; known: id,"),
        ({"system": "yes"}, "must be true or false"),
        ({"right": 2}, "'right' must be text"),
    ],
)
def test_a_mistake_in_an_item_is_told_with_the_item(change: dict[str, object], said: str) -> None:
    found = _faults(ONE.as_dict() | change)
    assert "item 1 (a-1): " in found
    assert said in found


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({}, "must ask for something"),
        ({"regex": "("}, "no regular expression"),
        ({"regex": "a" * 301}, "no regular expression"),
        ({"max_words": True}, "whole number above 0"),
        ({"language": "fr"}, "must be one of zh, en"),
        ({"contains_any": "yes"}, "must be a list of texts"),
        ({"contains": ["yes"]}, "unknown key 'contains'"),
        ("short", "must ask for something"),
    ],
)
def test_a_mistake_in_a_rule_is_told(rule: object, said: str) -> None:
    assert said in " ".join(item_faults({"id": "a", "ability": "b", "prompt": "c", "rule": rule}))


def test_mistakes_of_the_whole_file_are_told() -> None:
    assert "The id 'a-1' is used twice." in _faults(ONE.as_dict(), ONE.as_dict())
    assert "'kind' must be one of guard, persona." in _faults(ONE.as_dict(), kind="exam")
    assert "'note' must be written" in _faults(ONE.as_dict(), note={"fr": "x"})
    assert "item 2: it must be a table" in _faults(ONE.as_dict(), "x")  # type: ignore[arg-type]
    assert "There are no items" in " ".join(faults_in({}))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"name = ", b'format = 1\nname = "x"\n'])
def test_a_file_that_is_no_set_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    with pytest.raises(DataError, match="mine.toml") as caught:
        read_set(path)
    assert str(path) in caught.value.hint
    with pytest.raises(DataError, match="gone.toml"):
        read_set(tmp_path / "gone.toml")


def test_own_sets_stand_beside_the_shipped_ones_or_take_their_place(tmp_path: Path) -> None:
    shipped = load_sets(tmp_path / "none")
    own = ItemSet("mine", "en", "persona", (ONE,))
    write_set(own, tmp_path / "mine.toml")
    write_set(own, tmp_path / "persona.en.toml")
    write_set(ItemSet("mine", "en", "persona", ()), tmp_path / "mine.toml")
    sets = load_sets(tmp_path)
    assert [one.slug for one in sets if one.own] == ["persona.en", "mine"]
    assert len(sets) == len(shipped) + 1
    assert {one.slug for one in choose(sets, ["mine"])} == {"mine", "persona.en"}
    assert {one.language for one in choose(sets, ["zh"])} == {"zh"}
    assert {one.slug for one in choose(sets, ["GUARD", "mine"])} >= {"knowledge.en", "mine"}
    assert choose(sets, []) == sets
    with pytest.raises(DataError, match="knowlege.en") as caught:
        choose(sets, ["knowlege.en"])
    assert "knowledge.en" in caught.value.hint


def test_two_sets_may_not_share_an_id(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_set(ItemSet(name, "en", "guard", (ONE,)), tmp_path / f"{name}.toml")
    with pytest.raises(DataError, match="one: a-1, two: a-1"):
        load_sets(tmp_path)


def test_a_set_with_faults_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="two of its answers"):
        write_set(ItemSet("x", "en", "guard", (Item("a", "b", "c", "d", ("d",)),)), tmp_path / "x.toml")
    assert not list(tmp_path.iterdir())


def test_words_about_a_set_fall_back_to_the_other_language() -> None:
    set_language("zh")
    assert ItemSet("x", "en", "guard", (), {"en": "only English"}).told() == "only English"
    assert ItemSet("x", "en", "guard", (), {"en": "English", "zh": "中文"}).told() == "中文"
    assert ItemSet("x", "en", "guard", ()).told() == ""


def test_ids_that_repeat_are_found() -> None:
    one = ItemSet("x", "en", "guard", (ONE,))
    assert twice([one]) == []
    assert twice([one, one]) == ["a-1"]
