import asyncio
import contextlib
import gzip
import json
import ssl
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import aiohttp
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.llm.conftest import SECRET, Build
from tests.llm.raw_server import GOOD, HANG, RESET, RawServer, Reply, chunk, http, stream, usage_chunk
from tests.teacher import Teacher
from zishu_app.core.clock import ScriptedClock, SystemClock
from zishu_app.core.errors import (
    AnswerBroken,
    AnswerCut,
    AnswerEmpty,
    AnswerFiltered,
    ContextExceeded,
    KeyMissing,
    ModelError,
    ModelRefused,
    ModelUnreachable,
    OutOfCredit,
    RateLimited,
)
from zishu_app.core.messages import Message
from zishu_app.llm.answer import ThinkSplitter
from zishu_app.llm.base import Answered, ChatModel, Delta, Limits, Options, Reasoning, Retrying, Text, Usage
from zishu_app.llm.http_call import Line
from zishu_app.llm.outages import no_answer
from zishu_app.llm.pace import Pace
from zishu_app.llm.refusals import Where
from zishu_app.llm.request import Quirks
from zishu_app.llm.retry import RetryPolicy

KEY = aiohttp.client_reqrep.ConnectionKey("api.example.com", 443, True, True, None, None, None)
ASK = [Message("system", "你是助手。"), Message("user", "你好吗？")]


async def deltas(model: ChatModel, options: Options | None = None) -> list[Delta]:
    return [delta async for delta in model.stream(ASK, options or Options())]


async def answer(model: ChatModel, options: Options | None = None) -> Answered:
    last = (await deltas(model, options))[-1]
    assert isinstance(last, Answered)
    return last


async def refused(build: Build, reply: Reply, **changes: Any) -> ModelError:
    """The error a model ends with when the endpoint replies so."""
    async with RawServer([reply]) as server:
        with pytest.raises(ModelError) as caught:
            await answer(build(server.base_url, **changes))
    return caught.value


# --- the good way ---------------------------------------------------------------------------------------------


async def test_pieces_come_as_they_are_sent_and_end_with_the_whole(build: Build) -> None:
    async with RawServer([replace(GOOD, pause=0.005)]) as server:
        assert await deltas(build(server.base_url)) == [
            Text("你好"),
            Text("，世界"),
            Answered("你好，世界", usage=Usage(7, 3), model="m-1"),
        ]


async def test_pieces_that_come_together_are_handed_on_together(build: Build) -> None:
    whole = b"".join(
        f"data: {each}\n\n".encode()
        for each in (
            chunk(reasoning="hm"),
            chunk(reasoning="m"),
            chunk("a"),
            chunk("b"),
            chunk("c", finish="stop"),
        )
    )
    async with RawServer([stream(whole)]) as server:
        got = await deltas(build(server.base_url))
    assert got == [Reasoning("hmm"), Text("abc"), Answered("abc", reasoning="hmm", model="m-1")]


async def test_first_piece_does_not_wait_for_the_last(build: Build) -> None:
    async with RawServer([stream(chunk("early"), then=HANG)]) as server:
        model = build(server.base_url)
        async with contextlib.aclosing(model.stream(ASK, Options())) as pieces:  # type: ignore[type-var]
            assert await anext(pieces) == Text("early")


async def test_request_carries_what_was_asked(build: Build) -> None:
    async with RawServer([GOOD]) as server:
        await answer(build(server.base_url), Options(temperature=0.3, max_tokens=50, seed=11))
        assert server.bodies == [
            {
                "model": "m-1",
                "messages": [
                    {"role": "system", "content": "你是助手。"},
                    {"role": "user", "content": "你好吗？"},
                ],
                "stream": True,
                "stream_options": {"include_usage": True},
                "max_tokens": 50,
                "temperature": 0.3,
                "seed": 11,
            }
        ]
        assert server.headers[0]["authorization"] == f"Bearer {SECRET}"


async def test_quirks_shape_the_request(build: Build) -> None:
    quirks = Quirks("max_completion_tokens", frozenset({"temperature"}), {"thinking": {"type": "disabled"}})
    async with RawServer([GOOD]) as server:
        await answer(
            build(server.base_url, quirks=quirks, max_output=30), Options(temperature=1.0, max_tokens=50)
        )
        body = server.bodies[0]
    assert body["max_completion_tokens"] == 30
    assert body["thinking"] == {"type": "disabled"}
    assert not {"max_tokens", "temperature", "seed"} & set(body)


