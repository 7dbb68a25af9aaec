"""Brains she has learnt: kept, found, asked for, held against their hashes, put aside and brought back."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.conftest import Told
from zishu_app.brains.choices import Places, Taken, Wanted, choices, resolve, take
from zishu_app.brains.learnt import (
    Learnt,
    chosen_of,
    id_for,
    keep,
    list_learnt,
    open_learnt,
    require_whole,
)
from zishu_app.core.aside import KEPT, bring_back, drop_old, put_aside
from zishu_app.core.errors import BrainMissing, DataError
from zishu_app.core.keys import Keys
from zishu_app.core.paths import CONFIGS, Home
from zishu_app.core.weights import sum_of
from zishu_app.llm.catalog import load_catalog


def brain(home: Home, name: str = "Kinder", created: str = "2026-11-29T20:00:00") -> Learnt:
    folder = home.brains / id_for(home.brains, name, created)
    folder.mkdir(parents=True)
    base = home.root / "base.gguf"
    base.write_bytes(b"GGUF of the base")
    (folder / "lora.gguf").write_bytes(b"GGUF of what was learnt")
    hashes = {"lora": sum_of(folder / "lora.gguf"), "base_gguf": sum_of(base)}
    made = Learnt(
        folder.name,
        folder,
        name,
        created,
        "run-1",
        "",
        "smollm2-135m",
        "",
        str(base),
        str(base),
        hashes,
        ("en",),
    )
    return keep(made)


def test_they_are_listed_the_newest_first_and_opened_by_id_or_name(home: Home) -> None:
    older, newer = brain(home), brain(home, "Wiser", "2026-11-30T08:00:00")
    assert list_learnt(home.brains) == [newer, older]
    assert open_learnt(home.brains, "learnt/kinder-20261129") == older
    assert open_learnt(home.brains, "Wiser") == newer


def test_two_of_one_name_get_folders_of_their_own(home: Home) -> None:
    assert brain(home).id != brain(home).id


def test_two_of_one_name_are_asked_for_by_their_ids(home: Home, told: Told) -> None:
    one, other = brain(home), brain(home)
    said = told(DataError, lambda: open_learnt(home.brains, "Kinder"))
    assert "2 brains are called" in said and one.id in said and other.id in said
    assert open_learnt(home.brains, one.id) == one


def test_one_that_is_not_there_is_told_with_those_that_are(home: Home, told: Told) -> None:
    assert "Train one first" in told(DataError, lambda: open_learnt(home.brains, "x"))
    brain(home)
    assert "kinder-20261129" in told(DataError, lambda: open_learnt(home.brains, "x"))


@pytest.mark.parametrize("name", ["lora.gguf", "../../base.gguf"])
def test_a_changed_or_missing_file_is_told(home: Home, told: Told, name: str) -> None:
    one = brain(home)
    require_whole(one)
    path = (one.folder / name).resolve()
    path.write_bytes(b"another one altogether")
    assert "was changed" in told(DataError, lambda: require_whole(one))
    path.unlink()
    assert "is missing" in told(DataError, lambda: require_whole(one))


def test_what_is_removed_can_be_brought_back_until_it_is_dropped(home: Home) -> None:
    one = brain(home)
    now = datetime(2026, 1, 2, 8)
    aside = put_aside(one.folder, now)
    assert list_learnt(home.brains) == []
    bring_back(aside)
    assert list_learnt(home.brains) == [one]
    put_aside(one.folder, now)
    drop_old(home.brains, now + KEPT)
    assert len(list(home.brains.iterdir())) == 1
    drop_old(home.brains, now + KEPT * 2)
    assert list(home.brains.iterdir()) == []


def test_a_damaged_one_hides_no_other(home: Home, expects_log: list[object]) -> None:
    one, other = brain(home), brain(home, "Other")
    (one.folder / "brain.json").write_text("{")
    assert list_learnt(home.brains) == [other]


def test_she_can_speak_with_one_while_it_is_whole(home: Home) -> None:
    places = Places(load_catalog(CONFIGS / "models.toml", home.models_toml), Keys(home.keys), home)
    one = brain(home)
    assert resolve(places, one.id) == one.spec
    assert [(found.kind, found.why_not) for found in choices(places, "en") if found.spec == one.spec] == [
        ("learnt", "")
    ]
    assert take(places, Wanted("en", one.spec, "deepseek")) == Taken(one.spec)
    one.lora.unlink()
    with pytest.raises(BrainMissing, match="is missing"):
        take(places, Wanted("en", one.spec, "deepseek"))


def test_it_speaks_as_its_base_does_with_what_was_learnt_laid_over_it(home: Home) -> None:
    one = brain(home)
    chosen = chosen_of(load_catalog(CONFIGS / "models.toml", home.models_toml), one)
    assert (chosen.name, chosen.kind, chosen.languages) == (one.spec, "local", ("en",))
    assert (chosen.local_path, chosen.lora_path) == (Path(one.base_gguf), one.lora)


def through_torch(home: Home) -> Learnt:
    one = brain(home)
    base = home.bases / "own"
    base.mkdir(parents=True)
    (base / "config.json").write_text("{}")
    one.adapter.mkdir()
    (one.adapter / "adapter_model.safetensors").write_bytes(b"weights")
    hashes = {"adapter": sum_of(one.adapter / "adapter_model.safetensors")}
    return keep(one, base="own", base_folder=str(base), base_gguf="", base_spec="", hashes=hashes)


def test_one_without_a_gguf_speaks_through_torch(
    home: Home, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = Places(load_catalog(CONFIGS / "models.toml", home.models_toml), Keys(home.keys), home)
    one = through_torch(home)
    chosen = chosen_of(places.catalog, one)
    assert (chosen.name, chosen.kind, chosen.limits.schema) == (one.spec, "local", False)
    assert (chosen.local_path, chosen.lora_path) == (Path(one.base_folder), one.adapter)
    assert take(places, Wanted("en", one.spec, "deepseek")) == Taken(one.spec)
    monkeypatch.setattr("zishu_app.brains.choices.TRAINING_PACK", home.root / "none")
    with pytest.raises(BrainMissing, match="training pack is not installed"):
        take(places, Wanted("en", one.spec, "deepseek"))
    (one.adapter / "adapter_model.safetensors").write_bytes(b"others")
    assert "was changed" in told(DataError, lambda: require_whole(one))
    (Path(one.base_folder) / "config.json").unlink()
    assert "its base" in told(DataError, lambda: require_whole(one))
