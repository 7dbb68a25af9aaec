"""Samples that share a row are learnt as if each were alone: the same loss, and the same gradient."""

from collections.abc import Iterator
from typing import Any

import pytest

from zishu_app.worker import pack

SAMPLES = [
    (list(range(5, 25)), bytes([0] * 8 + [1] * 12)),
    (list(range(40, 47)), bytes([0, 0, 1, 1, 0, 1, 1])),
    ([3, 9, 9, 3, 60], bytes([1, 1, 1, 1, 1])),
    (list(range(63, 30, -1)), bytes([0] * 30 + [1] * 3)),
]


@pytest.fixture(scope="module")
def model() -> Iterator[Any]:
    """A random llama, in full precision, on the attention of a training."""
    pack.use()
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from zishu_app.worker.training import attention

    attention.install()
    torch.manual_seed(1)
    shape = {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4}
    made = LlamaForCausalLM(
        LlamaConfig(vocab_size=64, num_key_value_heads=2, max_position_embeddings=256, **shape)
    )
    made.config._attn_implementation = attention.NAME
    yield made


def alone(model: Any) -> Any:
    """The sum of losses as transformers itself has them: each sample by itself, labels where it is learnt."""
    import torch

    total = torch.zeros(())
    for ids, learnt in SAMPLES:
        labels = [one if marked else -100 for one, marked in zip(ids, learnt, strict=True)]
        out = model(input_ids=torch.tensor([ids]), labels=torch.tensor([labels]))
        total = total + out.loss * sum(learnt[1:])
    return total


def test_packed_loss_and_gradient_are_the_unpacked_ones(model: Any) -> None:
    import torch

    from zishu_app.worker.training.losses import heart_of, loss_sum, row_of

    def gradients(total: Any) -> list[Any]:
        model.zero_grad()
        total.backward()
        return [one.grad.clone() for one in model.parameters()]

    packed = loss_sum(heart_of(model), row_of(SAMPLES, torch.device("cpu")))
    single = alone(model)
    learnt = sum(sum(marks[1:]) for _, marks in SAMPLES)
    assert abs(packed.item() - single.item()) / learnt < 1e-5
    for one, other in zip(gradients(packed), gradients(single), strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)


def test_without_care_it_would_be_another_loss(model: Any) -> None:
    """The trap: one row, one attention. If this were near, the test above would prove nothing."""
    import torch

    from zishu_app.worker.training.losses import Heart, heart_of, loss_sum, row_of

    heart = heart_of(model)
    row = row_of(SAMPLES, torch.device("cpu"))
    careless = Heart(heart.decoder, heart.head, told_lengths=False)
    careless_row = type(row)(
        row.ids, torch.arange(row.ids.shape[1])[None], row.lengths, row.places, row.targets
    )
    assert abs(loss_sum(careless, careless_row).item() - alone(model).item()) > 0.1