@pytest.mark.parametrize("can", [True, False])
async def test_schema_is_sent_where_the_endpoint_can(build: Build, can: bool) -> None:
    schema = {"type": "object", "properties": {"score": {"type": "integer"}}}
    async with RawServer([GOOD]) as server:
        await answer(build(server.base_url, limits=Limits(schema=can)), Options(schema=schema))
        sent = server.bodies[0].get("response_format")
    assert (sent is not None) == can
    if can:
        assert sent["type"] == "json_schema" and sent["json_schema"]["schema"] == schema


async def test_no_key_no_header(build: Build) -> None:
    async with RawServer([GOOD]) as server:
        await answer(build(server.base_url, secret=None))
        assert "authorization" not in server.headers[0]


async def test_missing_key_is_told_before_anything_is_sent(build: Build) -> None:
    async with RawServer([GOOD]) as server:
        with pytest.raises(KeyMissing, match="place") as caught:
            await answer(build(server.base_url, secret=None, needs_key=True))
        assert "PLACE_API_KEY" in caught.value.hint and "zishu keys set place" in caught.value.hint
        assert server.bodies == []


@pytest.mark.parametrize("secret", ["sk-钥匙", "sk-a\nb"])
async def test_key_that_cannot_be_one_is_told(build: Build, secret: str) -> None:
    with pytest.raises(KeyMissing) as caught:
        await answer(build("http://127.0.0.1:9/v1", secret=secret))
    assert secret not in str(caught.value)


async def test_lone_half_of_a_character_can_be_sent(build: Build) -> None:
    async with RawServer([GOOD]) as server:
        async for _ in build(server.base_url).stream([Message("user", "a\ud83d")], Options()):
            pass
        assert server.bodies[0]["messages"][0]["content"] == "a?"


async def test_connection_is_used_again(build: Build) -> None:
    """Also after [DONE]: the body is read to its end."""
    async with Teacher() as teacher:
        model = build(teacher.base_url)
        transport = teacher._runner.server  # type: ignore[union-attr]
        for _ in range(5):
            await answer(model)
        assert transport is not None and len(transport.connections) == 1


async def test_teachers_answer_arrives_whole_in_any_network_chunks(build: Build) -> None:
    async with Teacher(token_latency=0.001) as slow, Teacher() as quick:
        one, other = await answer(build(slow.base_url)), await answer(build(quick.base_url))
        assert one.text == other.text and len(one.text) > 20
        assert one.usage is not None and one.usage.completion_tokens > 10


# --- the stream -----------------------------------------------------------------------------------------------


async def test_usage_in_the_last_chunk_with_choices_counts_too(build: Build) -> None:
    last = json.loads(chunk("", finish="stop")) | {
        "usage": {
            "prompt_tokens": 9,
            "completion_tokens": 4,
            "prompt_tokens_details": {"cached_tokens": 5},
            "completion_tokens_details": {"reasoning_tokens": 2},
        }
    }
    async with RawServer([stream(chunk("a"), json.dumps(last), "[DONE]")]) as server:
        assert (await answer(build(server.base_url))).usage == Usage(9, 4, 5, 2)


async def test_deepseeks_cache_count_is_read(build: Build) -> None:
    reply = stream(chunk("a", finish="stop"), usage_chunk(9, 4, prompt_cache_hit_tokens=6), "[DONE]")
    async with RawServer([reply]) as server:
        assert (await answer(build(server.base_url))).usage == Usage(9, 4, 6)


async def test_chunks_without_use_are_passed_over(build: Build) -> None:
    odd = ['{"choices": null}', '{"choices": [], "usage": null}', '{"choices": [{"index": 0}]}', "{}"]
    async with RawServer([stream(b": ping\n\n", *odd, chunk("a"), chunk(finish="stop"))]) as server:
        assert (await answer(build(server.base_url))).text == "a"


async def test_character_split_between_network_chunks(build: Build) -> None:
    whole = f"data: {chunk('你')}\n\n".encode()
    middle = whole.index("你".encode()) + 1
    reply = stream(whole[:middle], whole[middle:], chunk(finish="stop"), pause=0.005)
    async with RawServer([reply]) as server:
        assert (await answer(build(server.base_url))).text == "你"


async def test_escaped_half_characters_do_not_break_the_answer(build: Build) -> None:
    odd = '{"choices": [{"delta": {"content": "a\\ud83d"}}]}'
    async with RawServer([stream(odd, chunk("b 😀"), chunk(finish="stop"))]) as server:
        assert (await answer(build(server.base_url))).text == "a\ufffdb 😀"


async def test_finish_reason_without_done_is_whole(build: Build) -> None:
    async with RawServer([stream(chunk("a"), chunk(finish="stop"))]) as server:
        assert (await answer(build(server.base_url))).text == "a"


async def test_done_without_finish_reason_is_whole(build: Build) -> None:
    async with RawServer([stream(chunk("a"), "[DONE]")]) as server:
        assert (await answer(build(server.base_url))).finish_reason == "stop"


