"""Gradients over a base in 4 bit are those over the same base unpacked, also after she has been asked something.

On processors with avx512_bf16 they are not, when the library is left to itself: see worker/training/loading.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.worker.training.tiny import RECIPE, tiny_base
from zishu_app.worker import pack
from zishu_app.worker.training.given import recipe_of

SAMPLES = [(list(range(20, 60)), b"\0" * 10 + b"\1" * 30), ([44, 3, 17, 80, 81], b"\0\0\1\1\1")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # sizes that 4-bit blocks of 64 fit into
    return tiny_base(tmp_path_factory.mktemp("base"), intermediate_size=128)


def computing(model: Any) -> Any:
    """In bfloat16 where the base is in 4 bit."""
    import torch

    return torch.autocast("cpu", torch.bfloat16, enabled=hasattr(model.get_base_model(), "hf_quantizer"))


def gradients(model: Any) -> dict[str, Any]:
    import torch

    from zishu_app.worker.training.losses import heart_of, loss_sum, row_of

    model.train()
    model.zero_grad()
    with computing(model):
        total = loss_sum(heart_of(model), row_of(SAMPLES, torch.device("cpu")))
    total.backward()
    return {name: one.grad.clone() for name, one in model.named_parameters() if one.grad is not None}


def learning(folder: Path, **changes: Any) -> Any:
    import torch

    from zishu_app.worker.training.loading import load_base, make_learning

    recipe = recipe_of({**RECIPE, "dropout": 0.0, **changes})
    torch.manual_seed(3)
    model = make_learning(load_base(folder, recipe), recipe, None)
    torch.manual_seed(3)
    for name, one in model.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(one, std=0.1)
    return model


def unpacked(small: Any, folder: Path) -> Any:
    """The same in full precision, with the weights that 4 bit have left of them."""
    from bitsandbytes.functional import dequantize_4bit

    full = learning(folder, precision="fp32")
    places = dict(full.named_modules())
    for name, one in small.named_modules():
        if type(one).__name__ == "Linear4bit" and name.endswith("base_layer"):
            weight = dequantize_4bit(one.weight.data, one.weight.quant_state)
            places[name].weight.data.copy_(weight.float())
    theirs = dict(small.named_parameters())
    for name, one in full.named_parameters():
        if "base_layer" not in name and "proj" not in name:
            one.data.copy_(theirs[name].float())
    return full


@pytest.mark.parametrize("double", [True, False])
def test_gradients_are_right_before_and_after_an_answer(folder: Path, double: bool) -> None:
    pack.use()
    import torch

    small = learning(folder, precision="nf4", double_quant=double)
    full = unpacked(small, folder)
    expected = gradients(full)
    assert len(expected) == 2 * 2 * 7
    for asked in (False, True):
        if asked:
            ids = torch.tensor([[5, 6, 7]])
            with torch.inference_mode(), computing(small):
                small.eval().generate(input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=4)
        for name, one in gradients(small).items():
            error = (one - expected[name]).norm() / expected[name].norm()
            assert error < 0.05, (name, asked, error)
