"""Endpoints: how it stands with each, their keys tried on the spot, and endpoints of one's own."""

from decimal import Decimal
from typing import Any

import pytest
import shiboken6
from PySide6.QtWidgets import QWidget

from tests.teacher import Teacher
from zishu_app.core.errors import KeyMissing, ModelRefused, ModelUnreachable, OutOfCredit
from zishu_app.core.texts import set_language
from zishu_app.ledger.runs import calls_of
from zishu_app.llm.catalog_edit import own_record, write_endpoint
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.settings.endpoints import Endpoints
from zishu_app.ui.tabs.settings.known import SHIPPED
from zishu_app.ui.tabs.settings.words import price_of, verdict_of
from zishu_app.ui.widgets.toast import Toast

SECRET = "sk-loopback-0123456789abcdef"


@pytest.fixture
def page(app: Any) -> Any:
    made = QWidget()
    made.resize(900, 700)
    made.show()
    yield made
    shiboken6.delete(made)


@pytest.fixture
def open_endpoints(bench: Any, page: QWidget, run: Any, settle: Any) -> Any:
    def opening() -> Endpoints:
        made = Endpoints(bench, Toast(page))
        made.setParent(page)
        made.resize(900, 700)
        made.show()
        run(settle(lambda: made._known))
        return made

    return opening


def own(bench: Any, **record: Any) -> None:
    """An endpoint of one's own, called mine."""
    whole = {
        "base_url": "http://127.0.0.1:9/v1",
        "default_model": "loopback",
        "context": 32768,
        "concurrency": 2,
    }
    write_endpoint(SHIPPED, bench.house.home.models_toml, "mine", whole | record)


def titles(endpoints: Endpoints) -> list[str]:
    rows = endpoints.list.rows
    return [rows.at(number).title for number in range(rows.rowCount())]


def test_each_is_listed_with_its_key_and_never_the_key_itself(
    bench: Any, open_endpoints: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", SECRET)
    bench.house.keys.store("openai", SECRET)
    endpoints = open_endpoints()
    assert titles(endpoints)[:2] == ["DeepSeek", "OpenAI"], "what can be used comes first"
    endpoints.choose("deepseek")
    assert endpoints.card.key._state.text() == "Key from the variable DEEPSEEK_API_KEY"
    assert endpoints.card.key.forget.isHidden(), "a variable is not ours to take away"
    endpoints.choose("openai")
    assert endpoints.card.key._state.text() == "Key in a file only you can read"
    assert not endpoints.card.key.forget.isHidden()
    said = " ".join(one.text() for one in endpoints.findChildren(type(endpoints._fault)))
    assert SECRET not in said


def test_price_source_and_pace_are_told_in_the_language_of_the_moment(open_endpoints: Any) -> None:
    endpoints = open_endpoints()
    endpoints.choose("xiaomimimo")
    facts = endpoints.card._facts
    assert facts["price"].text() == "Per million tokens: 0.70 in, 2.10 out, CNY (cached 0.07)"
    assert "platform.xiaomimimo.com · 2026-05" in endpoints.card._source.text()
    assert facts["pace"].text().startswith("Beginning with 8")
    set_language("zh")
    LANGUAGE.changed()
    assert facts["price"].text().startswith("每百万 tokens：输入 0.70")
    assert price_of(None) == "未知"


def test_a_key_is_kept_tried_forgotten_and_brought_back(
    bench: Any, page: QWidget, run: Any, settle: Any
) -> None:
    async def go() -> None:
        async with Teacher(key=SECRET) as teacher:
            own(bench, base_url=teacher.base_url)
            endpoints = Endpoints(bench, toast)
            endpoints.setParent(page)
            await settle(lambda: "mine" in endpoints._known)
            endpoints.choose("mine")
            box = endpoints.card.key
            assert not box.try_it.isEnabled() and not box.keep.isEnabled()
            box.field.setText(f"  {SECRET} ")
            box.keep.click()
            await settle(lambda: box._result.text().startswith("Works"))
            assert bench.house.keys.find("mine").secret == SECRET
            assert box.field.text() == "" and box._result.property("tone") == "good"
            assert teacher.calls == 1
            box.forget.click()
            await settle(lambda: bench.house.keys.find("mine") is None)
            toast._button.click()
            await settle(lambda: bench.house.keys.find("mine") is not None)
            box.field.setText("sk-wrong-0123456789abcdefgh")
            box.keep.click()
            await settle(lambda: box._result.text() == "The key was refused")
            assert "401" in box._more.text()
            toast._button.click()
            await settle(lambda: bench.house.keys.find("mine").secret == SECRET)

    toast = Toast(page)
    run(go())
    runs = bench.house.store.read("SELECT id, kind, state FROM runs")
    assert {(row["kind"], row["state"]) for row in runs} == {("try", "done")}, (
        "booked, and nothing to go on with"
    )
    answered = [calls_of(bench.house.store, row["id"]).get("answered", 0) for row in runs]
    assert sorted(answered) == [0, 1]


def test_a_key_of_another_endpoint_is_recognised(
    bench: Any, open_endpoints: Any, run: Any, settle: Any
) -> None:
    endpoints = open_endpoints()
    endpoints.choose("openai")
    box = endpoints.card.key
    box.field.setText("sk-or-v1-" + "0" * 64)
    assert not box.other.isHidden() and "openrouter" in box.other.text()
    box.other.click()
    run(settle(lambda: bench.house.keys.find("openrouter") is not None))
    assert bench.house.keys.find("openai") is None


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyMissing("x"), "No key yet"),
        (OutOfCredit("x"), "No credit left"),
        (ModelUnreachable("x"), "Cannot be reached"),
        (ModelRefused("mine refuses access (401): no"), "The key was refused"),
        (ModelRefused("mine refused the request (404): no"), "It did not work"),
    ],
)
def test_each_way_a_trial_may_end_has_its_word(error: Any, said: str) -> None:
    assert verdict_of(error) == said