async def test_nothing_after_done_counts_and_an_open_connection_does_not_hold_up(build: Build) -> None:
    async with RawServer([stream(chunk("a"), "[DONE]", chunk("b"), then=HANG)]) as server:
        assert (await asyncio.wait_for(answer(build(server.base_url)), 3)).text == "a"


async def test_last_event_may_lack_its_blank_line(build: Build) -> None:
    async with RawServer([stream(chunk("a"), f"data: {chunk(finish='stop')}".encode())]) as server:
        assert (await answer(build(server.base_url))).text == "a"


async def test_end_without_finish_reason_and_without_done_is_broken(build: Build) -> None:
    error = await refused(build, stream(chunk("half of")))
    assert type(error) is AnswerBroken and error.retryable


async def test_reset_in_mid_stream_is_broken(build: Build) -> None:
    assert type(await refused(build, stream(chunk("half of"), then=RESET))) is AnswerBroken


async def test_body_shorter_than_its_length_is_broken(build: Build) -> None:
    body = f"data: {chunk('a')}\n\n".encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {len(body) + 50}\r\n\r\n"
    assert type(await refused(build, Reply([head.encode() + body]))) is AnswerBroken


@pytest.mark.parametrize("data", ["{this is not JSON}", "[]", '"text"', "7"])
async def test_garbage_is_broken(build: Build, data: str) -> None:
    assert type(await refused(build, stream(chunk("a"), data, chunk(finish="stop")))) is AnswerBroken


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("length", AnswerCut),
        ("repetition_truncation", AnswerCut),
        ("content_filter", AnswerFiltered),
        ("sensitive", AnswerFiltered),
        ("network_error", AnswerBroken),
        ("insufficient_system_resource", AnswerBroken),
    ],
)
async def test_bad_finish_reasons(build: Build, reason: str, expected: type[ModelError]) -> None:
    assert type(await refused(build, stream(chunk("some text"), chunk(finish=reason), "[DONE]"))) is expected


@pytest.mark.parametrize("text", ["", " \n"])
async def test_no_text_is_empty(build: Build, text: str) -> None:
    error = await refused(build, stream(chunk(text), chunk(finish="stop"), "[DONE]"))
    assert type(error) is AnswerEmpty and error.retryable


async def test_thought_without_answer_is_empty_and_says_so(build: Build) -> None:
    error = await refused(build, stream(chunk(reasoning_content="hm"), chunk(finish="stop"), "[DONE]"))
    assert type(error) is AnswerEmpty and "max_tokens" in error.hint


# --- reasoning ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
async def test_reasoning_is_kept_apart(build: Build, field: str) -> None:
    events = (chunk(**{field: "let me "}), chunk(**{field: "see"}), chunk("42"), chunk(finish="stop"))
    async with RawServer([stream(*events, pause=0.005)]) as server:
        got = await deltas(build(server.base_url))
    assert got[:3] == [Reasoning("let me "), Reasoning("see"), Text("42")]
    assert isinstance(got[3], Answered) and (got[3].text, got[3].reasoning) == ("42", "let me see")


async def test_think_tag_at_the_start_is_reasoning(build: Build) -> None:
    events = [
        chunk(part) for part in ("\n<th", "ink>\nab", "c</thi", "nk", ">\n", "\nyes <think> no</think>")
    ]
    async with RawServer([stream(*events, chunk(finish="stop"))]) as server:
        got = await answer(build(server.base_url))
    assert (got.text, got.reasoning) == ("yes <think> no</think>", "\nabc")


async def test_think_tag_further_on_is_text(build: Build) -> None:
    async with RawServer([stream(chunk("so <think>a</think>"), chunk(finish="stop"))]) as server:
        assert (await answer(build(server.base_url))).text == "so <think>a</think>"


async def test_beginning_that_only_looks_like_a_tag_is_text(build: Build) -> None:
    async with RawServer([stream(chunk(" <thi"), chunk(finish="stop"))]) as server:
        assert (await answer(build(server.base_url))).text == " <thi"


@given(
    st.text("<>/think \n你a", max_size=30)
    | st.builds("<think>{}</think>{}".format, st.text("<a你/"), st.text("<a>")),
    st.lists(st.integers(0, 60), max_size=6),
)
def test_any_chunking_splits_thoughts_in_the_same_way(text: str, cuts: list[int]) -> None:
    bounds = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    assert (
        split(*[text[a:b] for a, b in zip(bounds, bounds[1:], strict=False)]) == split(text) == split(*text)
    )


