from decimal import Decimal
from pathlib import Path

import pytest

from tests.llm.conftest import SHIPPED
from zishu_app.core.errors import SettingsError
from zishu_app.llm.catalog import load_catalog
from zishu_app.llm.catalog_edit import (
    faults,
    own_record,
    remove_endpoint,
    shipped_names,
    take_back,
    write_endpoint,
)

OWN = '# mine\n[endpoints.vllm]\n# served\ndefault_model = "x"\n'
PRICE = {
    "input_per_million": Decimal("0.70"),
    "output_per_million": Decimal("2.10"),
    "currency": "CNY",
    "source": "https://example.com/prices",
    "date": "2026-11-21",
}
RECORD = {
    "base_url": "http://127.0.0.1:9000/v1",
    "default_model": "org/Model-3",
    "context": 32768,
    "concurrency": 4,
    "needs_key": False,
    "models": {"org/Model-3": {"price": PRICE}},
}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "models.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


def text(own: Path) -> str:
    return own.read_text(encoding="utf-8")


def test_an_endpoint_is_added_beside_what_is_there(own: Path) -> None:
    write_endpoint(SHIPPED, own, "mine", RECORD)
    assert text(own).startswith(OWN)
    chosen = load_catalog(SHIPPED, own).find("mine")
    assert (chosen.name, chosen.concurrency, chosen.limits.context) == ("mine/org/Model-3", 4, 32768)
    assert chosen.price is not None and chosen.price.input_per_million == Decimal("0.70")


def test_money_is_kept_to_the_letter(own: Path) -> None:
    write_endpoint(SHIPPED, own, "mine", RECORD)
    assert "input_per_million = 0.70" in text(own)
    assert own_record(own, "mine")["models"]["org/Model-3"]["price"] == PRICE


def test_a_first_endpoint_makes_the_file(tmp_path: Path) -> None:
    own = tmp_path / "new" / "models.toml"
    write_endpoint(SHIPPED, own, "mine", RECORD)
    assert load_catalog(SHIPPED, own).find("mine").base_url == "http://127.0.0.1:9000/v1"


def test_a_shipped_endpoint_is_changed_key_by_key(own: Path) -> None:
    write_endpoint(SHIPPED, own, "vllm", {"concurrency": 9, "models": {"x": {"context": 9000}}})
    assert "# served" in text(own)
    chosen = load_catalog(SHIPPED, own).find("vllm")
    assert (chosen.model, chosen.concurrency, chosen.limits.context) == ("x", 9, 9000)
    write_endpoint(SHIPPED, own, "vllm", {"default_model": None})
    assert load_catalog(SHIPPED, own).endpoints["vllm"].default_model == ""


def test_a_new_key_does_not_come_under_the_comment_of_the_next_endpoint(own: Path) -> None:
    own.write_text(OWN + '\n# my other one\n[endpoints.ollama]\ndefault_model = "y"\n', encoding="utf-8")
    write_endpoint(SHIPPED, own, "vllm", {"concurrency": 9})
    assert text(own).splitlines()[3:7] == ['default_model = "x"', "concurrency = 9", "", "# my other one"]


def test_removed_and_taken_back(own: Path) -> None:
    write_endpoint(SHIPPED, own, "mine", RECORD)
    before = text(own)
    edit = remove_endpoint(SHIPPED, own, "mine")
    assert "mine" not in load_catalog(SHIPPED, own).endpoints and "# served" in text(own)
    take_back(SHIPPED, own, edit)
    assert text(own) == before


def test_nothing_is_taken_back_over_what_was_written_since(own: Path) -> None:
    edit = remove_endpoint(SHIPPED, own, "vllm")
    own.write_text("# new\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="was changed since"):
        take_back(SHIPPED, own, edit)
    assert text(own) == "# new\n"


def test_what_would_be_wrong_is_not_written(own: Path) -> None:
    for wrong in ({"base_url": "ftp://x"}, {"concurrency": 0}, {"nonsense": 1}):
        with pytest.raises(SettingsError):
            write_endpoint(SHIPPED, own, "mine", RECORD | wrong)
    assert text(own) == OWN


def test_a_broken_file_stays_as_it_is(own: Path) -> None:
    own.write_text("x = [", encoding="utf-8")
    with pytest.raises(SettingsError, match="nothing was written"):
        write_endpoint(SHIPPED, own, "mine", RECORD)
    assert text(own) == "x = ["


def test_faults_are_told_field_by_field() -> None:
    assert faults("mine", RECORD) == {}
    price = {"models": {"m": {"price": PRICE | {"currency": "yuan", "source": "there", "date": "today"}}}}
    wrong = faults("My server", RECORD | price | {"base_url": "nowhere", "concurrency": 5000, "context": 0})
    assert wrong.keys() == {
        "name", "base_url", "concurrency", "context", "price.currency", "price.source", "price.date",
    }  # fmt: skip
    assert "Small letters" in wrong["name"]


def test_an_address_is_asked_for() -> None:
    assert faults("mine", {"context": 1, "concurrency": 1}).keys() == {"base_url"}


def test_shipped_endpoints_are_known() -> None:
    assert {"builtin", "xiaomimimo"} <= shipped_names(SHIPPED)
