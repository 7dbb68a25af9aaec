import asyncio
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.jobs.lanes import OpenLane, lane_pids, model_path
from zishu_app.core.messages import Message
from zishu_app.core.paths import Home
from zishu_app.jobs.client import Lane, Times
from zishu_app.jobs.protocol import Cancelled, Done, Event, Failed, Piece, Progress
from zishu_app.jobs.specs import ChatSpec

PERSON = {
    "type": "object",
    "properties": {"age": {"type": "integer", "minimum": 0, "maximum": 99}, "sex": {"enum": ["f", "m"]}},
    "required": ["age", "sex"],
    "additionalProperties": False,
}


def spec(text: str = "Say hello.", **given: Any) -> ChatSpec:
    """All of one loading, unless told otherwise: the shared lane loads once."""
    standard = {"max_tokens": 24, "temperature": 0.0, "context": 256, "slots": 2, "threads": 1}
    return ChatSpec(str(model_path()), (Message("user", text),), **{**standard, **given})


async def answer(lane: Lane, asked: ChatSpec) -> tuple[str, Event]:
    """The text and the ending."""
    text = ""
    async for event in await lane.submit(asked):
        if isinstance(event, Piece):
            text += event.text
    return text, event


async def begun(lane: Lane, asked: ChatSpec) -> AsyncGenerator[Event, None]:
    """A job whose first piece has come."""
    events = aiter(await lane.submit(asked))
    while not isinstance(await anext(events), Piece):
        pass
    return events


def reason(ending: Event) -> tuple[str, str]:
    assert isinstance(ending, Failed), ending
    return ending.code, ending.message


async def test_an_answer_comes_in_pieces_with_its_cost(quick: Lane) -> None:
    asked = spec("What is the capital of France?", max_tokens=60)
    asked = replace(asked, messages=(Message("system", "You are a helpful assistant."), *asked.messages))
    events = [event async for event in await quick.submit(asked)]
    pieces = [event for event in events if isinstance(event, Piece)]
    assert "Paris" in "".join(piece.text for piece in pieces) and len(pieces) > 3
    assert any(isinstance(event, Progress) and event.done == event.total for event in events)
    done = events[-1]
    assert isinstance(done, Done)
    assert done.result["finish_reason"] == "stop" and done.result["model"] == model_path().name
    assert done.result["prompt_tokens"] > 20 and 3 < done.result["completion_tokens"] < 60


async def test_the_limit_is_kept_and_said(quick: Lane) -> None:
    _, done = await answer(quick, spec("Count to one hundred.", max_tokens=5))
    assert isinstance(done, Done)
    assert (done.result["finish_reason"], done.result["completion_tokens"]) == ("length", 5)


async def test_two_answers_at_once_and_a_third_after_them(quick: Lane) -> None:
    first, second = await asyncio.gather(
        *(begun(quick, spec("Tell me a story.", max_tokens=150)) for _ in "12")
    )
    third = aiter(await quick.submit(spec("Say hello.", max_tokens=3)))
    heard = asyncio.create_task(collect(third))
    await asyncio.sleep(0.3)
    assert isinstance(await anext(first), Piece) and isinstance(await anext(second), Piece)
    assert not heard.done()
    await first.aclose()
    await second.aclose()
    assert isinstance((await asyncio.wait_for(heard, 10))[-1], Done)


async def collect(events: AsyncGenerator[Event, None]) -> list[Event]:
    return [event async for event in events]


async def test_each_answer_has_the_whole_context(quick: Lane) -> None:
    asked = spec("word " * 140, max_tokens=2)  # more than half of 256
    for _, done in await asyncio.gather(answer(quick, asked), answer(quick, asked)):
        assert isinstance(done, Done) and done.result["prompt_tokens"] > 140


async def test_a_prompt_that_is_too_long(quick: Lane) -> None:
    code, message = reason((await answer(quick, spec("word " * 400)))[1])
    assert code == "context_exceeded" and "256" in message and re.search(r"4\d\d", message)


async def test_cancel_within_a_token(quick: Lane) -> None:
    other = await begun(quick, spec("Tell me a long story.", max_tokens=150))
    job = await quick.submit(spec("Tell me another.", max_tokens=150))
    after = 0
    async with aclosing(aiter(job)) as events:
        async for event in events:
            if isinstance(event, Piece):
                after += 1
                if after == 3:
                    stopping = asyncio.create_task(job.cancel())
    await stopping
    assert event == Cancelled() and after <= 6
    # its slot is free again, while the other is still taken
    assert isinstance((await answer(quick, spec(max_tokens=1)))[1], Done)
    assert isinstance(await anext(other), Piece)
    await other.aclose()


async def test_cancel_while_it_still_reads(quick: Lane) -> None:
    job = await quick.submit(spec("one two three " * 60, exact=True))
    async with aclosing(aiter(job)) as events:
        async for event in events:
            if isinstance(event, Progress):
                await job.cancel()
    assert event == Cancelled()


async def test_a_schema_holds(quick: Lane) -> None:
    text, done = await answer(quick, spec("Invent a person.", max_tokens=80, schema=PERSON))
    assert isinstance(done, Done)
    person = json.loads(text)
    assert 0 <= person["age"] <= 99 and person["sex"] in "fm"