def split(*parts: str) -> tuple[str, str]:
    splitter = ThinkSplitter()
    pieces = [piece for part in parts for piece in splitter.feed(part)] + splitter.finish()
    said = "".join(piece.text for piece in pieces if isinstance(piece, Text))
    return said, "".join(piece.text for piece in pieces if isinstance(piece, Reasoning))


# --- answers that are no stream -------------------------------------------------------------------------------

WHOLE = {
    "object": "chat.completion",
    "model": "m-9",
    "choices": [{"message": {"role": "assistant", "content": "完整"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 5, "completion_tokens": 2},
}


@pytest.mark.parametrize("kind", ["application/json", "text/event-stream", "text/plain"])
async def test_whole_answer_to_a_stream_request_is_understood(build: Build, kind: str) -> None:
    async with RawServer([http(200, "\n" + json.dumps(WHOLE), kind=kind)]) as server:
        got = await deltas(build(server.base_url))
    assert got == [Text("完整"), Answered("完整", usage=Usage(5, 2), model="m-9")]


@pytest.mark.parametrize("kind", ["application/json", ""])
async def test_stream_under_another_name_is_understood(build: Build, kind: str) -> None:
    async with RawServer([stream(chunk("a"), chunk(finish="stop"), kind=kind)]) as server:
        assert (await answer(build(server.base_url))).text == "a"


async def test_packed_answer_is_unpacked(build: Build) -> None:
    body = gzip.compress(json.dumps(WHOLE).encode())
    async with RawServer([http(200, body, "Content-Encoding: gzip")]) as server:
        assert (await answer(build(server.base_url))).text == "完整"
        assert server.headers[0]["accept-encoding"] == "identity"


async def test_web_page_with_status_200_points_at_the_address(build: Build) -> None:
    error = await refused(
        build, http(200, "<!doctype html><title>Welcome to Wi-Fi</title>", kind="text/html")
    )
    assert type(error) is ModelRefused
    assert "Welcome to Wi-Fi" in error.message and "base URL" in error.hint


async def test_other_json_with_status_200_points_at_the_address(build: Build) -> None:
    error = await refused(build, http(200, '{"status": "ok"}'))
    assert type(error) is ModelRefused and "base URL" in error.hint


async def test_error_with_status_200_is_an_error(build: Build) -> None:
    body = '{"error": {"message": "Insufficient Balance", "code": "invalid_request_error"}}'
    assert type(await refused(build, http(200, body))) is OutOfCredit


# --- errors in mid-stream -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"message": "boom"}, AnswerBroken),
        ("boom", AnswerBroken),
        ({"message": "slow down", "code": 429}, RateLimited),
        ({"message": "engine overloaded", "type": "engine_overloaded_error"}, RateLimited),
        ({"message": "no", "code": "503"}, ModelUnreachable),
        ({"message": "您的账户余额不足"}, OutOfCredit),
        ({"message": "too long", "code": "context_length_exceeded"}, ContextExceeded),
    ],
)
async def test_error_object_in_mid_stream(build: Build, error: Any, expected: type[ModelError]) -> None:
    caught = await refused(build, stream(chunk("a"), json.dumps({"error": error}), chunk("b"), "[DONE]"))
    assert type(caught) is expected


async def test_error_event_and_bare_error_object(build: Build) -> None:
    event = b'event: error\ndata: {"message": "the GPU is on fire"}\n\n'
    assert "on fire" in (await refused(build, stream(chunk("a"), event))).message
    plain = b"event: error\ndata: out of memory\n\n"
    assert "out of memory" in (await refused(build, stream(chunk("a"), plain))).message
    bare = '{"object": "error", "message": "vLLM says no", "code": 500}'
    assert "vLLM says no" in (await refused(build, stream(bare))).message


# --- status ---------------------------------------------------------------------------------------------------


