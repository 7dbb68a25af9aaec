"""What goes out comes back the same, in every form; and the programs the forms are for read them."""

import asyncio
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dataset.intake_files import all_of, taken
from zishu_app.dataset.drafts import drafts_of
from zishu_app.dataset.export import Exported, export
from zishu_app.dataset.find import Filter
from zishu_app.dataset.forms import FORMS, Form, misfit, record_of
from zishu_app.dataset.rows import row_of
from zishu_app.dataset.sample import KINDS, LANGUAGES, Draft, Sample, SampleMessage, fingerprint, message
from zishu_app.dataset.store import Samples, add, as_text, open_samples
from zishu_app.dataset.talks import Place

ENDINGS: dict[Form, str] = {"openai": "jsonl", "sharegpt": "json", "alpaca": "json", "parquet": "parquet"}
ALL = Filter(verdicts=("pending", "accepted", "rejected", "removed"))

#: characters that go wrong somewhere: separators of lines, quotation marks, half-width and astral ones
TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("\r\n\t\0\u2028\u2029\x85\ufeff\"'\\{}[],;你好，。😀"),
    ),
    max_size=12,
)
SAID = TEXT.filter(lambda text: bool(text.strip()))
TAGS = st.lists(SAID.map(str.strip), max_size=2, unique=True).map(sorted).map(tuple)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)


@st.composite
def rounds(draw: st.DrawFn) -> tuple[SampleMessage, ...]:
    """A system message or none, then questions and answers in turns."""
    system = draw(st.none() | TEXT)
    messages = [] if system is None else [message("system", system, tags=draw(TAGS))]
    for _ in range(draw(st.integers(1, 3))):
        messages.append(message("user", draw(SAID), tags=draw(TAGS)))
        messages.append(message("assistant", draw(SAID), loss=draw(st.booleans()), tags=draw(TAGS)))
    return tuple(messages)


@st.composite
def anything(draw: st.DrawFn) -> tuple[SampleMessage, ...]:
    """Messages in any order, with a question and an answer somewhere in it."""
    roles = draw(
        st.permutations(
            [
                "user",
                "assistant",
                *draw(st.lists(st.sampled_from(["system", "user", "assistant"]), max_size=3)),
            ]
        )
    )
    return tuple(message(role, draw(SAID), loss=draw(st.booleans()), tags=draw(TAGS)) for role in roles)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    messages = draw(st.one_of(rounds(), anything()))
    provenance = draw(st.dictionaries(TEXT, JSON, max_size=3))
    kind = draw(st.sampled_from(KINDS))
    if kind == "correction":
        provenance["rejected"] = draw(TEXT)
    return Draft(
        key=fingerprint(draw(st.integers())),
        kind=kind,
        language=draw(st.sampled_from(LANGUAGES)),
        title=draw(TEXT),
        messages=messages,
        scenario=draw(TEXT),
        tags=draw(TAGS),
        provenance=provenance,
        verdict=draw(st.sampled_from(["pending", "accepted"])),
    )


def what_counts(sample: Sample | Draft) -> tuple[Any, ...]:
    """What is to come back the same; verdicts are given anew where a file comes in."""
    return (
        sample.key,
        sample.kind,
        sample.language,
        sample.title,
        sample.messages,
        sample.scenario,
        sample.tags,
        json.dumps(sample.provenance),
    )


def as_sample(draft: Draft) -> Sample:
    return Sample(
        id=1, key=draft.key, kind=draft.kind, language=draft.language, title=draft.title, messages=draft.messages,
        scenario=draft.scenario, tags=draft.tags, provenance=draft.provenance, source=None, verdict="accepted",
        reason="", reviewer="", flagged=False, score=None, spread=None, stars=None, created=0, decided=None, version=0,
    )  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@given(draft=drafts())
