"""Attention of several samples in one row, each for itself.

A micro step is one row without padding: sample after sample, positions beginning anew. A mask over the whole row would
cost the square of its length, most of it for nothing; here each sample is attended to alone, which is exact and, with
short samples, several times less work.
"""

from typing import Any

#: under this name transformers knows it
NAME = "zishu_samples"
#: how long the samples of a row are: handed through the model to every layer
LENGTHS = "sample_lengths"


def install() -> None:
    """Make it known to transformers."""
    from transformers import AttentionInterface

    AttentionInterface.register(NAME, attend)


def attend(
    module: Any, query: Any, key: Any, value: Any, attention_mask: Any, **given: Any
) -> tuple[Any, None]:
    """As transformers' own for SDPA; where no lengths are given, it is that."""
    import torch
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    lengths = given.pop(LENGTHS, None)
    if lengths is None:
        found: tuple[Any, None] = sdpa_attention_forward(module, query, key, value, attention_mask, **given)
        return found
    dropout, scale, window = given.get("dropout", 0.0), given.get("scaling"), given.get("sliding_window")
    times = query.shape[1] // key.shape[1]
    if times > 1:
        key, value = (one.repeat_interleave(times, dim=1) for one in (key, value))
    parts = []
    # split, not sliced: its way back is one concatenation
    for q, k, v in zip(*(one.split(lengths, dim=2) for one in (query, key, value)), strict=True):
        near = _near(q, window)
        parts.append(
            torch.nn.functional.scaled_dot_product_attention(
                q, k, v, attn_mask=near, dropout_p=dropout, scale=scale, is_causal=near is None
            )
        )
    return torch.cat(parts, dim=2).transpose(1, 2), None


def _near(query: Any, window: int | None) -> Any:
    """The mask of a layer that sees only the last `window` tokens; None: all of them."""
    length = query.shape[2]
    if window is None or window >= length:
        return None
    import torch

    at = torch.arange(length, device=query.device)
    back = at[:, None] - at[None, :]
    return (back >= 0) & (back < window)