def error_body(message: str, code: str = "", kind: str = "") -> str:
    return json.dumps({"error": {"message": message, "code": code, "type": kind}}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("status", "body", "expected", "retryable"),
    [
        (400, error_body("bad"), ModelRefused, False),
        (401, error_body("bad key"), ModelRefused, False),
        (402, error_body("Payment required"), OutOfCredit, False),
        (403, error_body("no"), ModelRefused, False),
        (404, error_body("no"), ModelRefused, False),
        (408, error_body("slow"), ModelUnreachable, True),
        (409, error_body("conflict"), ModelUnreachable, True),
        (413, error_body("large"), ContextExceeded, False),
        (422, error_body("odd"), ModelRefused, False),
        (429, error_body("slow down"), RateLimited, True),
        (500, error_body("oh"), ModelUnreachable, True),
        (503, "upstream connect error", ModelUnreachable, True),
        (529, error_body("overloaded"), ModelUnreachable, True),
        (301, "", ModelRefused, False),
        # money, under many names and numbers
        (429, error_body("You exceeded your current quota", "insufficient_quota"), OutOfCredit, False),
        (429, error_body("x", "", "exceeded_current_quota_error"), OutOfCredit, False),
        (429, error_body("您的账户已欠费，请充值后重试", "1113"), OutOfCredit, False),
        (403, '{"code": 30001, "message": "Sorry, your account balance is insufficient"}', OutOfCredit, False),
        (400, error_body("Access denied", "Arrearage"), OutOfCredit, False),
        (400, error_body("x", "billing_hard_limit_reached"), OutOfCredit, False),
        (500, error_body("账户余额不足"), OutOfCredit, False),
        # length
        (400, error_body("x", "context_length_exceeded"), ContextExceeded, False),
        (400, error_body("This model's maximum context length is 4096 tokens."), ContextExceeded, False),
        (400, error_body("the request exceeds the available context size", "", "exceed_context_size_error"),
         ContextExceeded, False),
        (400, error_body("Range of input length should be [1, 30720]"), ContextExceeded, False),
        (400, error_body("输入内容过长"), ContextExceeded, False),
        # content
        (400, error_body("x", "data_inspection_failed"), AnswerFiltered, False),
        (400, error_body("系统检测到不安全内容", "1301"), AnswerFiltered, False),
    ],
)  # fmt: skip
async def test_status(build: Build, status: int, body: str, expected: type, retryable: bool) -> None:
    error = await refused(build, http(status, body))
    assert type(error) is expected
    assert error.retryable == retryable


async def test_hints_say_what_to_do(build: Build) -> None:
    assert "zishu keys set place" in (await refused(build, http(401, "{}"))).hint
    not_found = (await refused(build, http(404, "{}"))).hint
    assert "m-1" in not_found and "/v1" in not_found
    assert "m-1" in (await refused(build, http(400, error_body("Model Not Exist")))).hint
    assert "base URL" in (await refused(build, http(308, ""))).hint


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<html><head><title>502 Bad\n Gateway</title></head><body>x</body></html>", "502 Bad Gateway"),
        ("<html><style>p {}</style><body><p>We are&nbsp;down</p></body></html>", "We are down"),
        ('{"detail": "Not allowed"}', "Not allowed"),
        ('{"error": "plain words"}', "plain words"),
        ('{"message": "top level"}', "top level"),
        ('[{"error": {"message": "in a list"}}]', "in a list"),
        ('{"broken', '{"broken'),
        ("", "(no words)"),
        ('{"error": {"message": "' + "长" * 3000 + '"}}', "长" * 400 + "…"),
    ],
)
async def test_words_of_an_error_are_readable(build: Build, body: str, shown: str) -> None:
    message = (await refused(build, http(502, body, kind="text/html"))).message
    assert shown in message and "<" not in message and "\n" not in message


async def test_key_is_never_shown(build: Build) -> None:
    body = error_body(f"Incorrect API key provided: {SECRET}. Also sk-another-key-12345678")
    for reply in (
        http(401, body),
        http(500, body),
        stream(body),
        stream(SECRET),
        http(200, f"<p>{SECRET}</p>"),
    ):
        told = await refused(build, reply)
        assert SECRET not in str(told) and SECRET not in repr(told.__cause__)
        assert "sk-another" not in str(told)


async def test_password_in_the_address_is_never_shown(build: Build) -> None:
    with pytest.raises(ModelUnreachable) as caught:
        await answer(build("http://me:hunter2@127.0.0.1:9/v1?token=hunter3"))
    assert "hunter" not in str(caught.value)


async def test_name_and_password_in_the_address_are_used_where_there_is_no_key(build: Build) -> None:
    async with RawServer([GOOD]) as server:
        await answer(build(f"http://me:a%3Ab@127.0.0.1:{server.port}/v1", secret=None))
        await answer(build(f"http://me:a%3Ab@127.0.0.1:{server.port}/v1"))
        assert [headers["authorization"] for headers in server.headers] == [
            "Basic bWU6YTpi",
            f"Bearer {SECRET}",
        ]


async def test_error_page_without_end_is_not_read_for_ever(build: Build) -> None:
    head = b"HTTP/1.1 500 X\r\nContent-Type: text/html\r\n\r\n"
    error = await asyncio.wait_for(refused(build, Reply([head, *[b"x" * 32768] * 40], then=HANG)), 5)
    assert type(error) is ModelUnreachable


# --- fields an endpoint does not know -------------------------------------------------------------------------

