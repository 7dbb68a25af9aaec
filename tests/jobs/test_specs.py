import json

import pytest

from zishu_app.core.errors import DataError
from zishu_app.core.messages import Message
from zishu_app.jobs.specs import (
    ChatSpec,
    NoopSpec,
    Spec,
    is_journaled,
    lane_of,
    spec_from_dict,
    spec_to_dict,
)

CHAT = ChatSpec(
    "模型.gguf",
    (Message("system", "你是紫舒老师"), Message("user", "hi")),
    temperature=0.5,
    seed=3,
    schema={"type": "object", "required": ["a"]},
)


@pytest.mark.parametrize("spec", [NoopSpec(), NoopSpec(lane="long", fail_at=1, fail_text="坏了"), CHAT])
def test_a_spec_survives_json(spec: Spec) -> None:
    assert spec_from_dict(json.loads(json.dumps(spec_to_dict(spec)))) == spec


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"kind": "explode"},
        {"kind": "noop", "colour": 1},
        {"kind": "chat", "model_path": "x"},
        {"kind": "chat", "model_path": "x", "messages": [{"role": "user"}]},
    ],
)
def test_specs_that_are_none(value: dict[str, object]) -> None:
    with pytest.raises(DataError):
        spec_from_dict(value)


def test_lanes() -> None:
    assert (lane_of(CHAT), is_journaled(CHAT)) == ("quick", False)
    assert (lane_of(NoopSpec()), is_journaled(NoopSpec())) == ("quick", False)
    assert (lane_of(NoopSpec(lane="long")), is_journaled(NoopSpec(lane="long"))) == ("long", True)
