"""The dial and what follows from it; recipes in files and on a command line."""

from pathlib import Path

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as some

from tests.conftest import Told
from zishu_app.core.errors import SettingsError
from zishu_app.core.texts import set_language
from zishu_app.training.recipe import (
    SIZES,
    Recipe,
    as_toml,
    changed,
    derive,
    from_file,
    given_on_a_line,
    size_for,
    told_of,
)


@pytest.mark.parametrize(
    ("gb", "size"),
    [(0, "tiny"), (4, "tiny"), (6, "small"), (8, "small"), (12, "medium"), (16, "medium"), (24, "large")],
)
def test_the_dial_follows_from_the_card(gb: float, size: str) -> None:
    assert size_for(gb) == size


def test_small_cards_get_qlora_and_large_ones_none() -> None:
    assert [derive(size).precision for size in SIZES] == ["bf16", "nf4", "nf4", "bf16"]
    assert derive("small").double_quant and derive("small").targets == ("all-linear",)


def test_what_is_given_goes_over_what_follows_and_is_told(tmp_path: Path) -> None:
    recipe = derive("small", given_on_a_line(["rank=64", "targets=q_proj, v_proj", "dora=true"]))
    assert (recipe.rank, recipe.targets, recipe.dora) == (64, ("q_proj", "v_proj"), True)
    assert changed(recipe) == {"rank": 64, "targets": ["q_proj", "v_proj"], "dora": True}
    assert changed(derive("large")) == {}


def test_all_mistakes_are_told_at_once(told: Told) -> None:
    text = told(
        SettingsError, lambda: derive("tiny", {"rnak": 8, "rank": 0, "schedule": "wild", "dropout": 1})
    )
    assert all(
        name in text
        for name in ("rnak: there is no such name; is rank meant?", "rank: ", "schedule: ", "dropout: ")
    )


def test_all_parameters_are_not_trained_on_a_quantised_base(told: Told) -> None:
    assert "4 or 8 bit" in told(SettingsError, lambda: derive("small", {"method": "full"}))
    assert derive("tiny", {"method": "full"}).method == "full"


def test_no_pair_is_told(told: Told) -> None:
    assert '"rank" is not name=value' in told(SettingsError, lambda: given_on_a_line(["rank"]))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_a_recipe_survives_its_file(tmp_path: Path, size: str, language: str) -> None:
    set_language(language)  # type: ignore[arg-type]
    recipe = derive(size, {"seed": 7, "longest": 1024})  # type: ignore[arg-type]
    (tmp_path / "recipe.toml").write_text(as_toml(recipe), encoding="utf-8")
    assert from_file(tmp_path / "recipe.toml") == recipe


def test_yaml_is_read_as_toml_is_and_flags_go_over_both(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("size: medium\nrank: 8\ntargets: [q_proj]\n")
    (tmp_path / "r.toml").write_text('size = "medium"\nrank = 8\ntargets = ["q_proj"]\n')
    assert from_file(tmp_path / "r.yaml", {"rank": 9}) == from_file(tmp_path / "r.toml", {"rank": 9})
    assert from_file(tmp_path / "r.yaml").rank == 8


@pytest.mark.parametrize("text", ["size: [", "just words", "size: enormous\n", "- 1\n- 2\n", "\x00"])
def test_a_file_that_is_none_is_told_with_its_name(tmp_path: Path, text: str, told: Told) -> None:
    (tmp_path / "r.yaml").write_text(text)
    assert "r.yaml" in told(SettingsError, lambda: from_file(tmp_path / "r.yaml"))


@drawn(some.text(max_size=200), some.sampled_from(["r.yaml", "r.toml"]))
def test_no_text_ends_in_anything_but_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str, name: str
) -> None:
    path = tmp_path_factory.mktemp("recipes") / name
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        from_file(path)
    except SettingsError as error:
        assert name in error.message


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_value_is_explained(language: str) -> None:
    set_language(language)  # type: ignore[arg-type]
    told = [told_of(name) for name in Recipe.model_fields]
    assert all(title and help_ for title, help_ in told)
    assert len({title for title, _ in told}) == len(told)
