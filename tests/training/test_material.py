"""What is learnt: out of a file, divided for good, with general talks and what was learnt before."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Told
from zishu_app.core.errors import DataError
from zishu_app.training.general import Answered, answer_own, ended, questions, read_own, wanted_general
from zishu_app.training.material import (
    keep_own_words,
    mix_in,
    read_material,
    read_written,
    repeat,
    replay,
    write_material,
)
from zishu_app.training.preflight import Counted, Seen, of_material, patience_for
from zishu_app.training.recipe import derive
from zishu_app.training.shape import Shape


def row(question: str, answer: str = "Yes.", kind: str = "correction") -> dict[str, Any]:
    messages = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return {"messages": messages, "kind": kind}


def file(tmp_path: Path, rows: list[Any], name: str = "talks.jsonl") -> str:
    path = tmp_path / name
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows), encoding="utf-8")
    return str(path)


def test_a_file_is_divided_by_what_is_said_and_never_otherwise(tmp_path: Path) -> None:
    rows = [row(f"Question {number}?") for number in range(200)]
    one = read_material(file(tmp_path, rows), tmp_path, 0.1, 42)
    other = read_material(file(tmp_path, rows[::-1], "again.jsonl"), tmp_path, 0.1, 42)
    assert len(one.train) + len(one.evaluation) == 200 and 5 < len(one.evaluation) < 40
    assert {str(each) for each in one.evaluation} == {str(each) for each in other.evaluation}


def test_where_all_would_be_held_out_nothing_is(tmp_path: Path) -> None:
    material = read_material(file(tmp_path, [row("A?")]), tmp_path, 1.0, 1)
    assert (len(material.train), material.evaluation) == (1, ())


@pytest.mark.parametrize(
    ("bad", "told_as"),
    [
        ({}, 'no "messages"'),
        ({"messages": []}, 'no "messages"'),
        ({"messages": [{"role": "king", "content": "x"}]}, "is not {role, content}"),
        ({"messages": [{"role": "user", "content": "x"}]}, "no answer to learn from"),
        ({"messages": [{"role": "assistant", "content": "x", "loss": False}]}, "no answer to learn from"),
        ([1], 'no "messages"'),
    ],
)
def test_a_wrong_line_is_told_with_its_number(tmp_path: Path, bad: object, told_as: str, told: Told) -> None:
    text = told(DataError, lambda: read_material(file(tmp_path, [row("A?"), bad]), tmp_path, 0.0, 1))
    assert "line 2" in text and told_as in text


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"{", b"{}\n{"])
def test_a_file_that_is_none_is_told(tmp_path: Path, content: bytes, told: Told) -> None:
    (tmp_path / "x.jsonl").write_bytes(content)
    assert "x.jsonl" in told(DataError, lambda: read_material(str(tmp_path / "x.jsonl"), tmp_path, 0.1, 1))


def test_what_is_neither_version_nor_file_is_told(tmp_path: Path, told: Told) -> None:
    assert "no version" in told(DataError, lambda: read_material("v1", tmp_path, 0.1, 1))
    assert "There is no file" in told(DataError, lambda: read_material("a/v1.jsonl", tmp_path, 0.1, 1))


def test_general_talks_make_their_share(tmp_path: Path) -> None:
    material = read_material(file(tmp_path, [row(f"{n}?") for n in range(80)]), tmp_path, 0.0, 1)
    general = [row(f"General {n}?", kind="general") for n in range(100)]
    mixed = mix_in(material, general, 0.2, 7)
    assert (len(mixed.train), mixed.general) == (100, 20)
    assert mix_in(material, general, 0.2, 7) == mixed
    assert mix_in(material, general[:3], 0.2, 7).general == 3


def liked(question: str, brain: str) -> dict[str, Any]:
    extras = json.dumps({"provenance": {"turn": [1, 2], "brain": brain}})
    return {**row(question, kind="dialogue"), "zishu": extras}


def test_at_general_talks_and_at_what_she_said_well_she_stays_as_she_is(tmp_path: Path) -> None:
    rows = [row("A?"), liked("B?", "builtin/x"), liked("C?", "deepseek/y"), row("D?", kind="dialogue")]
    material = keep_own_words(read_material(file(tmp_path, rows), tmp_path, 0.0, 1), "builtin/x")
    assert [one.get("kept") for one in material.train] == [None, True, None, None]
    mixed = mix_in(material, [row("General?", kind="general")], 0.2, 1)
    assert mixed.train[-1]["kept"] is True
    assert keep_own_words(material, "").train == material.train


def test_what_is_about_her_comes_more_often(tmp_path: Path) -> None:
    material = read_material(file(tmp_path, [row("A?"), row("B?", kind="dialogue")]), tmp_path, 0.0, 1)
    asked = [one["messages"][0]["content"] for one in repeat(material, 3).train]
    assert sorted(asked) == ["A?", "A?", "A?", "B?"]
    assert repeat(material, 1) == material


@pytest.mark.parametrize("extras", ["{", "[]", "null", '{"provenance": 3}', 7, None])
def test_extras_that_are_none_do_no_harm(tmp_path: Path, extras: object) -> None:
    one = {**row("A?", kind="dialogue"), "zishu": extras}
    material = read_material(file(tmp_path, [one]), tmp_path, 0.0, 1)
    assert keep_own_words(material, "x") == material


def test_what_was_learnt_before_is_mixed_in_but_not_twice(tmp_path: Path) -> None:
    material = read_material(file(tmp_path, [row(f"{n}?") for n in range(8)]), tmp_path, 0.0, 1)
    earlier = [row(f"{n}?") for n in range(4)] + [row(f"Old {n}?") for n in range(50)]
    mixed = replay(material, earlier, 0.2, 1)
    assert mixed.replayed == 2
    assert all(one["messages"][0]["content"].startswith("Old") for one in mixed.train[8:])


def test_what_is_missing_of_general_talks() -> None:
    about_her = [row(f"{n}?") for n in range(40)]
    assert wanted_general(about_her, 0.2) == 10
    assert wanted_general([*about_her, *(row(f"{n}!", kind="dialogue") for n in range(10))], 0.2) == 0
    assert wanted_general([row(f"{n}!", kind="dialogue") for n in range(40)], 0.2) == 10, (
        "all of it was chosen"
    )
    assert wanted_general(about_her, 0.0) == 0


def test_it_is_written_and_read_back(tmp_path: Path) -> None:
    material = read_material(file(tmp_path, [row(f"{n}？") for n in range(20)]), tmp_path, 0.3, 1)
    write_material(tmp_path / "run", material)
    train, evaluation = read_written(tmp_path / "run")
    assert (tuple(train), tuple(evaluation)) == (material.train, material.evaluation)


async def test_the_base_answers_each_question_once(tmp_path: Path) -> None:
    asked: list[str] = []

    async def ask(text: str) -> str:
        asked.append(text)
        return "" if len(asked) == 2 else f"About: {text}"

    for _ in range(2):
        ending = [one async for one in answer_own(tmp_path, ["en"], 5, ask)][-1]
    assert isinstance(ending, Answered)
    assert len(ending.rows) == 5 and read_own(tmp_path) == list(ending.rows)
    assert len(asked) == 6, "an empty answer teaches nothing; the second time only what was missing"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_there_are_enough_questions_and_none_twice(language: str) -> None:
    found = questions(language)  # type: ignore[arg-type]
    assert len(found) >= 60 and len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("One. Two thirds, 3.5 of it", "One."),
        ("一句。两句！三", "一句。两句！"),
        ("Really? Yes.", "Really? Yes."),
        ("no end at all", ""),
        ("", ""),
    ],
)
def test_what_was_cut_off_ends_with_its_last_whole_sentence(cut: str, whole: str) -> None:
    assert ended(cut) == whole


def test_what_she_said_well_is_not_held_out_and_too_little_of_the_rest_stops_nothing(tmp_path: Path) -> None:
    rows = [row(f"{n}?") for n in range(30)] + [liked(f"{n}!", "builtin/x") for n in range(30)]
    plain = read_material(file(tmp_path, rows), tmp_path, 0.5, 3)
    material = keep_own_words(plain, "builtin/x")
    assert material.evaluation and all(one["kind"] == "correction" for one in material.evaluation)
    assert material.own_words == len(plain.evaluation) - len(material.evaluation) > 0
    assert patience_for(material, derive("tiny")).patience == derive("tiny").patience
    few = replace(material, evaluation=material.evaluation[:3])
    count = Counted(30, 900, 300, 40, 0, 0)
    shape = Shape.__new__(Shape)  # not looked at
    *_, last = of_material(Seen(shape, [count], (), 3, material.own_words), derive("tiny"))
    assert "Only 3 samples held out" in last.what and str(material.own_words) in last.hint
    assert patience_for(few, derive("tiny")).patience == 0