def test_one_of_ones_own_is_checked_written_changed_removed_and_brought_back(
    bench: Any, open_endpoints: Any, run: Any, settle: Any
) -> None:
    endpoints = open_endpoints()
    endpoints.add.click()
    form, path = endpoints.form, bench.house.home.models_toml
    form.ok.click()
    assert form._faults["name"].text() and form._faults["base_url"].text() and not path.exists()
    for name, text in {
        "name": "mine", "base_url": "127.0.0.1:9000/v1/", "default_model": "org/m", "input_per_million": "0.5",
        "output_per_million": "1.50", "currency": "CNY", "source": "https://example.com/p", "date": "2026-11-21",
    }.items():  # fmt: skip
        form._lines[name].setText(text)
    form.ok.click()
    run(settle(lambda: endpoints.list.current_key() == "mine"))
    chosen = bench.house.choose("mine")
    assert (chosen.name, chosen.base_url) == ("mine/org/m", "http://127.0.0.1:9000/v1")
    assert chosen.price.output_per_million == Decimal("1.50")
    endpoints.card.edit.click()
    form.calls.setValue(7)
    form.ok.click()
    run(settle(lambda: bench.house.choose("mine").concurrency == 7))
    assert own_record(path, "mine")["models"]["org/m"]["price"]["source"] == "https://example.com/p"
    run(settle(lambda: endpoints._right.currentIndex() == 0))
    endpoints.card.remove.click()
    run(settle(lambda: "mine" not in endpoints._known))
    endpoints._toast._button.click()
    run(settle(lambda: "mine" in endpoints._known))


def test_a_name_that_is_taken_and_a_price_without_its_page_are_told(open_endpoints: Any) -> None:
    endpoints = open_endpoints()
    endpoints.add.click()
    form = endpoints.form
    for name, text in {
        "name": "openai",
        "base_url": "http://127.0.0.1:9/v1",
        "input_per_million": "cheap",
    }.items():
        form._lines[name].setText(text)
    form._lines["default_model"].setText("m")
    wrong = form.check()
    assert wrong["name"] == "There is one of this name already"
    assert {"price.input_per_million", "price.source", "price.currency", "price.date"} <= wrong.keys()


def test_a_fault_goes_when_it_is_mended_and_all_are_shown_at_once(open_endpoints: Any) -> None:
    endpoints = open_endpoints()
    endpoints.add.click()
    form = endpoints.form
    form._lines["default_model"].setText("m")
    form._lines["input_per_million"].setText("cheap")
    form.ok.click()
    wrong = {name for name, shown in form._faults.items() if not shown.isHidden()}
    assert {"name", "base_url", "input_per_million", "source"} <= wrong
    form._lines["name"].setText("mine")
    assert form._faults["name"].isHidden() and not form._faults["base_url"].isHidden()
    form._lines["name"].setText("No name")
    assert form._faults["name"].isHidden(), "none comes while somebody types"


def test_a_shipped_one_is_changed_and_goes_back_to_as_shipped(
    bench: Any, open_endpoints: Any, run: Any, settle: Any
) -> None:
    endpoints = open_endpoints()
    endpoints.choose("deepseek")
    assert endpoints.card.remove.isHidden()
    endpoints.card.edit.click()
    endpoints.form.calls.setValue(3)
    endpoints.form.ok.click()
    run(settle(lambda: bench.house.choose("deepseek").concurrency == 3))
    run(settle(lambda: not endpoints.card.remove.isHidden()))
    assert own_record(bench.house.home.models_toml, "deepseek").keys() == {"concurrency"}
    assert endpoints.card.remove.text() == "As shipped"
    endpoints.card.remove.click()
    run(settle(lambda: bench.house.choose("deepseek").concurrency == 16))


def test_what_is_written_by_hand_is_seen(bench: Any, open_endpoints: Any, run: Any, settle: Any) -> None:
    endpoints = open_endpoints()
    own(bench)
    endpoints.renew()
    run(settle(lambda: "mine" in endpoints._known))
    assert bench.house.choose("mine").name == "mine/loopback"


def test_a_broken_models_file_is_told_in_its_place(bench: Any, page: QWidget, run: Any, settle: Any) -> None:
    bench.house.home.models_toml.write_text("x = [", encoding="utf-8")
    endpoints = Endpoints(bench, Toast(page))
    endpoints.setParent(page)
    run(settle(lambda: "cannot be read" in endpoints._fault.text()))
    bench.house.home.models_toml.unlink()
    endpoints.renew()
    run(settle(lambda: endpoints._known and endpoints._fault.isHidden()))