OBJECTIONS = [
    ("stream_options", error_body("Unrecognized request argument supplied: stream_options")),
    ("seed", '{"error": {"message": "Unsupported parameter", "param": "seed"}}'),
    ("seed", '{"detail": "Extra inputs are not permitted: seed"}'),
    ("response_format", error_body("'response_format' of type 'json_schema' is not supported by this model")),
    ("response_format", '{"error": {"message": "Invalid schema", "param": "response_format.json_schema"}}'),
    ("temperature", error_body("Unsupported value: 'temperature' does not support 0.5 with this model.")),
    ("thinking", error_body("参数 thinking 不支持")),
]


@pytest.mark.parametrize(("field", "body"), OBJECTIONS)
@pytest.mark.parametrize("status", [400, 422])
async def test_field_not_known_is_left_out_and_remembered(
    build: Build, field: str, body: str, status: int
) -> None:
    options = Options(temperature=0.5, seed=3, schema={"type": "object"})
    async with RawServer([http(status, body), GOOD]) as server:
        model = build(server.base_url, quirks=Quirks(extra_body={"thinking": 1}))
        got = await answer(model, options)
        await answer(model, options)
        assert got.text == "你好，世界" and got.retries == 0
        assert [field in body for body in server.bodies] == [True, False, False]
        assert server.bodies[1] == {name: v for name, v in server.bodies[0].items() if name != field}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("max_tokens", "max_completion_tokens")] * 2 + [("max_completion_tokens", "max_tokens")],
)
async def test_max_tokens_goes_by_its_other_name(build: Build, wrong: str, right: str) -> None:
    body = error_body(
        f"Unsupported parameter: '{wrong}' is not supported with this model. Use '{right}' instead."
    )
    async with RawServer([http(400, body), GOOD]) as server:
        model = build(server.base_url, quirks=Quirks(max_tokens_field=wrong))  # type: ignore[arg-type]
        await answer(model, Options(max_tokens=77))
        await answer(model, Options(max_tokens=78))
        assert [(body.get(wrong), body.get(right)) for body in server.bodies] == [
            (77, None),
            (None, 77),
            (None, 78),
        ]


async def test_several_fields_may_go(build: Build) -> None:
    replies = [
        http(400, error_body(f"unknown field {name}")) for name in ("stream_options", "seed", "max_tokens")
    ]
    async with RawServer([*replies, GOOD]) as server:
        await answer(build(server.base_url), Options(seed=1))
        assert set(server.bodies[-1]) == {"model", "messages", "stream", "max_completion_tokens"}


async def test_other_models_of_the_endpoint_keep_the_field(build: Build, client: httpx.AsyncClient) -> None:
    line = Line(client, Pace(4), RetryPolicy(max_retries=0))
    async with RawServer([http(400, OBJECTIONS[0][1]), GOOD]) as server:
        await answer(build(server.base_url, line=line))
        await answer(build(server.base_url, line=line, model="m-2"))
        await answer(build(server.base_url, line=line))
        assert ["stream_options" in body for body in server.bodies] == [True, False, True, False]


@pytest.mark.parametrize(
    "body",
    [
        error_body("max_tokens must be at most 8192"),
        error_body("'messages' is invalid: unknown role"),
        error_body("unknown model"),
        error_body("your seedling is unsupported"),
        error_body("Invalid value", "", "") + " temperature",
    ],
)
async def test_other_complaints_are_not_retried(build: Build, body: str) -> None:
    async with RawServer([http(400, body), GOOD]) as server:
        with pytest.raises(ModelRefused):
            await answer(build(server.base_url), Options(seed=1))
        assert len(server.bodies) == 1


async def test_endpoint_that_wants_neither_name_is_not_asked_for_ever(build: Build) -> None:
    async with RawServer(
        [http(400, error_body("unknown: max_tokens, max_completion_tokens, seed"))]
    ) as server:
        with pytest.raises(ModelRefused):
            await answer(build(server.base_url), Options(seed=1))
        assert len(server.bodies) <= 3


async def test_what_did_not_help_is_not_remembered(build: Build) -> None:
    replies = [http(400, OBJECTIONS[0][1]), http(401, "{}"), GOOD]
    async with RawServer(replies) as server:
        model = build(server.base_url)
        with pytest.raises(ModelRefused):
            await answer(model)
        await answer(model)
        assert "stream_options" in server.bodies[2]


# --- retries --------------------------------------------------------------------------------------------------

BUSY = http(429, error_body("slow down"), "Retry-After: 7")


async def test_retry_after_is_kept_and_told(build: Build, clock: ScriptedClock) -> None:
    async with RawServer([BUSY, BUSY, GOOD]) as server:
        got = await deltas(build(server.base_url, policy=RetryPolicy()))
    assert [type(delta) for delta in got if not isinstance(delta, Text)] == [Retrying, Retrying, Answered]
    assert [delta.attempt for delta in got if isinstance(delta, Retrying)] == [1, 2]
    assert got[0] == Retrying(1, 7.0, "place (429) asks us to slow down: slow down")
    assert clock.slept == [7.0, 7.0]
    assert isinstance(got[-1], Answered) and got[-1].retries == 2