async def test_a_steady_answer_is_not_the_last_one_again(quick: Lane) -> None:
    asked, said = (
        "I'll keep your last message in this chat window.",
        (
            "You're welcome. If there's one thing that can help me better understand machine learning, it would be a chat "
            "about data science and statistics. I've been using those fields for a long time now."
        ),
    )
    talk = tuple(Message("assistant" if n % 2 else "user", said if n % 2 else asked) for n in range(5))
    once = replace(spec(max_tokens=60, sentences=3, context=512), messages=talk)
    again, _ = await answer(quick, once)
    other, _ = await answer(quick, replace(once, steady=True))
    assert again == said, "the model no longer repeats itself: choose another talk"
    assert other.strip() and other[:60] != said[:60]


async def test_no_other_letters_than_those_of_the_talk(quick: Lane) -> None:
    text, _ = await answer(
        quick, spec("Write the Greek alphabet in Greek letters.", max_tokens=60, sentences=2)
    )
    assert text.isascii()


async def test_a_limit_of_sentences_holds(quick: Lane) -> None:
    text, done = await answer(quick, spec("Tell me a story.", max_tokens=120, sentences=1))
    assert isinstance(done, Done) and done.result["finish_reason"] == "stop"
    assert len(re.findall("[.!?]", text)) == 1 and text.rstrip()[-1] in ".!?"


async def test_a_schema_that_is_none(quick: Lane) -> None:
    code, message = reason((await answer(quick, spec(schema={"type": "objet"})))[1])
    assert code == "model_refused" and "objet" in message


async def test_a_seed_repeats_the_answer(quick: Lane) -> None:
    asked = {"temperature": 1.2, "max_tokens": 16, "exact": True}
    one, again, other = [
        (await answer(quick, spec("Tell me a story.", seed=s, **asked)))[0] for s in (1, 1, 2)
    ]
    assert one == again != other


async def test_chinese_arrives_whole(quick: Lane) -> None:
    text, _ = await answer(
        quick, spec("请重复：你好，紫舒老师。", schema={"const": "你好，紫舒老师🌸"}, max_tokens=60)
    )
    assert json.loads(text) == "你好，紫舒老师🌸"


async def test_what_is_no_model(quick: Lane, tmp_path: Path) -> None:
    missing = ChatSpec(str(tmp_path / "没有.gguf"), (Message("user", "x"),))
    code, message = reason((await answer(quick, missing))[1])
    assert code == "data_error" and "没有.gguf" in message
    half = tmp_path / "half.gguf"
    await asyncio.to_thread(lambda: half.write_bytes(model_path().read_bytes()[:5_000_000]))
    assert reason((await answer(quick, ChatSpec(str(half), (Message("user", "x"),))))[1])[0] == "data_error"
    assert isinstance((await answer(quick, spec(max_tokens=1)))[1], Done)


async def test_its_own_server_is_closed_to_others(quick: Lane, shared_home: Home) -> None:
    await answer(quick, spec(max_tokens=1))
    [pid] = lane_pids(shared_home)
    lines = psutil.Process(pid).net_connections(kind="tcp")
    listening = [line.laddr for line in lines if line.status == psutil.CONN_LISTEN]
    assert len(listening) >= 2 and {address.ip for address in listening} == {"127.0.0.1"}
    body = json.dumps({"messages": [{"role": "user", "content": "hi"}]}).encode()
    for address in listening:
        for path in ("/v1/chat/completions", "/slots", "/props"):
            url = f"http://127.0.0.1:{address.port}{path}"
            with pytest.raises((urllib.error.HTTPError, ConnectionError)) as caught:
                await asyncio.to_thread(urllib.request.urlopen, url, body if "chat" in path else None, 5)
            assert getattr(caught.value, "code", 401) == 401
            getattr(caught.value, "close", lambda: None)()


async def test_what_was_said_is_nowhere_on_disk(quick: Lane, shared_home: Home) -> None:
    secret = "xyzzy-plugh"
    await answer(quick, spec(f"Say {secret}", max_tokens=4))
    await answer(quick, spec(f"{secret} " * 400))
    await answer(quick, spec(f"Say {secret}", schema={"type": secret}))
    paths = await asyncio.to_thread(lambda: [path for path in shared_home.root.rglob("*") if path.is_file()])
    assert paths
    for path in paths:
        assert secret.encode() not in await asyncio.to_thread(path.read_bytes)


async def test_a_model_is_loaded_once_and_let_go_when_idle(opened: OpenLane, own_home: Home) -> None:
    lane = opened(own_home, times=Times(model_idle=0.5))
    log = own_home.logs / "worker-quick.log"
    await answer(lane, spec(max_tokens=1, context=128))
    await answer(lane, spec(max_tokens=1))  # the same file in another way: the first makes room
    assert (await asyncio.to_thread(log.read_bytes)).count(b"loaded SmolLM2") == 2
    [pid] = lane_pids(own_home)
    in_use = psutil.Process(pid).memory_info().rss
    await asyncio.to_thread(wait_for_words, log, b"let go of SmolLM2", 2)
    assert psutil.Process(pid).memory_info().rss < in_use - 50e6
    assert isinstance((await answer(lane, spec(max_tokens=1)))[1], Done)
    assert lane_pids(own_home) == [pid]


def wait_for_words(log: Path, words: bytes, times: int) -> None:
    until = time.monotonic() + 10
    while log.read_bytes().count(words) < times:
        assert time.monotonic() < until, f"{words!r} is not in the log"
        time.sleep(0.02)
