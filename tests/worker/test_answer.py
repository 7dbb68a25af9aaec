import pytest

from zishu_app.core.errors import AnswerBroken, ContextExceeded, ModelRefused
from zishu_app.core.messages import Message
from zishu_app.jobs.protocol import Event, Piece, Progress
from zishu_app.jobs.specs import ChatSpec
from zishu_app.worker.chat import Answer, build_request
from zishu_app.worker.context import Context


def chunk(finish: str | None = None, **delta: str | None) -> dict[str, object]:
    return {"choices": [{"index": 0, "finish_reason": finish, "delta": delta}], "model": "/models/m.gguf"}


@pytest.fixture
def heard() -> list[Event]:
    return []


@pytest.fixture
def answer(heard: list[Event]) -> Answer:
    return Answer(Context(heard.append))


def test_reasoning_is_told_from_the_answer(answer: Answer, heard: list[Event]) -> None:
    for one in (
        chunk(role="assistant", content=None),
        chunk(reasoning_content="想一想"),
        chunk(content="好"),
        chunk("stop"),
    ):
        answer.take(one)
    assert heard == [Piece("想一想", reasoning=True), Piece("好")]
    usage = {"prompt_tokens": 7, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 5}}
    answer.take({"choices": [], "usage": usage})
    assert answer.result() == {
        "finish_reason": "stop",
        "prompt_tokens": 7,
        "completion_tokens": 3,
        "cached_tokens": 5,
        "model": "m.gguf",
    }


def test_reading_is_progress(answer: Answer, heard: list[Event]) -> None:
    answer.take({**chunk(content=None), "prompt_progress": {"processed": 256, "total": 900, "cache": 0}})
    assert heard == [Progress(256, 900, "reading")]


def test_an_answer_without_end_is_broken(answer: Answer) -> None:
    answer.take(chunk(content="half"))
    with pytest.raises(AnswerBroken):
        answer.result()


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (
            {"code": 400, "type": "exceed_context_size_error", "n_prompt_tokens": 9, "n_ctx": 8},
            ContextExceeded,
            "9 tokens.* 8 only",
        ),
        (
            {"code": 400, "type": "invalid_request_error", "message": "bad max_tokens"},
            ModelRefused,
            "bad max",
        ),
        ({"code": 500, "type": "server_error", "message": "boom"}, AnswerBroken, "boom"),
    ],
)
def test_errors(answer: Answer, error: dict[str, object], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        answer.take({"error": error})


def test_only_what_was_asked_for_is_in_the_request() -> None:
    request = build_request(ChatSpec("m", (Message("user", "hi"),)))
    assert request["messages"] == [{"role": "user", "content": "hi"}] and request["stream"] is True
    assert not {"temperature", "seed", "response_format", "grammar"} & set(request)
    assert "{0,2}" in build_request(ChatSpec("m", (), sentences=3))["grammar"]


@pytest.mark.parametrize(
    ("text", "latin"), [("a café – “fine”, 50 €?", True), ("学习 machine learning", False), ("γράμμα", False)]
)
def test_an_answer_keeps_to_the_letters_of_its_talk(text: str, latin: bool) -> None:
    grammar = build_request(ChatSpec("m", (Message("user", text),), sentences=2))["grammar"]
    assert (r"\u024F" in grammar) is latin
    full = build_request(ChatSpec("m", (), temperature=0.0, seed=0, schema={"type": "string"}, exact=True))
    assert (full["temperature"], full["seed"], full["cache_prompt"]) == (0.0, 0, False)
    assert full["response_format"]["json_schema"]["schema"] == {"type": "string"}
