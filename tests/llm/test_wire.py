import asyncio
import gzip
import json
from typing import Any

import pytest

from tests.llm.asking import answer, deltas, refused
from tests.llm.conftest import Build
from tests.llm.raw_server import HANG, RESET, RawServer, Reply, chunk, http, stream, usage_chunk
from zishu_app.core.errors import (
    AnswerBroken,
    AnswerCut,
    AnswerEmpty,
    AnswerFiltered,
    ContextExceeded,
    ModelError,
    ModelRefused,
    ModelUnreachable,
    OutOfCredit,
    RateLimited,
)
from zishu_app.llm.base import Answered, Text, Usage


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
