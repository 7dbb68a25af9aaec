"""Dropout for processors does what torch's does, and can be repeated."""

import pytest

from zishu_app.worker import pack


@pytest.mark.parametrize("share", [0.05, 0.25, 0.5])
def test_the_share_is_left_out_and_the_mean_stays(share: float) -> None:
    pack.use()
    import torch

    from zishu_app.worker.training.chance import Dropout

    torch.manual_seed(0)
    values = torch.ones(517, 331, requires_grad=True)
    made = Dropout(share)(values)
    left_out = (made == 0).float().mean().item()
    assert left_out == pytest.approx(share, abs=0.005)
    assert made.mean().item() == pytest.approx(1, abs=0.01) and len(made.unique()) == 2
    made.sum().backward()
    assert values.grad is not None and torch.equal(values.grad, made.detach())
    # no place is favoured: within eight bytes of one draw, or along a row
    by_place = (made.detach().flatten()[:171_120].view(-1, 8) == 0).float().mean(0)
    assert by_place.tolist() == pytest.approx([share] * 8, abs=0.02)


def test_the_same_seed_leaves_out_the_same_and_asking_leaves_out_nothing() -> None:
    pack.use()
    import torch

    from zishu_app.worker.training.chance import Dropout

    dropout, values = Dropout(0.1), torch.randn(7, 13).bfloat16()
    state = torch.get_rng_state()
    first, second = dropout(values), dropout(values)
    torch.set_rng_state(state)
    assert torch.equal(dropout(values), first) and not torch.equal(first, second)
    assert torch.equal(dropout.eval()(values), values)


def test_a_share_is_never_rounded_to_nothing() -> None:
    pack.use()
    import torch

    from zishu_app.worker.training.chance import Dropout

    assert (Dropout(0.0001)(torch.ones(100_000)) == 0).any()
