"""Files go in: all that can be read, each sample once, and the rest is told."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.dataset.intake_files import NOW, all_of, taken, talks_of, write
from zishu_app.core.texts import set_language
from zishu_app.dataset import records
from zishu_app.dataset.intake import BATCH, FileOpened, LeftOut, Taken, TakenIn, take_in
from zishu_app.dataset.store import Samples


def dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def row(asked: str, answered: str = "好。", **more: object) -> str:
    messages = [{"role": "user", "content": asked}, {"role": "assistant", "content": answered}]
    return dump({"messages": messages} | more)


async def test_lines_go_in_and_bad_ones_are_told_with_their_line(samples: Samples, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [row("一？"), "", "{oops", dump({"text": "x"}), row("二？")])

    came = await taken(samples, path)

    assert came.numbers == (2, 0, 2)
    assert talks_of(samples) == [["一？", "好。"], ["二？", "好。"]]
    assert [(bad.path, bad.number, bad.line) for bad in came.bad] == [(path, 2, 3), (path, 3, 4)]
    assert f"{path}, line 3: not valid JSON (column 2" in came.bad[0].message
    assert came.bad[1].hint.startswith("Known are messages")
    assert [sample.created for sample in all_of(samples)] == [NOW, NOW]


async def test_in_chinese_too(samples: Samples, tmp_path: Path) -> None:
    set_language("zh")
    came = await taken(samples, write(tmp_path / "a.jsonl", ["{oops", row("一？")]), tmp_path / "没有")
    assert f"{tmp_path / 'a.jsonl'} 第 1 行：不是有效的 JSON（第 2 列" in came.bad[0].message
    assert came.bad_files[0].message == f"没有 {tmp_path / '没有'}。"


async def test_the_same_file_again_adds_nothing_and_says_so(samples: Samples, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [row("一？"), row("二？"), row("一？")])
    assert (await taken(samples, path)).numbers == (2, 1, 0)
    assert (await taken(samples, path)).numbers == (0, 3, 0)
    assert len(all_of(samples)) == 2


async def test_batches_are_commits_and_the_share_of_bytes_rises(samples: Samples, tmp_path: Path) -> None:
    first = write(tmp_path / "a.jsonl", [row(f"{n}？") for n in range(3 * BATCH + 7)])
    second = write(tmp_path / "b.jsonl", [row(f"{n}！") for n in range(5)])

    came = await taken(samples, first, second)

    steps = [event for event in came.events if isinstance(event, Taken)]
    assert [step.added for step in steps] == [BATCH, 2 * BATCH, 3 * BATCH, 3 * BATCH + 7, 3 * BATCH + 12]
    shares = [step.share for step in steps]
    assert shares == sorted(shares)
    assert 0 < shares[0] < 0.5
    assert shares[-1] == 1.0
    opened = [event for event in came.events if isinstance(event, FileOpened)]
    assert [(one.path, one.number, one.files) for one in opened] == [(first, 1, 2), (second, 2, 2)]
    assert came.end == TakenIn(3 * BATCH + 12, 0, 0, 2, 0, stopped=False)


async def test_a_stop_leaves_whole_batches_and_going_on_adds_the_rest(
    samples: Samples, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.jsonl", [row(f"{n}？") for n in range(2 * BATCH + 1)])
    stop = asyncio.Event()
    events = []
    async for event in take_in(samples, [path], NOW, stop):
        events.append(event)
        if isinstance(event, Taken):
            stop.set()

    assert events[-1] == TakenIn(BATCH, 0, 0, 1, 0, stopped=True)
    assert len(all_of(samples)) == BATCH
    assert (await taken(samples, path)).numbers == (BATCH + 1, BATCH, 0)


async def test_leaving_the_iterator_ends_the_reading(samples: Samples, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [row(f"{n}？") for n in range(2 * BATCH)])
    stream = take_in(samples, [path], NOW)
    async for event in stream:
        if isinstance(event, Taken):
            break
    await stream.aclose()  # type: ignore[attr-defined]
    assert len(all_of(samples)) == BATCH


async def test_a_folder_with_everything_in_it(samples: Samples, tmp_path: Path) -> None:
    folder = tmp_path / "数据"
    write(folder / "b" / "two.json", [dump([json.loads(row("二？"))])])
    write(folder / "a.jsonl", [row("一？")])
    write(folder / "c.csv", ["问题,答案", "三？,好。"])
    for name in ("notes.txt", ".hidden.jsonl", "dataset_info.json", ".git/x.json"):
        write(folder / name, ["no sample"])

    came = await taken(samples, folder, folder / "a.jsonl")

    assert (came.numbers, came.bad_files) == ((3, 0, 0), [])
    assert sorted(talk[0] for talk in talks_of(samples)) == ["一？", "三？", "二？"]


async def test_a_folder_without_anything_to_read_says_so(samples: Samples, tmp_path: Path) -> None:
    write(tmp_path / "empty" / "notes.txt", ["no sample"])
    came = await taken(samples, tmp_path / "empty")
    (bad,) = came.bad_files
    assert "no file in the folder" in bad.message
    assert ".jsonl" in bad.hint
    assert came.numbers == (0, 0, 0)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.jsonl", b"", "there is no sample in it"),
        ("empty.json", b"[]", "there is no sample in it"),
        ("broken.json", b'{"messages": [', "not valid JSON (line 1"),
        ("image.json", b"\x89PNG\0\0", "binary"),
        ("x.zip", b"PK\3\4", "it is an archive"),
        ("x.parquet", b"PAR1 not really", "cannot be read: Parquet magic bytes"),
        ("x.csv", b"when,where\n1,2\n", 'no heading in its first line is known ("when,where")'),
        ("x.csv", b"", "no heading in its first line is known"),
    ],
)
async def test_a_file_that_cannot_be_read_stops_no_other(
    samples: Samples, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    other = write(tmp_path / "other.jsonl", [row("一？")])

    came = await taken(samples, path, other)

    (bad,) = came.bad_files
    assert (bad.path, came.numbers) == (path, (1, 0, 0))
    assert said in bad.message
    assert bad.hint
    assert (came.end.files, came.end.bad_files) == (2, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv"])
async def test_encodings(samples: Samples, tmp_path: Path, encoding: str, name: str) -> None:
    lines = ["问题,答案", "什么是过拟合？,模型记住了噪声。"]
    if name != "a.csv":
        lines = [row("什么是过拟合？", "模型记住了噪声。")]
    await taken(samples, write(tmp_path / name, lines, encoding))
    assert talks_of(samples) == [["什么是过拟合？", "模型记住了噪声。"]]


@pytest.mark.parametrize("indent", [None, 2])
async def test_a_long_list_is_read_an_element_at_a_time(
    samples: Samples, tmp_path: Path, indent: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records._List, "BLOCK", 64)
    rows = [json.loads(row(f"{n}？", "好" * (n * 7 % 300))) for n in range(1, 60)]
    rows[5]["messages"][1]["content"] = 'a "quoted" \\ [text]} \u2028 😀'
    path = tmp_path / "a.json"
    path.write_text(json.dumps(rows, ensure_ascii=indent is None, indent=indent), encoding="utf-8")

    came = await taken(samples, path)

    assert came.numbers == (59, 0, 0)
    assert talks_of(samples) == [[one["content"] for one in each["messages"]] for each in rows]


async def test_where_a_list_breaks_off_what_came_before_is_kept(samples: Samples, tmp_path: Path) -> None:
    whole = json.dumps([json.loads(row(f"{n}？")) for n in range(5)], ensure_ascii=False, indent=1)
    path = tmp_path / "a.json"
    path.write_text(whole[: len(whole) // 2], encoding="utf-8")

    came = await taken(samples, path)

    assert came.numbers == (2, 0, 1)
    assert (came.bad[0].number, came.bad[0].line) == (3, None)
    assert "not valid JSON (line " in came.bad[0].message
    line = int(came.bad[0].message.partition("(line ")[2].partition(",")[0])
    assert line in (whole[: len(whole) // 2].count("\n"), whole[: len(whole) // 2].count("\n") + 1)


async def test_half_a_character_is_mended_in_a_list_too(samples: Samples, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[" + row("一？", "好XX").replace("XX", "\\ud83d") + "]", encoding="utf-8")
    await taken(samples, path)
    assert talks_of(samples) == [["一？", "好\ufffd"]]


async def test_a_bare_list_of_messages_is_one_sample(samples: Samples, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(dump(json.loads(row("一？"))["messages"]), encoding="utf-8")
    assert (await taken(samples, path)).numbers == (1, 0, 0)


SILLY: list[dict[str, Any]] = [
    {"user_name": "小明", "character_name": "紫舒", "create_date": "2026", "chat_metadata": {"note": 1}},
    {"name": "紫舒", "is_user": False, "mes": "你来啦"},
    {"name": "小明", "is_user": True, "mes": "嗯"},
    {"name": "紫舒", "is_user": False, "mes": "坐", "swipes": ["坐", "站", "走"]},
]


async def test_a_file_of_sillytavern_is_one_sample(samples: Samples, tmp_path: Path) -> None:
    path = write(tmp_path / "紫舒.jsonl", [*map(dump, SILLY[:2]), "{oops", *map(dump, SILLY[2:])])

    came = await taken(samples, path)

    assert came.numbers == (1, 0, 1)
    assert came.bad[0].line == 3
    assert talks_of(samples) == [["你来啦", "嗯", "坐"]]
    (left,) = [event for event in came.events if isinstance(event, LeftOut)]
    assert left.message == "Left out: other versions of messages 2."


async def test_without_its_first_line_it_is_still_a_chat(samples: Samples, tmp_path: Path) -> None:
    await taken(samples, write(tmp_path / "a.jsonl", map_dump(SILLY[1:])))
    assert talks_of(samples) == [["你来啦", "嗯", "坐"]]


def map_dump(values: list[dict[str, Any]]) -> list[str]:
    return [dump(value) for value in values]


async def test_what_chats_leave_out_is_told_once_a_file(samples: Samples, tmp_path: Path) -> None:
    set_language("zh")
    node = {"author": {"role": "tool"}, "content": {"content_type": "text", "parts": ["x"]}}
    mapping: dict[str, Any] = {"a": {"message": node, "parent": None}}
    for key, parent, role in (("b", "a", "user"), ("c", "b", "assistant")):
        content = {"content_type": "text", "parts": ["你好"]}
        mapping[key] = {"message": {"author": {"role": role}, "content": content}, "parent": parent}
    path = tmp_path / "conversations.json"
    chats = [{"title": f"聊天{n}", "mapping": mapping, "current_node": "c"} for n in range(2)]
    path.write_text(dump(chats), encoding="utf-8")

    came = await taken(samples, path)

    assert came.numbers == (1, 1, 0)
    assert [event.message for event in came.events if isinstance(event, LeftOut)] == [
        "没有读入：工具调用与结果 2。"
    ]
