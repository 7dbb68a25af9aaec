"""Brains she has learnt, on the page: what is told of each, and everything that can be done with one."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QLabel

from tests.core.gguf_files import write_gguf
from tests.ui.conftest import Heard, Run, Settle
from tests.ui.her.conftest import Open, focused, press, settled, write
from zishu_app.brains.hers import read_hers
from zishu_app.brains.keeping import shelve
from zishu_app.brains.learnt import Learnt, keep, list_learnt, list_removed
from zishu_app.core.aside import put_aside
from zishu_app.core.texts import set_language
from zishu_app.jobs.protocol import Done, Event, Failed, Progress
from zishu_app.jobs.scripted import ScriptedLane
from zishu_app.jobs.specs import Spec
from zishu_app.training.marks import Report, Scored, write_report
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.her.brain import BrainSection
from zishu_app.ui.tabs.her.brain_learnt import LearntCard, LearntRow
from zishu_app.ui.tabs.her.brain_marks import marks_word, set_word
from zishu_app.ui.tabs.her.page import HerPage
from zishu_app.ui.workbench import Workbench

MARKS = {
    "exam": "1",
    "sets": {
        "persona.en": {"n": 60, "right": 0.8},
        "knowledge.en": {"n": 30, "right": 0.5},
        "following.en": {"n": 10, "right": 0.9},
    },
}

Shelve = Callable[..., Learnt]


@pytest.fixture
def shelved(bench: Workbench) -> Shelve:
    """A brain she has learnt, on a base whose file is a small one."""
    home = bench.house.home
    adapter = home.trainings / "run" / "adapter"
    adapter.mkdir(parents=True)
    header = json.dumps({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    weights = len(header).to_bytes(8, "little") + header + bytes(4)
    (adapter / "adapter_model.safetensors").write_bytes(weights)
    (adapter / "adapter_config.json").write_text('{"peft_type": "LORA"}')
    lora = write_gguf(home.root / "l.gguf", {"general.architecture": "llama", "general.type": "adapter"})
    base = write_gguf(home.root / "base.gguf", {"general.architecture": "llama"})

    def shelve_one(name: str, **more: Any) -> Learnt:
        about = Learnt(
            "", home.brains / "-", name, "2025-11-29T20:00:00", "run", "", "smollm2-135m", "", str(base),
            "builtin", {}, ("en",), MARKS,
        )  # fmt: skip
        return shelve(replace(about, **more), adapter, lora)

    return shelve_one


def section(page: HerPage) -> BrainSection:
    found = page.sections["brain"]
    assert isinstance(found, BrainSection)
    return found


def card(page: HerPage) -> LearntCard:
    return section(page).learnt


def row(page: HerPage, number: int = 0) -> LearntRow:
    return card(page).shown[number]


def do(page: HerPage, text: str, number: int = 0) -> None:
    """The entry of that name in the list of a row."""
    entry = next(one for one in card(page).offers(row(page, number).seen) if one.text == text)
    assert entry.enabled, text
    entry.do()


def lane(bench: Workbench, *events: Event) -> None:
    def story(_spec: Spec) -> list[Event]:
        return list(events)

    made = ScriptedLane(story)
    bench.house._lanes |= {"quick": made, "long": made}  # type: ignore[dict-item]


def test_each_has_a_row_with_what_is_known_of_it(shelved: Shelve, opened: Open, run: Run[Any]) -> None:
    shelved("First")
    shelved("Second", created="2025-11-30T08:00:00", note="After the party", run="", marks={"persona": 0.8})
    page = opened("brain")
    assert [one.seen.brain.name for one in card(page).shown] == ["Second", "First"]
    texts = [one.text() for one in row(page).findChildren(QLabel)]
    assert "After the party" in texts
    assert row(page).under.text() == "from a friend · 2025-11-30 · SmolLM2 135M Instruct", (
        "their marks are not ours"
    )
    assert row(page, 1).under.text().endswith("SmolLM2 135M Instruct")
    texts = [one.text() for one in row(page, 1).findChildren(QLabel)]
    assert "about her: English 80% · general: English 60%" in texts
    names = [one.name for one in section(page).stand.others]
    assert "First" not in names, "they stand in their own list only"
    set_language("zh")
    LANGUAGE.changed()
    run(settled(page))
    assert row(page).under.text().startswith("朋友给的")


def test_where_there_is_none_it_says_how_there_comes_one(opened: Open, heard: Heard) -> None:
    page = opened("brain")
    assert card(page)._none.isVisible()
    card(page).train.click()
    assert heard.gone == [("training", None)]


def test_one_is_made_hers_and_she_says_hello(
    shelved: Shelve, opened: Open, run: Run[Any], bench: Workbench
) -> None:
    brain, hello = shelved("First"), []
    bench.news.brain_changed.connect(lambda: hello.append(True))
    page = opened("brain")
    row(page).use.setFocus()
    run(press(page, "Return"))
    assert focused() is row(page).more, "the keyboard stays at it"
    assert read_hers(bench.house.home.her_brains).current("") == brain.spec
    assert hello == [True]
    assert not row(page).use.isVisible()
    assert "Hers" in [one.text() for one in row(page).findChildren(QLabel)]
    assert section(page)._name.text() == "First"
    with pytest.raises(AssertionError, match="Remove"):
        do(page, "Remove")
    page.toast._take_back()
    run(settled(page))
    assert read_hers(bench.house.home.her_brains).current("") == ""
    assert row(page).use.isVisible()


def examined(bench: Workbench, who: str, number: int, *, right: bool) -> None:
    items = tuple(
        Scored(f"i{n}", "knowledge.en", "guard", "en", "math", "m", right, 0.25, 0.1) for n in range(40)
    )
    report = Report(f"2026010{number}-x", f"2026-01-0{number}", who, who, "b" * 64, "t" * 64, "en:p", items)
    write_report(bench.house.home.exam_reports, report)


def test_one_that_has_lost_too_much_takes_a_word(
    shelved: Shelve, opened: Open, run: Run[Any], bench: Workbench
) -> None:
    brain = shelved("First")
    examined(bench, "smollm2-135m", 1, right=True)
    examined(bench, brain.spec, 2, right=False)
    page = opened("brain")
    row(page).use.click()
    run(settled(page))
    assert card(page).question.isVisible()
    assert read_hers(bench.house.home.her_brains).current("") == ""
    card(page).question.leave()
    row(page).use.click()
    run(settled(page))
    card(page).question.yes.click()
    run(settled(page))
    assert read_hers(bench.house.home.her_brains).current("") == brain.spec


def test_one_that_misses_a_file_says_so(shelved: Shelve, opened: Open, bench: Workbench) -> None:
    shelved("First").lora.unlink()
    page = opened("brain")
    texts = [one.text() for one in row(page).findChildren(QLabel)]
    assert any("lora.gguf is missing" in one for one in texts)
    assert not row(page).use.isEnabled()
    assert "lora.gguf" in row(page).accessibleName()


def test_it_is_named_and_noted_from_the_keyboard(
    shelved: Shelve, opened: Open, run: Run[Any], bench: Workbench
) -> None:
    shelved("First")
    page = opened("brain")
    do(page, "Rename")
    assert card(page).naming.field.text() == "First"
    write("Spring")
    run(press(page, "Return"))
    do(page, "Note something")
    write("Learnt jokes")
    run(press(page, "Return"))
    do(page, "Note something")
    write("never mind")
    run(press(page, "Escape"))
    assert not card(page).naming.isVisible()
    (brain,) = list_learnt(bench.house.home.brains)
    assert (brain.name, brain.note) == ("Spring", "Learnt jokes")
    assert row(page).seen.brain == brain


def test_a_name_that_is_taken_is_told(shelved: Shelve, opened: Open, run: Run[Any]) -> None:
    shelved("First")
    shelved("Other")
    page = opened("brain")
    do(page, "Rename", 1)
    write("First" if row(page, 1).seen.brain.name == "Other" else "Other")
    run(press(page, "Return"))
    assert "Another brain is called" in card(page).said.text()
    assert card(page).said.property("kind") == "fault"


def test_a_model_of_its_own_is_given_away_as_what_it_is(shelved: Shelve, opened: Open) -> None:
    first = shelved("First")
    page = opened("brain")
    forms = [one.text for one in card(page).offers(row(page).seen) if one.icon == "export"]
    assert len(forms) == 4
    keep(first, hashes={"model": "5" * 64})
    page = opened("brain")
    offers = card(page).offers(row(page).seen)
    assert [one.text for one in offers if one.icon == "export"] == ["Export: A whole model …"]
    assert not next(one for one in offers if one.text == "Compare its forms").enabled


def test_it_is_given_away_and_taken_in_by_dropping_it(
    shelved: Shelve, opened: Open, run: Run[Any], bench: Workbench, tmp_path: Path
) -> None:
    brain = shelved("First")
    keep(brain, base_gguf=str(bench.house.model_file(bench.house.choose("builtin"))))
    page = opened("brain")
    card(page).deeds.export(brain, "folder", tmp_path / "gift")
    run(settled(page))
    assert card(page).said.text() == f"It is in {tmp_path / 'gift'}."
    card(page).deeds.export(brain, "peft", tmp_path / "gift")
    run(settled(page))
    assert "is there already" in card(page).said.text()
    told = tmp_path / "gift" / "brain.json"
    value = json.loads(told.read_text())
    value["hashes"].pop("base_gguf", None)
    value["marks"] = {"sets": {"persona.en": {"n": "many", "right": [1]}}, "x": [[[]]]}
    told.write_text(json.dumps(value))
    page.open("looks")
    page.take([tmp_path / "gift"])
    run(settled(page))
    assert page.section == "brain"
    assert card(page).said.text() == '"First 2" was taken in.'
    assert row(page).seen.brain.name == "First 2"
    assert not any("about her" in one.text() for one in row(page).findChildren(QLabel))


def test_a_folder_that_is_not_in_order_is_told(opened: Open, run: Run[Any], tmp_path: Path) -> None:
    (tmp_path / "gift" / "adapter").mkdir(parents=True)
    (tmp_path / "gift" / "brain.json").write_text("{}")
    page = opened("brain")
    page.take([tmp_path / "gift"])
    run(settled(page))
    assert "gift cannot be taken in" in card(page).said.text()


def test_its_forms_are_compared_in_words(
    shelved: Shelve, opened: Open, run: Run[Any], bench: Workbench
) -> None:
    shelved("First")
    figures = {"agreement": 0.991, "same_answers": 18.0, "kl": 0.01, "worst_kl": 0.2}
    lane(bench, Progress(1, 2, "half"), Done({"prompts": 20, "tokens": 900, "gguf": figures}))
    page = opened("brain")
    shares: list[float] = []
    doing = card(page).deeds.doing
    doing.told.connect(lambda: shares.append(doing.share))
    do(page, "Compare its forms")
    assert not row(page).use.isEnabled(), "one thing at a time"
    run(settled(page))
    assert 0.5 in shares
    assert "GGUF: 99.1% of the tokens agree" in card(page).said.text()
    assert "18/20 answers" in card(page).said.text()
    assert row(page).use.isEnabled()
    assert not card(page).bar.isVisible()
    lane(bench, Failed("template_differs", "The template differs.", "Train it anew."))
    do(page, "Compare its forms")
    run(settled(page))
    assert "The template differs." in card(page).said.text()


def test_it_is_removed_and_brought_back(
    shelved: Shelve, opened: Open, run: Run[Any], bench: Workbench
) -> None:
    brain = shelved("First")
    page = opened("brain")
    do(page, "Remove")
    run(settled(page))
    assert card(page).shown == []
    assert "was removed" in page.toast._said.text()
    page.toast._take_back()
    run(settled(page))
    assert [one.seen.brain.id for one in card(page).shown] == [brain.id]


def test_what_was_removed_is_kept_for_days_and_what_is_older_goes(
    shelved: Shelve, opened: Open, run: Run[Any], bench: Workbench
) -> None:
    now = bench.house.clock.now()
    old = put_aside(shelved("Old").folder, now - timedelta(days=8))
    brain = shelved("First")
    put_aside(brain.folder, now - timedelta(days=2))
    page = opened("brain")
    run(settled(page))
    assert not old.exists()
    (gone,) = card(page).removed.shown
    assert gone.under.text().endswith(" · removed 2 days ago · 5 days left")
    gone.back.click()
    run(settled(page))
    assert [one.seen.brain.id for one in card(page).shown] == [brain.id]
    assert card(page).removed.isHidden()


def test_one_goes_for_good_after_a_word(
    shelved: Shelve, opened: Open, run: Run[Any], settle: Settle, bench: Workbench
) -> None:
    shelved("First")
    page = opened("brain")
    do(page, "Remove")
    run(settled(page))
    card(page).removed.fold.head.click()
    (gone,) = card(page).removed.shown
    run(settle(gone.isVisible))
    area = card(page).removed._area
    low = area.height()
    gone.drop.click()
    run(settle(lambda: area.height() > low))
    gone.keep.click()
    run(settle(lambda: area.height() == low))
    assert len(list_removed(bench.house.home.brains)) == 1
    gone.drop.click()
    gone.sure.click()
    run(settled(page))
    assert list(bench.house.home.brains.iterdir()) == []
    assert card(page).removed.isHidden()
    assert not page.toast.isVisible(), "there is no way back any more"


def test_tab_goes_through_the_card_as_it_stands(
    shelved: Shelve, opened: Open, run: Run[Any], settle: Settle, bench: Workbench
) -> None:
    for name in ("First", "Second"):
        shelved(name)
    put_aside(shelved("Third").folder, bench.house.clock.now())
    page = opened("brain")
    run(settled(page))
    shown = card(page)
    first, second = shown.shown
    first.use.setFocus()
    shown.removed.fold.head.click()
    run(settle(shown.removed.shown[0].back.isVisible))
    stops = (first.more, second.use, second.more, shown.removed.fold.head, *shown.removed.shown[0].stops[:2])
    for stop in (*stops, shown.bring):
        run(press(page, "Tab"))
        assert focused() is stop


def test_what_is_brought_back_has_a_name_of_its_own(
    shelved: Shelve, opened: Open, run: Run[Any], bench: Workbench
) -> None:
    put_aside(shelved("First").folder, bench.house.clock.now())
    shelved("First")
    page = opened("brain")
    run(settled(page))
    card(page).removed.shown[0].back.click()
    run(settled(page))
    assert {one.seen.brain.name for one in card(page).shown} == {"First", "First 2"}


def test_what_was_removed_is_told_in_the_language_of_the_window(
    shelved: Shelve, opened: Open, run: Run[Any], bench: Workbench
) -> None:
    put_aside(shelved("First").folder, bench.house.clock.now() - timedelta(days=1))
    page = opened("brain")
    run(settled(page))
    set_language("zh")
    LANGUAGE.changed()
    assert card(page).removed.fold.head.text() == "移走的（1）"
    assert card(page).removed.shown[0].under.text().endswith(" · 昨天移走 · 还留 6 天")


def test_what_she_learnt_is_told_by_the_training(shelved: Shelve, opened: Open, heard: Heard) -> None:
    shelved("First")
    shelved("Second", run="gone", created="2025-01-01T00:00:00")
    page = opened("brain")
    do(page, "What she learnt")
    assert heard.gone == [("training", "run")]
    with pytest.raises(AssertionError, match="What she learnt"):
        do(page, "What she learnt", 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda some: (
        st.lists(some, max_size=3)
        | st.dictionaries(
            st.sampled_from(["sets", "persona.en", "knowledge.zh", "n", "right"]), some, max_size=5
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["sets", "exam", "blind"]), JSON))
def test_marks_of_any_shape_are_a_line_or_nothing(marks: dict[str, Any]) -> None:
    line = marks_word(marks)
    assert line == "" or line.startswith(("about her: ", "general: "))


def test_marks_by_group_and_language() -> None:
    assert marks_word({}) == ""
    assert marks_word({"sets": {"persona.zh": {"n": 10**400, "right": 0.5}}}) == ""
    assert marks_word({"sets": {"persona.zh": {"n": 1, "right": True}}}) == ""
    both = {"sets": {"persona.zh": {"n": 9, "right": 1}, "persona.en": {"n": 9, "right": 0.25}}}
    assert marks_word(both) == "about her: Chinese 100%, English 25%"
    set_language("zh")
    assert marks_word(both) == "关于她 中文 100%、英文 25%"
    assert set_word("persona.zh/身份") == "关于她 · 中文 · 身份"
    assert set_word("mine/jokes") == "mine/jokes"
