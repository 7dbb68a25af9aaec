import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.llm.asking import ASK, answer, deltas
from tests.llm.conftest import SECRET, Build
from tests.llm.raw_server import GOOD, HANG, RawServer, Reply, chunk, error_body, http, stream, usage_chunk
from tests.teacher import Teacher
from zishu_app.core.clock import ScriptedClock, SystemClock
from zishu_app.core.errors import (
    KeyMissing,
    ModelError,
    ModelUnreachable,
)
from zishu_app.core.messages import Message
from zishu_app.llm.base import Answered, ChatModel, Limits, Options, Reasoning, Retrying, Text, Usage
from zishu_app.llm.pace import Pace
from zishu_app.llm.request import Quirks
from zishu_app.llm.retry import RetryPolicy


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


async def test_connection_is_used_again_though_the_end_of_the_body_comes_after_done(build: Build) -> None:
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
                event = f"data: {chunk('a')}\n\ndata: [DONE]\n\n".encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(event), event)
                )
                await asyncio.sleep(0.02)
                writer.write(b"0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        model = build(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1")
        for _ in range(3):
            await answer(model)
        server.close()
    assert connections == 1


async def test_teachers_answer_arrives_whole_in_any_network_chunks(build: Build) -> None:
    async with Teacher(token_latency=0.001) as slow, Teacher() as quick:
        one, other = await answer(build(slow.base_url)), await answer(build(quick.base_url))
        assert one.text == other.text and len(one.text) > 20
        assert one.usage is not None and one.usage.completion_tokens > 10


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
