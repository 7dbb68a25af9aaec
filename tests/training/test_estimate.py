"""Memory and time before the start: what grows with what, and what was measured counts."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Told
from zishu_app.core.errors import DataError
from zishu_app.training.estimate import Known, Load, estimate, learn, read_known, trained_parameters, within
from zishu_app.training.machine import Machine
from zishu_app.training.recipe import derive
from zishu_app.training.shape import read_shape

SMOL = {
    "model_type": "llama", "num_hidden_layers": 30, "hidden_size": 576, "num_attention_heads": 9,
    "num_key_value_heads": 3, "intermediate_size": 1536, "vocab_size": 49152, "tie_word_embeddings": True,
    "max_position_embeddings": 8192,
}  # fmt: skip
QWEN3_8B = {
    "model_type": "qwen3", "num_hidden_layers": 36, "hidden_size": 4096, "num_attention_heads": 32, "head_dim": 128,
    "num_key_value_heads": 8, "intermediate_size": 12288, "vocab_size": 151936, "tie_word_embeddings": False,
}  # fmt: skip
LOAD = Load(tokens=100_000, learnt=40_000, steps=100, longest=900)
CPU = Machine("cpu", "", 24_000, 20_000, 2, 100_000, None, None)
CARD = replace(CPU, device="cuda", card="RTX", total_mb=8_000, free_mb=7_500)


def base(tmp_path: Path, config: dict[str, Any]) -> Path:
    (tmp_path / "config.json").write_text(json.dumps(config))
    return tmp_path


def test_parameters_are_counted_as_they_are_published(tmp_path: Path) -> None:
    assert read_shape(base(tmp_path, SMOL)).parameters == 134_515_008
    assert read_shape(base(tmp_path, QWEN3_8B)).parameters == pytest.approx(8.19e9, rel=0.01)


def test_the_adapter_is_counted_as_peft_counts_it(tmp_path: Path) -> None:
    shape = read_shape(base(tmp_path, SMOL))
    # measured: peft, r=16 on all linear parts of SmolLM2-135M
    assert trained_parameters(shape, derive("tiny", {"rank": 16})) == 4_884_480
    assert trained_parameters(shape, derive("tiny", {"rank": 32})) == 2 * 4_884_480
    assert trained_parameters(shape, derive("tiny", {"targets": ["q_proj"]})) == 30 * 16 * (576 + 576)


def test_a_large_base_fits_a_middling_card_in_four_bit_only(tmp_path: Path) -> None:
    shape, card = read_shape(base(tmp_path, QWEN3_8B)), replace(CARD, free_mb=10_500)
    small = estimate(shape, derive("small"), LOAD, card, Known())
    # published figures for 8B in 4 bit lie between 7.4 and 10 GB; this one keeps two large tables in 16 bit
    assert 7_400 < small.memory_mb < 10_000
    assert (
        small.light,
        estimate(shape, derive("small", {"precision": "bf16"}), LOAD, card, Known()).light,
    ) == ("yellow", "red")


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"rank": 64}, "trained_mb"),
        ({"batch": 4}, "activations_mb"),
        ({"longest": 1024}, "activations_mb"),
        ({"precision": "fp32"}, "weights_mb"),
        ({"method": "full"}, "trained_mb"),
    ],
)
def test_what_asks_for_more_is_told_to(tmp_path: Path, more: dict[str, Any], part: str) -> None:
    shape = read_shape(base(tmp_path, SMOL))
    plain, other = (estimate(shape, derive("tiny", one), LOAD, CPU, Known()) for one in ({}, more))
    assert getattr(other, part) > getattr(plain, part)
    assert other.memory_mb > plain.memory_mb


def test_checkpointing_trades_memory_for_time(tmp_path: Path) -> None:
    shape = read_shape(base(tmp_path, SMOL))
    none, some, every = (
        estimate(shape, derive("tiny", {"checkpointing": how}), LOAD, CPU, Known())
        for how in ("none", "selective", "all")
    )
    assert none.activations_mb > some.activations_mb > every.activations_mb
    assert none.seconds < some.seconds < every.seconds


def test_the_light_follows_from_what_is_free(tmp_path: Path) -> None:
    shape = read_shape(base(tmp_path, SMOL))
    need = estimate(shape, derive("tiny"), LOAD, CPU, Known()).memory_mb
    lights = [
        estimate(shape, derive("tiny"), LOAD, replace(CPU, free_mb=need * share), Known()).light
        for share in (2, 1.2, 0.9)
    ]
    assert lights == ["green", "yellow", "red"]


def test_what_was_measured_corrects_the_next_one_on_this_machine(tmp_path: Path) -> None:
    shape, recipe, path = read_shape(base(tmp_path, SMOL)), derive("tiny"), tmp_path / "measured.json"
    first = estimate(shape, recipe, LOAD, CPU, read_known(path, "cpu", "bf16"))
    assert not first.measured
    learn(path, CPU, recipe, first, {"memory_mb": first.memory_mb * 1.5, "flops": 1e11})
    second = estimate(shape, recipe, LOAD, CPU, read_known(path, "cpu", "bf16"))
    assert second.measured and second.memory_mb == pytest.approx(first.memory_mb * 1.5, rel=0.01)
    assert read_known(path, "cuda", "bf16") == Known()
    # a run that was foreseen well changes nothing
    learn(path, CPU, recipe, second, {"memory_mb": second.memory_mb, "flops": 1e11})
    assert estimate(shape, recipe, LOAD, CPU, read_known(path, "cpu", "bf16")).memory_mb == pytest.approx(
        second.memory_mb
    )


def test_on_a_processor_the_gaps_grow_with_the_steps_and_two_steps_tell_nothing_of_them(
    tmp_path: Path,
) -> None:
    shape, recipe, path = read_shape(base(tmp_path, SMOL)), derive("tiny"), tmp_path / "measured.json"
    short, whole = (estimate(shape, recipe, replace(LOAD, steps=n), CPU, Known()) for n in (2, 200))
    assert whole.memory_mb - short.memory_mb > 0.9 * whole.activations_mb
    assert within(whole, 2, 200).memory_mb == pytest.approx(short.memory_mb)
    assert estimate(shape, recipe, LOAD, CARD, Known()).gaps_mb == 0
    known = learn(path, CPU, recipe, within(whole, 2, 200), {"memory_mb": short.memory_mb, "flops": 1e11})
    assert estimate(shape, recipe, replace(LOAD, steps=200), CPU, known).memory_mb == pytest.approx(
        whole.memory_mb
    )


def test_a_damaged_file_of_measurements_is_begun_anew(tmp_path: Path, expects_log: list[object]) -> None:
    path = tmp_path / "measured.json"
    path.write_text("{")
    shape = read_shape(base(tmp_path, SMOL))
    worked_out = estimate(shape, derive("tiny"), LOAD, CPU, read_known(path, "cpu", "bf16"))
    assert learn(path, CPU, derive("tiny"), worked_out, {"memory_mb": 2_000, "flops": 1e11}).runs == 1


@pytest.mark.parametrize("config", [None, "{", "[]", "{}", '{"hidden_size": "wide"}'])
def test_a_folder_that_is_no_base_is_told(tmp_path: Path, config: str | None, told: Told) -> None:
    if config is not None:
        (tmp_path / "config.json").write_text(config)
    assert "config.json" in told(DataError, lambda: read_shape(tmp_path))
