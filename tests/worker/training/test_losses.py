"""The loss of what is learnt is that of transformers, and so are its gradients, whatever shares a row."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.worker.training.tiny import RECIPE, tiny_base
from zishu_app.worker import pack
from zishu_app.worker.training.given import recipe_of

SAMPLES = [
    ([5, 9, 200, 31, 7, 88], b"\0\0\0\1\1\1"),
    ([44, 3, 17], b"\1\0\1"),
    (list(range(20, 60)), b"\0" * 10 + b"\1" * 20 + b"\0" * 5 + b"\1" * 5),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(autouse=True)
def _packed() -> Iterator[None]:
    pack.use()
    yield


def learning(folder: Path, **changes: Any) -> Any:
    """A model with an adapter that is not zero any more."""
    import torch

    from zishu_app.worker.training.loading import load_base, make_learning

    recipe = recipe_of({**RECIPE, "dropout": 0.0, **changes})
    base = load_base(folder, recipe)
    torch.manual_seed(1)
    model = make_learning(base, recipe, None)
    for name, one in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(one, std=0.05)
    return base, model.train()


def theirs(model: Any, device: Any) -> Any:
    """Sample by sample, as transformers does it."""
    import torch

    inner = model.get_base_model() if hasattr(model, "get_base_model") else model
    kept, inner.config._attn_implementation = inner.config._attn_implementation, "eager"
    total = torch.zeros(())
    for ids, learnt in SAMPLES:
        row = torch.tensor([ids], device=device)
        # the first token is never learnt
        wanted = [
            one if mark and at else -100 for at, (one, mark) in enumerate(zip(ids, learnt, strict=True))
        ]
        labels = torch.tensor([wanted], device=device)
        count = int((labels != -100).sum())
        total = total + model(input_ids=row, labels=labels, use_cache=False).loss * count
    inner.config._attn_implementation = kept
    return total


def gradients(model: Any, total: Any) -> dict[str, Any]:
    model.zero_grad()
    total.backward()
    return {name: one.grad.clone() for name, one in model.named_parameters() if one.grad is not None}


@pytest.mark.parametrize("method", ["lora", "full"])
@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@pytest.mark.parametrize("checkpointing", ["none", "selective", "all"])
def test_a_row_is_learnt_as_its_samples_are_one_by_one(
    folder: Path, method: str, attention: str, checkpointing: str
) -> None:
    import torch

    from zishu_app.worker.training.loading import set_checkpointing
    from zishu_app.worker.training.losses import heart_of, loss_sum, row_of

    base, model = learning(folder, method=method, attention=attention)
    wanted = theirs(model, base.device)
    expected = gradients(model, wanted)
    set_checkpointing(model, checkpointing)
    found = loss_sum(heart_of(model), row_of(SAMPLES, base.device))
    assert found.item() == pytest.approx(wanted.item(), rel=1e-5)
    for name, one in gradients(model, found).items():
        torch.testing.assert_close(one, expected[name], rtol=1e-4, atol=1e-5)


def test_more_places_than_fit_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from zishu_app.worker.training import losses

    base, model = learning(folder)
    heart, row = losses.heart_of(model), losses.row_of(SAMPLES, base.device)
    whole = losses.loss_sum(heart, row).item()
    monkeypatch.setattr(losses, "AT_ONCE", 4)
    assert losses.loss_sum(heart, row).item() == pytest.approx(whole, rel=1e-6)


@pytest.mark.parametrize(("cap", "scale"), [(5.0, 1.0), (None, 0.25), (3.0, 2.0)])
def test_heads_that_do_more_than_a_product(folder: Path, cap: float | None, scale: float) -> None:
    from dataclasses import replace

    import torch

    from zishu_app.worker.training.losses import heart_of, loss_sum, row_of

    base, model = learning(folder)
    heart = replace(heart_of(model), cap=cap, scale=scale)
    total = loss_sum(heart, row_of(SAMPLES, base.device))
    expected = torch.zeros(())
    for ids, learnt in SAMPLES:
        out = heart.decoder(input_ids=torch.tensor([ids]), use_cache=False).last_hidden_state[0, :-1]
        logits = heart.head(out) * scale
        logits = torch.tanh(logits / cap) * cap if cap else logits
        of_each = torch.nn.functional.cross_entropy(logits, torch.tensor(ids[1:]), reduction="none")
        expected = expected + of_each[torch.tensor(list(learnt[1:])).bool()].sum()
    torch.testing.assert_close(total, expected, rtol=1e-5, atol=1e-5)


def test_a_window_over_the_last_tokens_is_kept(tmp_path: Path) -> None:
    import torch
    from transformers import MistralConfig, MistralForCausalLM

    from zishu_app.worker.training import attention
    from zishu_app.worker.training.losses import heart_of, loss_sum, row_of

    attention.install()
    torch.manual_seed(0)
    model = MistralForCausalLM(
        MistralConfig(
            vocab_size=300, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, sliding_window=6,
        )
    )  # fmt: skip
    model.config._attn_implementation = attention.NAME
    found = loss_sum(heart_of(model), row_of(SAMPLES, torch.device("cpu")))
    assert found.item() == pytest.approx(theirs(model, torch.device("cpu")).item(), rel=1e-5)


def kept(samples: list[tuple[list[int], bytes]], *which: int) -> list[tuple[list[int], bytes]]:
    """Some of the samples are to be kept as the base has them."""
    return [
        (ids, marks.replace(b"\1", b"\2") if number in which else marks)
        for number, (ids, marks) in enumerate(samples)
    ]


@pytest.mark.parametrize("at_once", [4, 128])
def test_where_the_base_is_the_teacher_the_loss_is_how_far_she_is_from_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    import torch
    from torch.nn import functional

    from zishu_app.worker.training import losses

    monkeypatch.setattr(losses, "AT_ONCE", at_once)
    base, model = learning(folder)
    heart = losses.heart_of(model)
    row = losses.row_of(kept(SAMPLES, 0, 2), base.device)
    assert row.kept is not None
    with torch.no_grad(), model.disable_adapter():
        before = heart.head(losses._hidden(heart, row)).log_softmax(-1)
    now = heart.head(losses._hidden(heart, row)).log_softmax(-1)
    wanted = functional.kl_div(now[row.kept], before[row.kept], log_target=True, reduction="sum")
    wanted = wanted + functional.nll_loss(now[~row.kept], row.targets[~row.kept], reduction="sum")
    expected = gradients(model, wanted)
    found = losses.loss_sum(heart, row)
    assert found.item() == pytest.approx(wanted.item(), rel=1e-4)
    for name, one in gradients(model, found).items():
        torch.testing.assert_close(one, expected[name], rtol=1e-3, atol=1e-5)
    assert model.training


def test_what_is_kept_pulls_at_nothing_before_anything_is_learnt(folder: Path) -> None:
    import torch

    from zishu_app.worker.training.loading import load_base, make_learning
    from zishu_app.worker.training.losses import heart_of, loss_sum, row_of

    recipe = recipe_of({**RECIPE, "dropout": 0.0})
    base = load_base(folder, recipe)
    model = make_learning(base, recipe, None).train()
    found = loss_sum(heart_of(model), row_of(kept(SAMPLES, 0, 1, 2), base.device))
    assert found.item() == pytest.approx(0.0, abs=1e-4)
    largest = max(float(torch.linalg.vector_norm(one)) for one in gradients(model, found).values())
    assert largest < 1e-4


def test_the_estimate_knows_how_it_is_done_here() -> None:
    from zishu_app.studio import training
    from zishu_app.training import estimate
    from zishu_app.worker.training import dry, losses

    assert (estimate.AT_ONCE, training.DRY_STEPS) == (losses.AT_ONCE, dry.STEPS)
