"""Tables: CSV with any headings and separators, Parquet with any of these columns."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from tests.dataset.intake_files import all_of, taken, talks_of, write
from zishu_app.core.texts import set_language
from zishu_app.dataset import tables
from zishu_app.dataset.sample import message
from zishu_app.dataset.store import Samples

MESSAGES = [{"role": "user", "content": "一？"}, {"role": "assistant", "content": "好。"}]


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("instruction,input,output", "一？,,好。"),
        ("prompt;completion", "一？;好。"),
        ("Prompt\tResponse", "一？\t好。"),
        ("question|answer|source", "一？|好。|网"),
        ("问题，答案", "一？，好。"),
        ("id,User,Assistant", "7,一？,好。"),
        ("messages", '"' + json.dumps(MESSAGES, ensure_ascii=False).replace('"', '""') + '"'),
    ],
)
async def test_headings_and_separators(samples: Samples, tmp_path: Path, head: str, line: str) -> None:
    came = await taken(samples, write(tmp_path / "表.csv", [head, line]))
    assert (came.bad, came.bad_files) == ([], [])
    assert talks_of(samples) == [["一？", "好。"]]


async def test_commas_in_prose_do_not_make_columns(samples: Samples, tmp_path: Path) -> None:
    await taken(samples, write(tmp_path / "a.csv", ["prompt\tresponse", "well, what, now?\tyes, no, both"]))
    assert talks_of(samples) == [["well, what, now?", "yes, no, both"]]


async def test_other_columns_go_along(samples: Samples, tmp_path: Path) -> None:
    await taken(samples, write(tmp_path / "a.csv", ["prompt,response,topic,empty", "a?,b,数学,"]))
    (sample,) = all_of(samples)
    assert sample.provenance == {
        "file": "a.csv", "number": 1, "line": 2, "format": "prompt", "topic": "数学",
    }  # fmt: skip


async def test_bad_rows_are_told_with_the_line_they_begin_in(samples: Samples, tmp_path: Path) -> None:
    rows = ["prompt,response", '"two\nlines?",ok', "a?,b,c", "", "c?,", 'd?,"x"y', "e?,f"]

    came = await taken(samples, write(tmp_path / "a.csv", rows))

    assert talks_of(samples) == [["two\nlines?", "ok"], ["e?", "f"]]
    assert [(bad.number, bad.line) for bad in came.bad] == [(2, 4), (3, 6), (4, 7)]
    assert "it has 3 cells under 2 headings" in came.bad[0].message
    assert "its form is not known (keys: prompt)" in came.bad[1].message
    assert "not valid CSV" in came.bad[2].message


async def test_a_quotation_mark_that_nobody_closes(
    samples: Samples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_language("zh")
    monkeypatch.setattr(tables, "CELL", 100)
    rows = ["问题,答案", '"一？,好。', *(f"{n}？,好。" for n in range(40))]

    came = await taken(samples, write(tmp_path / "a.csv", rows))

    assert (came.bad[0].number, came.bad[0].line) == (1, 2)
    assert "不是有效的 CSV" in came.bad[0].message
    assert "引号" in came.bad[0].hint
    assert came.end.added > 20


async def test_a_long_talk_in_a_cell(samples: Samples, tmp_path: Path) -> None:
    long = "好" * 200_000
    assert (await taken(samples, write(tmp_path / "a.csv", ["prompt,response", f"a?,{long}"]))).numbers == (
        1,
        0,
        0,
    )


def parquet(path: Path, rows: list[dict[str, Any]]) -> Path:
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    return path


@pytest.mark.parametrize(
    "row",
    [
        {"messages": MESSAGES},
        {"messages": json.dumps(MESSAGES)},
        {"conversations": [{"from": "human", "value": "一？"}, {"from": "gpt", "value": "好。"}]},
        {"instruction": "一？", "input": "", "output": "好。", "history": []},
        {"prompt": "一？", "response": "好。"},
        {"Question": "一？", "Answer": "好。"},
    ],
)
async def test_parquet_with_any_of_these_columns(
    samples: Samples, tmp_path: Path, row: dict[str, Any]
) -> None:
    came = await taken(samples, parquet(tmp_path / "a.parquet", [row]))
    assert (came.bad, came.bad_files) == ([], [])
    assert talks_of(samples) == [["一？", "好。"]]


async def test_values_of_parquet_that_json_has_not(samples: Samples, tmp_path: Path) -> None:
    row = {
        "prompt": "a?",
        "response": "b",
        "when": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        "score": float("nan"),
        "blob": b"\xff",
    }
    await taken(samples, parquet(tmp_path / "a.parquet", [row, {"prompt": "c?"}]))
    (sample,) = all_of(samples)
    assert sample.messages == (message("user", "a?"), message("assistant", "b"))
    assert sample.provenance["when"].startswith("2026-01-02 03:04")
    assert sample.provenance.keys().isdisjoint({"score", "blob"})


async def test_rows_of_parquet_are_numbered(samples: Samples, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"prompt": f"{n}?", "response": "b" if n != 300 else None} for n in range(450)
    ]
    came = await taken(samples, parquet(tmp_path / "a.parquet", rows))
    assert came.numbers == (449, 0, 1)
    assert (came.bad[0].number, came.bad[0].line) == (301, None)
    assert "item 301" in came.bad[0].message
