"""Others read a frozen version: the reader of Hugging Face, as trainers use it, and our own importer."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.dataset.ice import draft, family, freeze_in_one, keys, messages, rows
from tests.house.source import ROOT
from zishu_app.dataset.find import ids_of
from zishu_app.dataset.frozen import Frozen
from zishu_app.dataset.intake import take_in
from zishu_app.dataset.sample import message
from zishu_app.dataset.store import get_many, open_samples
from zishu_app.dataset.wanted import Filter

#: in a process of its own: the library settles on its folders when it is imported
READER = """
import json, sys
from datasets import load_dataset
folder, config = sys.argv[1], sys.argv[2]
data = load_dataset(folder, config) if config else load_dataset(folder)
print(json.dumps({
    split: {"columns": part.column_names, "rows": len(part), "messages": [row.get("messages") for row in part],
            "first": part[0], "keys": part["key"][:]}
    for split, part in data.items()
}))
"""


def load(version: Frozen, cache: Path, config: str = "") -> dict[str, Any]:
    """What `datasets.load_dataset` makes of the folder, without a network."""
    offline = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HOME": str(cache)}
    ended = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", READER, str(version.folder), config],
        cwd=ROOT,
        env=os.environ | offline,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


def test_datasets_reads_the_folder(tmp_path: Path) -> None:
    """Samples of every shape of provenance, with tags and unlearnt messages only in late rows."""
    odd = (message("system", "x"), message("user", "问"), message("assistant", "答", loss=False, tags=["错"]))
    fixes = [draft(900 + n, kind="correction", provenance={"rejected": "不好"}) for n in range(20)]
    drafts = [one for n in range(40) for one in family(n)] + [
        draft(800, messages=odd, tags=("口语",)),
        *fixes,
    ]
    version = freeze_in_one(tmp_path, drafts)
    read = load(version, tmp_path / "cache")
    assert set(read) == {"train", "test"}
    ours = rows(version)
    for name, split in (("train", "train"), ("test", "eval")):
        assert read[name]["keys"] == [row["key"] for row in ours[split]]
        assert read[name]["messages"] == [row["messages"] for row in ours[split]]
        assert read[name]["columns"] == ["messages", "key", "kind", "language", "title", "scenario", "zishu"]
    pairs = load(version, tmp_path / "cache", "preferences")
    assert set(pairs) == {"train"} and {"prompt", "chosen", "rejected"} <= set(pairs["train"]["columns"])
    assert set(pairs["train"]["keys"]) == {one.key for one in fixes} & keys(version)["train"]


def test_without_an_evaluation_there_is_one_split(tmp_path: Path) -> None:
    version = freeze_in_one(tmp_path, [draft(n) for n in range(3)], eval_share=0)
    assert set(load(version, tmp_path / "cache")) == {"train"}


def test_taken_in_elsewhere_they_are_the_same_samples(tmp_path: Path) -> None:
    odd = (message("user", "问"), message("assistant", "答", loss=False, tags=["错"]), *messages(5))
    drafts = [*family(1), *family(2), draft(800, messages=odd, tags=("口语",), scenario="电影")]
    version = freeze_in_one(tmp_path, drafts, eval_share=0)
    other = open_samples(tmp_path / "other.sqlite")

    async def take() -> None:
        async for _ in take_in(other, [version.folder / "train.jsonl"], 1):
            pass

    asyncio.run(take())
    with other.reading() as connection:
        came = get_many(connection, ids_of(connection, Filter()))
    other.close()
    ours = {one.key: one for one in drafts}
    assert {one.key for one in came} == set(ours)
    for one in came:
        mine = ours[one.key]
        assert (one.messages, one.kind, one.title, one.scenario, set(one.tags), one.provenance) == (
            (mine.messages, mine.kind, mine.title, mine.scenario, set(mine.tags), mine.provenance)
        )