async def test_broken_answer_is_void_and_its_tokens_are_counted(build: Build, clock: ScriptedClock) -> None:
    broken = stream(chunk("void"), usage_chunk(10, 2))
    failed = stream(chunk("void"), usage_chunk(10, 5), chunk(finish="error"), "[DONE]")
    async with RawServer([broken, failed, GOOD]) as server:
        got = await deltas(build(server.base_url, policy=RetryPolicy()))
    assert [type(delta) for delta in got][:4] == [Text, Retrying, Text, Retrying]
    assert got[-1] == Answered("你好，世界", usage=Usage(7, 3), model="m-1", retries=2, wasted=Usage(20, 7))
    assert 0.75 <= clock.slept[0] <= 1 and 1.5 <= clock.slept[1] <= 2


async def test_retry_asks_for_the_same(build: Build) -> None:
    async with RawServer([stream(chunk("")), GOOD]) as server:
        await answer(build(server.base_url, policy=RetryPolicy()), Options(seed=5))
        assert server.bodies[0] == server.bodies[1]


async def test_patience_ends(build: Build, clock: ScriptedClock) -> None:
    async with RawServer([http(500, "{}")]) as server:
        with pytest.raises(ModelUnreachable):
            await answer(build(server.base_url, policy=RetryPolicy(max_retries=3)))
        assert len(server.bodies) == 4 and len(clock.slept) == 3


@pytest.mark.parametrize(
    ("reply", "calls"),
    [
        (http(500, "{}", "x-should-retry: false"), 1),
        (http(400, "{}", "x-should-retry: true"), 3),
        (http(402, "{}", "x-should-retry: true"), 1),
        (http(429, error_body("余额不足"), "x-should-retry: true", "Retry-After: 1"), 1),
        (http(401, "{}"), 1),
    ],
)
async def test_header_decides_but_not_over_money(build: Build, reply: Reply, calls: int) -> None:
    async with RawServer([reply]) as server:
        with pytest.raises(ModelError):
            await answer(build(server.base_url, policy=RetryPolicy(max_retries=2)))
        assert len(server.bodies) == calls


async def test_pace_hears_of_429_and_of_answers(build: Build, clock: ScriptedClock) -> None:
    pace = Pace(4, 5, clock)
    async with RawServer([BUSY, *[GOOD] * 30]) as server:
        model = build(server.base_url, policy=RetryPolicy(), pace=pace)
        await answer(model)
        assert pace.limit == 3
        for _ in range(24):
            await answer(model)
        assert pace.limit == 4 and pace.running == 0


async def test_no_more_calls_at_once_than_the_pace_allows(build: Build) -> None:
    async with Teacher(latency=0.02) as teacher:
        model = build(teacher.base_url, pace=Pace(3), clock=SystemClock())
        await asyncio.gather(*(answer(model, Options(seed=n)) for n in range(12)))
        assert teacher.most_running == 3


async def test_many_calls_through_many_faults_all_arrive_once(build: Build) -> None:
    async with Teacher(
        faults=0.3, kinds=("429", "500", "503", "cut", "empty", "error", "garbage")
    ) as teacher:
        model = build(
            teacher.base_url, policy=RetryPolicy(max_retries=12), pace=Pace(16), clock=SystemClock()
        )
        quick = RetryPolicy(max_retries=12, retry_delay_s=0.001)
        model = build(teacher.base_url, policy=quick, pace=Pace(16, clock=ScriptedClock()))
        got = await asyncio.gather(*(answer(model, Options(seed=n)) for n in range(60)))
        stats = teacher.stats()
    assert len({answered.text for answered in got}) == 60
    assert stats["good"] == 60 and sum(stats["faults"].values()) == sum(a.retries for a in got) > 5


# --- no answer at all -----------------------------------------------------------------------------------------


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_refused_on_loopback_says_that_the_server_is_not_running(build: Build) -> None:
    with pytest.raises(ModelUnreachable) as caught:
        await answer(build(f"http://127.0.0.1:{free_port()}/v1"))
    assert "ollama serve" in caught.value.hint and "Nothing listens" in caught.value.message


