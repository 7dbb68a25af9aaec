"""Bases: their cards hold what is reckoned with; those that are here are found; the built-in one is made when wanted."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.brains.conftest import everything
from zishu_app.brains.bases import (
    Converting,
    Ready,
    bases_here,
    ensure_base,
    find_base,
    known_bases,
    look_at_base,
)
from zishu_app.brains.bases_cards import SHIPPED_BASES, load_bases
from zishu_app.brains.cards import load_cards
from zishu_app.core.errors import DataError, JobFailed
from zishu_app.jobs.protocol import Done, Failed, Progress
from zishu_app.jobs.scripted import ScriptedLane
from zishu_app.jobs.specs import ConvertSpec
from zishu_app.training.shape import shape_of

CARDS = load_bases()
#: what the seeds of the project ask for
SEEDS = {
    "chinese-mistral-7b",
    "chinese-llama-2-1.3b",
    "chatglm3-6b",
    "qwen-7b",
    "baichuan2-7b",
    "deepseek-math-7b",
    "llava-1.5-7b",
}


def a_base(folder: Path, **config: object) -> Path:
    """A folder that looks like a base."""
    folder.mkdir(parents=True)
    told = {"model_type": "llama", "hidden_size": 8} | config
    (folder / "config.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "model.safetensors").write_bytes(bytes(100))
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    return folder


# --- the cards ---


def test_todays_and_the_seeds_are_there():
    assert CARDS.keys() >= SEEDS
    assert {
        "smollm2-135m",
        "qwen3-0.6b",
        "qwen3-8b",
        "qwen2.5-0.5b",
        "llama-3.2-1b",
        "gemma-3-1b",
    } <= CARDS.keys()
    for card in CARDS.values():
        assert {one.kind for one in card.sources} >= {"hub", "mirror"}, card.id
        assert not any(one.sha256 for one in card.files), (
            "a hash that stands here was looked up, or it is not there"
        )


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS.keys())
def test_how_a_model_is_built_gives_its_number_of_weights(card):
    """A slip in one number of a card would show here."""
    counted = card.built.linear + card.built.tables
    if card.unusual or card.kind == "vision":
        assert counted != pytest.approx(card.parameters, rel=0.01), "it is as usual"
    else:
        assert counted == pytest.approx(card.parameters, rel=0.005)
    # the name says it too, in billions
    said = re.search(r"(\d+(?:\.\d+)?)([BM])\b", card.name, re.IGNORECASE)
    named = float(said[1]) * (1e9 if said[2].upper() == "B" else 1e6)
    assert card.parameters == pytest.approx(named, rel=0.26)


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS.keys())
def test_what_is_reckoned_from_a_card_is_what_is_reckoned_from_its_configuration(card):
    shape = shape_of(card.config)
    assert (shape.linear_parameters, shape.family) == (card.built.linear, card.family)
    assert shape.context == card.context
    if not card.unusual and card.kind == "text":
        assert shape.parameters == pytest.approx(card.parameters, rel=0.005)


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS.keys())
def test_less_precise_weights_take_less_memory(card):
    sizes = [card.weights_memory(one) for one in ("fp32", "bf16", "int8", "nf4")]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == 4 * card.parameters
    assert sizes[1] == 2 * card.parameters


def test_what_needs_foreign_code_names_its_successor():
    foreign = {card.id for card in CARDS.values() if card.remote_code}
    assert foreign == {"chatglm3-6b", "qwen-7b", "baichuan2-7b"}
    for card in CARDS.values():
        assert card.trainable or card.successor
        if not card.trainable:
            named = re.search(r"\(([\w.-]+)\)", card.successor)[1]
            assert CARDS[named].trainable


def test_the_built_in_base_is_made_of_the_built_in_file():
    assert CARDS["smollm2-135m"].made_of == "smollm2-135m"
    assert "smollm2-135m" in load_cards()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"remote_code": True}, "successor"),
        ({"layers": 3}, "layers"),
        ({"id": "other"}, "other"),
        ({"parameters": 0}, "parameters"),
    ],
)
def test_a_wrong_card_is_told_by_its_key(home, change, complaint):
    home.bases.mkdir(parents=True)
    text = (SHIPPED_BASES / "qwen3-0.6b.toml").read_text(encoding="utf-8")
    for key, value in change.items():
        line = f"{key} = {json.dumps(value)}"
        text = (
            re.sub(rf"^{key} = .*$", line, text, count=1, flags=re.MULTILINE)
            if f"\n{key} =" in text
            else text
        )
        text = text if line in text else f"{line}\n{text}"
    if "layers" in change:
        text = text.replace("layers = 3", "layerss = 3")
    (home.bases / "qwen3-0.6b.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=complaint):
        known_bases(home)


def test_a_card_of_ones_own_comes_over_the_shipped_one(home):
    home.bases.mkdir(parents=True)
    text = (SHIPPED_BASES / "qwen3-0.6b.toml").read_text(encoding="utf-8")
    (home.bases / "mine.toml").write_text(
        text.replace('id = "qwen3-0.6b"', 'id = "mine"').replace("Qwen3 0.6B", "Mine 0.6B"), encoding="utf-8"
    )
    assert known_bases(home)["mine"].name == "Mine 0.6B"
    assert tomllib.loads(text)["id"] in known_bases(home)


# --- what is here ---


def test_bases_are_found_by_id_and_by_path(home, tmp_path):
    a_base(home.bases / "qwen3-0.6b", model_type="qwen3")
    a_base(home.bases / "my own")
    (home.bases / "broken").mkdir()
    (home.bases / "empty.part").mkdir()
    found = bases_here(home)
    assert [(one.id, one.name, one.size) for one in found] == [
        ("qwen3-0.6b", "Qwen3 0.6B", 100),
        (str(home.bases / "my own"), "my own", 100),
    ]
    assert found[0].languages == ("zh", "en")
    assert find_base(home, "qwen3-0.6b") == found[0]
    assert find_base(home, "my own").folder == home.bases / "my own"
    elsewhere = a_base(tmp_path / "elsewhere")
    assert find_base(home, str(elsewhere)).card is None


def test_a_home_without_bases_has_none(home):
    assert bases_here(home) == []


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("nobody", "no base nobody", "models list --bases"),
        ("qwen3-0.6b", "not on this computer", "models download --base qwen3-0.6b"),
        ("chatglm3-6b", "cannot be trained here", "glm-4-9b"),
        ("builtin", "not on this computer", "smollm2-135m"),
    ],
)
def test_one_that_is_not_here_is_told_with_what_to_do(home, told, name, message, hint):
    said = told(DataError, lambda: find_base(home, name))
    assert message in said
    assert hint in said


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_folder_that_lacks_something_is_told(tmp_path, name):
    folder = a_base(tmp_path / "one")
    (folder / name).unlink()
    with pytest.raises(DataError, match=name.replace("model.", r"\*.")):
        look_at_base(folder)


def test_code_that_comes_with_a_model_is_not_run(tmp_path):
    with pytest.raises(DataError, match="no foreign code"):
        look_at_base(a_base(tmp_path / "one", model_type="chatglm", auto_map={"AutoModel": "x.y"}))
    # some carry code that nobody needs any more
    assert look_at_base(a_base(tmp_path / "two", auto_map={"AutoModel": "x.y"})).family == "llama"


# --- the built-in one ---


async def test_the_built_in_base_is_made_once(home, tmp_path):
    def convert(spec):
        a_base(Path(spec.folder))
        return [Progress(1, 4, "the tokenizer"), Done({"folder": spec.folder})]

    lane, gguf = ScriptedLane(convert), tmp_path / "built-in.gguf"
    events = await everything(ensure_base(lane, home, gguf))
    assert [type(one) for one in events] == [Converting, Converting, Ready]
    assert events[1] == Converting(1, 4, "the tokenizer")
    assert events[-1].learner.id == "smollm2-135m"
    assert lane.specs == [ConvertSpec(str(gguf), str(home.bases / "smollm2-135m"))]
    assert [type(one) for one in await everything(ensure_base(lane, home, gguf))] == [Ready]
    assert find_base(home, "builtin") == events[-1].learner


async def test_one_that_cannot_be_made_is_told(home, tmp_path):
    lane = ScriptedLane([[Failed("The training pack is not installed.", "Run it.", "pack_missing")]])
    with pytest.raises(JobFailed, match="training pack"):
        await everything(ensure_base(lane, home, tmp_path / "x.gguf"))
