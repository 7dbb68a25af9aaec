"""She speaks through torch where llama.cpp cannot: in pieces, to its end, stopped within a token, kept loaded for a while."""

import threading
from pathlib import Path
from typing import Any

import pytest

from tests.worker.training.exporting import adapter_on
from tests.worker.training.tiny import tiny_base
from zishu_app.core.errors import ContextExceeded, DataError
from zishu_app.core.messages import Message
from zishu_app.jobs.protocol import Piece
from zishu_app.jobs.specs import AnswerSpec
from zishu_app.worker.context import Context, JobStopped
from zishu_app.worker.training import speak

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")
TALK = (Message("system", "You are Zishu."), Message("user", "你好"))


@pytest.fixture(scope="module")
def room(tmp_path_factory) -> tuple[Path, Path]:
    """A base, and an adapter on it."""
    place = tmp_path_factory.mktemp("speak")
    base = tiny_base(place / "base")
    return base, adapter_on(base, place / "adapter", spread=0.5)


def said(spec: AnswerSpec) -> tuple[str, dict[str, Any]]:
    events: list[Any] = []
    result = speak.run(spec, Context(events.append))
    return "".join(one.text for one in events if isinstance(one, Piece)), result


def spec_of(room: tuple[Path, Path], **changes: Any) -> AnswerSpec:
    given = {"adapter": str(room[1]), "temperature": 0.0, "max_tokens": 12} | changes
    return AnswerSpec(str(room[0]), TALK, **given)


def test_an_answer_comes_in_pieces_and_tells_what_it_cost(room):
    text, result = said(spec_of(room))
    assert text
    assert (result["finish_reason"], result["completion_tokens"], result["model"]) == ("length", 12, "base")
    assert result["prompt_tokens"] > 10 and result["cached_tokens"] == 0


def test_no_half_a_character_is_told(room):
    spec = spec_of(room)
    asked = speak.MODELS.use(spec.base, spec.adapter, lambda one: one, lambda: None)
    pieces: list[Any] = []
    told = speak._Said(asked, Context(pieces.append))
    for token in asked.tokenizer.encode("é 囍 tea").ids:
        told.hear(token)
    told.end()
    assert "".join(one.text for one in pieces) == "é 囍 tea"
    assert not [one for one in pieces if "\ufffd" in one.text]


def test_what_was_learnt_is_heard(room):
    assert said(spec_of(room))[0] != said(spec_of(room, adapter=""))[0]


def test_the_same_seed_says_the_same(room):
    first, again, other = (said(spec_of(room, temperature=1.5, seed=seed))[0] for seed in (1, 1, 2))
    assert first == again != other


def test_it_comes_to_an_end_by_itself(room, monkeypatch):
    spec = spec_of(room)
    asked = speak.MODELS.use(spec.base, spec.adapter, lambda one: one, lambda: None)
    heard: list[int] = []
    asked.say(asked.prompt([{"role": "user", "content": "x"}]), 3, {"do_sample": False}, heard.append)
    monkeypatch.setitem(asked.__dict__, "ends", [heard[1]])
    text, result = said(AnswerSpec(spec.base, (Message("user", "x"),), spec.adapter, 0.0, 12))
    assert (result["finish_reason"], result["completion_tokens"]) == ("stop", 2)
    assert text == asked.base.tokenizer.decode(heard[:2], skip_special_tokens=True)


def test_stopped_it_stops_within_a_token(room):
    pieces: list[Any] = []

    def hear(event: Any) -> None:
        pieces.append(event)
        context.cancel()

    context = Context(hear)
    with pytest.raises(JobStopped):
        speak.run(spec_of(room, max_tokens=200), context)
    assert len(pieces) == 1


def test_a_talk_that_is_too_long_is_told(room):
    with pytest.raises(ContextExceeded, match="8 only"):
        said(spec_of(room, context=8))


def test_a_base_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(DataError):
        said(AnswerSpec(str(tmp_path), TALK))


class Loads:
    """Counts what is loaded."""

    def __init__(self) -> None:
        self.loaded: list[tuple[Path, Path | None]] = []

    def __call__(self, base: Path, adapter: Path | None) -> Any:
        self.loaded.append((base, adapter))
        return object()


def test_a_model_stays_until_nobody_asks_or_another_is_wanted():
    loads = Loads()
    models = speak.Models(loads)
    first = models.use("a", "", lambda one: one, lambda: None)
    assert models.use("a", "", lambda one: one, lambda: None) is first
    assert models.rest(60.0) is False
    assert models.use("a", "", lambda one: one, lambda: None) is first
    models.rest(-1.0)
    assert models.use("a", "", lambda one: one, lambda: None) is not first
    models.use("a", "x", lambda one: one, lambda: None)
    models.use("a", "", lambda one: one, lambda: None)
    assert len(loads.loaded) == 4


def test_one_answers_at_a_time_and_who_waits_can_be_stopped():
    models = speak.Models(Loads())
    inside, leave = threading.Event(), threading.Event()

    def stay(one: Any) -> Any:
        inside.set()
        leave.wait(10)
        return one

    first = threading.Thread(target=models.use, args=("a", "", stay, lambda: None))
    first.start()
    inside.wait(10)

    def stopped() -> None:
        raise JobStopped

    with pytest.raises(JobStopped):
        models.use("a", "", lambda one: one, stopped)
    leave.set()
    first.join()
    assert models.use("a", "", lambda one: 3, lambda: None) == 3