def transport_error(cause: BaseException) -> httpx.ConnectTimeout:
    """As the transport raises it: the cause wrapped in one of httpx's errors, mostly a ConnectTimeout."""
    error = httpx.ConnectTimeout("x")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("cause", "words", "retryable"),
    [
        (
            aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "Name or service not known")),
            "host not found",
            True,
        ),
        (
            aiohttp.ClientConnectorCertificateError(KEY, ssl.SSLCertVerificationError("self-signed")),
            "certificate",
            False,
        ),
        (
            aiohttp.ClientProxyConnectionError(KEY, OSError(113, "No route to host")),
            "proxy does not answer",
            True,
        ),
        (
            aiohttp.ClientProxyConnectionError(KEY, ConnectionRefusedError(111, "refused")),
            "connection refused",
            True,
        ),
        (aiohttp.ConnectionTimeoutError("x"), "timed out", True),
        (aiohttp.ServerDisconnectedError(), "ServerDisconnectedError", True),
    ],
)
def test_reasons_of_failed_connections(cause: BaseException, words: str, retryable: bool) -> None:
    where = Where("place", "m-1", "https://api.example.com/v1")
    error = no_answer(transport_error(cause), where, begun=False)
    assert words in str(error) and error.retryable == retryable


async def test_connection_closed_without_a_word(build: Build) -> None:
    assert type(await refused(build, Reply([]))) is ModelUnreachable


async def test_answer_that_is_no_http(build: Build) -> None:
    assert type(await refused(build, Reply([b"SSH-2.0-OpenSSH_9.6\r\n"]))) is ModelUnreachable


async def test_silence_before_the_answer_ends_in_a_timeout(build: Build) -> None:
    error = await refused(build, Reply([], then=HANG), policy=RetryPolicy(max_retries=0, timeout_s=0.05))
    assert type(error) is ModelUnreachable and "timed out" in error.message


async def test_silence_within_the_answer_ends_in_a_timeout(build: Build) -> None:
    policy = RetryPolicy(max_retries=0, timeout_s=0.05)
    error = await refused(build, stream(chunk("a"), then=HANG), policy=policy)
    assert type(error) is ModelUnreachable and "timed out" in error.message


async def test_bytes_now_and_then_are_no_silence(build: Build) -> None:
    events = [b": wait\n\n"] * 8 + [chunk("late"), chunk(finish="stop")]
    async with RawServer([stream(*events, pause=0.02)]) as server:
        model = build(server.base_url, policy=RetryPolicy(max_retries=0, timeout_s=0.08))
        assert (await answer(model)).text == "late"


async def test_keep_alives_do_not_keep_a_call_alive_for_ever(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RetryPolicy, "total_s", 0.1)
    reply = stream(*[b": wait\n\n"] * 500, pause=0.01)
    error = await refused(build, reply, clock=SystemClock())
    assert type(error) is ModelUnreachable and "did not finish" in error.message


async def test_slow_reader_does_not_use_up_the_time(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RetryPolicy, "total_s", 0.1)
    events = [chunk(str(n)) for n in range(4)]
    async with RawServer([stream(*events, chunk(finish="stop"), pause=0.005)]) as server:
        text = ""
        async for delta in build(server.base_url, clock=SystemClock()).stream(ASK, Options()):
            await asyncio.sleep(0.05)
            text += delta.text if isinstance(delta, Text) else ""
    assert text == "0123"


# --- leaving early --------------------------------------------------------------------------------------------


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(3):
        while not condition():  # noqa: ASYNC110 - the other side has no event to wait for
            await asyncio.sleep(0.005)


async def test_leaving_the_iterator_closes_the_connection_and_gives_the_turn_back(build: Build) -> None:
    pace = Pace(1)
    async with RawServer([stream(chunk("a"), then=HANG)]) as server:
        pieces = build(server.base_url, pace=pace).stream(ASK, Options())
        assert await anext(pieces) == Text("a")
        assert pace.running == 1
        await pieces.aclose()  # type: ignore[attr-defined]
        assert pace.running == 0
        await eventually(lambda: server.dropped == 1)


@pytest.mark.parametrize("reply", [stream(chunk("a"), then=HANG), Reply([], then=HANG)])
async def test_cancelling_closes_the_connection_and_gives_the_turn_back(build: Build, reply: Reply) -> None:
    pace = Pace(1)
    async with RawServer([reply]) as server:
        task = asyncio.create_task(answer(build(server.base_url, pace=pace)))
        await eventually(lambda: bool(server.bodies))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert pace.running == 0
        await eventually(lambda: server.dropped == 1)


async def test_cancelling_between_retries(build: Build) -> None:
    async with RawServer([BUSY]) as server:
        model = build(server.base_url, policy=RetryPolicy(), clock=SystemClock())
        task = asyncio.create_task(answer(model))
        await eventually(lambda: bool(server.bodies))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_it_is_a_chat_model(build: Build) -> None:
    model: ChatModel = build("http://127.0.0.1:1/v1")
    assert model.name == "place/m-1" and model.limits.context == 4096