def test_a_record_reads_back_to_its_sample(form: Form, draft: Draft) -> None:
    sample = as_sample(draft)
    if misfit(sample, form) is None:
        record = json.loads(json.dumps(record_of(sample, form)))
        (back,) = drafts_of(record, Place(Path("a")))
        assert what_counts(back) == what_counts(sample)
        assert back.verdict == "pending"


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=st.lists(drafts(), min_size=1, max_size=5, unique_by=lambda draft: draft.key))
def test_a_file_reads_back_to_the_same_samples(form: Form, made: list[Draft]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(there_and_back(Path(folder), form, made))


async def there_and_back(folder: Path, form: Form, made: Sequence[Draft]) -> None:
    ours, theirs = open_samples(folder / "ours.sqlite"), open_samples(folder / "theirs.sqlite")
    try:
        await add(ours, made, 0)
        before = [sample for sample in all_of(ours, ALL) if misfit(sample, form) is None]
        if not before:
            return
        path = folder / f"samples.{ENDINGS[form]}"
        events = [event async for event in export(ours, ALL, form, path)]
        assert isinstance(events[-1], Exported)
        assert events[-1].written == len(before)
        came = await taken(theirs, path)
        assert came.numbers == (len(before), 0, 0)
        assert [what_counts(one) for one in all_of(theirs)] == [what_counts(one) for one in before]
        # and where they came from, nothing is new
        assert (await taken(ours, path)).numbers == (0, len(before), 0)
    finally:
        ours.close()
        theirs.close()


ROUND = (message("user", "一？"), message("assistant", "好。"))
DRAFT = Draft(fingerprint("x"), "dialogue", "zh", "标题", ROUND, tags=("好",), provenance={"run": "r"})


def test_what_was_changed_in_the_file_is_another_sample() -> None:
    record = record_of(as_sample(DRAFT), "openai")
    record["messages"][1]["content"] = "改过了。"
    (back,) = drafts_of(record, Place(Path("a")))
    assert back.key != DRAFT.key
    assert (back.kind, back.tags, back.provenance) == ("dialogue", ("好",), {"run": "r"})


def test_what_was_changed_in_columns_of_a_table_counts() -> None:
    record = record_of(as_sample(DRAFT), "parquet") | {"tags": ["新"], "title": "别的"}
    (back,) = drafts_of(record, Place(Path("a")))
    assert (back.key, back.tags, back.title) == (DRAFT.key, ("新",), "别的")


@given(draft=drafts())
def test_a_row_of_a_frozen_version_reads_back_too(draft: Draft) -> None:
    row = json.loads(as_text(row_of(as_sample(draft), "talk")))
    (back,) = drafts_of(row, Place(Path("train.jsonl")))
    assert what_counts(back) == what_counts(draft)


@pytest.fixture
def datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The reader that most trainers stand on, with no network and a cache of its own."""
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    module = pytest.importorskip("datasets")
    module.disable_progress_bars()
    return module


def load(datasets: Any, kind: str, path: Path) -> Any:
    return datasets.load_dataset(
        kind, data_files=str(path), split="train", cache_dir=str(path.parent / "cache")
    )


def many() -> list[Draft]:
    """What differs from row to row comes late: readers settle on the columns early."""
    long = "好" * 3_000
    drafts = [
        Draft(
            fingerprint(n), "dialogue", "zh", f"{n}", (message("user", f"{n}？"), message("assistant", long))
        )
        for n in range(2_000)
    ]
    late = (
        message("system", "你是老师。"),
        *ROUND,
        message("user", "二？"),
        message("assistant", "坏。", loss=False),
    )
    drafts.append(
        Draft(fingerprint("late"), "correction", "en", "late", late, "s", ("t",), {"rejected": ["x"]})
    )
    return drafts


async def written(samples: Samples, form: Form, folder: Path) -> Path:
    await add(samples, many(), 0)
    path = folder / f"a.{ENDINGS[form]}"
    async for _ in export(samples, ALL, form, path):
        pass
    return path


@pytest.mark.may_block(reason="the reader is somebody else's")
@pytest.mark.parametrize(("form", "kind"), [("openai", "json"), ("parquet", "parquet")])
async def test_datasets_reads_messages_as_trl_expects_them(
    samples: Samples, tmp_path: Path, datasets: Any, form: Form, kind: str
) -> None:
    rows = load(datasets, kind, await written(samples, form, tmp_path))

    assert len(rows) == 2_001
    assert "messages" in rows.column_names
    # of the keys that tell TRL what kind of data it is, there is this one alone
    assert not {"prompt", "completion", "chosen", "rejected", "label", "conversations"} & set(
        rows.column_names
    )
    assert [(one["role"], one["content"]) for one in rows[0]["messages"]][0] == ("user", "0？")
    assert [one.get("weight") for one in rows[2_000]["messages"]] == [None, None, 1, None, 0]


@pytest.mark.may_block(reason="the reader is somebody else's")
async def test_datasets_finds_plain_texts_where_every_answer_is_learnt_from(
    samples: Samples, tmp_path: Path, datasets: Any
) -> None:
    await add(samples, [DRAFT], 0)
    path = tmp_path / "a.jsonl"
    async for _ in export(samples, ALL, "openai", path):
        pass
    text = datasets.Value("string")
    assert load(datasets, "json", path).features == datasets.Features(
        {"messages": datasets.List({"role": text, "content": text}), "zishu": text}
    )


@pytest.mark.may_block(reason="the reader is somebody else's")
@pytest.mark.parametrize("form", ["sharegpt", "alpaca"])
async def test_datasets_reads_what_llama_factory_converts(
    samples: Samples, tmp_path: Path, datasets: Any, form: Form
) -> None:
    path = await written(samples, form, tmp_path)
    rows = load(datasets, "json", path)
    info = json.loads((tmp_path / "dataset_info.json").read_text())["a"]

    talks = [converted(rows[n], info) for n in (0, 2_000)]

    assert len(rows) == 2_001
    assert talks[0] == ("", [("user", "0？"), ("assistant", "好" * 3_000)])
    assert talks[1] == (
        "你是老师。",
        [("user", "一？"), ("assistant", "好。"), ("user", "二？"), ("assistant", "坏。")],
    )


def converted(row: dict[str, Any], info: dict[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """A row as LLaMA-Factory (data/converter.py) reads it with its entry of dataset_info.json."""
    columns, tags = info["columns"], info.get("tags", {})
    system = row[columns["system"]]
    if info["formatting"] == "alpaca":
        said = [text for pair in row[columns["history"]] for text in pair]
        query = [row[columns["prompt"]], row[columns["query"]]]
        said += ["\n".join(filter(None, query)), row[columns["response"]]]
        return system, [(("user", "assistant")[n % 2], text) for n, text in enumerate(said)]
    roles = {tags["user_tag"]: "user", tags["assistant_tag"]: "assistant"}
    talk = [(roles[one[tags["role_tag"]]], one[tags["content_tag"]]) for one in row[columns["messages"]]]
    assert [role for role, _ in talk] == ["user", "assistant"] * (len(talk) // 2)
    return system, talk
