"""Vectors out of an endpoint and out of the quick lane: in the order of the texts, of length 1."""

import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from zishu_app.core.errors import AnswerBroken, ModelRefused, SettingsError
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.house import House


def vector(text: str) -> list[float]:
    """Letters counted: enough to tell texts apart."""
    return [float(text.count(letter)) for letter in "abcdefg"]


class Endpoint:
    """Gives vectors; `answer` may be put in its place."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.busy = 0
        self.answer: Any = None

    async def embed(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append(body)
        if self.busy:
            self.busy -= 1
            return web.json_response({"error": {"message": "busy"}}, status=503)
        if self.answer is not None:
            return web.json_response(self.answer)
        rows = [{"index": n, "embedding": vector(text)} for n, text in enumerate(body["input"])]
        return web.json_response({"data": rows[::-1]})


@asynccontextmanager
async def serving(endpoint: Endpoint) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/v1/embeddings", endpoint.embed)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def house_with(home: Home, model: str, url: str = "") -> AsyncIterator[House]:
    if url:
        home.models_toml.write_text(
            f'[endpoints.near]\nbase_url = "{url}"\nneeds_key = false\nconcurrency = 2\ncontext = 512\n'
        )
    settings = load_settings(
        home, {"dataset.embedding_model": model, "requests.retry_delay_s": 0.0}, environment={}
    )
    async with House(home, settings, Keys(home.keys)) as house:
        yield house


async def embedded(house: House, texts: Sequence[str]) -> list[list[float]]:
    embedder = await house.embedder()
    assert embedder is not None
    return [list(one) for one in await embedder.embed(texts)]


async def test_none_is_named_in_the_settings(home: Home) -> None:
    async with house_with(home, "") as house:
        assert await house.embedder() is None


async def test_an_endpoint_gives_one_vector_a_text_in_their_order(home: Home) -> None:
    endpoint = Endpoint()
    texts = [f"a{'b' * n}" for n in range(150)]
    async with serving(endpoint) as url, house_with(home, "near/small", url) as house:
        found = await embedded(house, texts)
    assert len(found) == 150
    assert len(endpoint.asked) == 3  # in parts
    for text, one in zip(texts, found, strict=True):
        length = math.hypot(*vector(text))
        assert one == pytest.approx([value / length for value in vector(text)])


async def test_a_busy_endpoint_is_asked_again(home: Home) -> None:
    endpoint = Endpoint()
    endpoint.busy = 2
    async with serving(endpoint) as url, house_with(home, "near/small", url) as house:
        assert len(await embedded(house, ["a"])) == 1
    assert len(endpoint.asked) == 3


@pytest.mark.parametrize("answer", [{"data": []}, {"choices": []}, {"data": [{"index": 0}]}, []])
async def test_an_answer_without_vectors_is_told(home: Home, answer: Any) -> None:
    endpoint = Endpoint()
    endpoint.answer = answer
    async with serving(endpoint) as url, house_with(home, "near/small", url) as house:
        with pytest.raises(AnswerBroken):
            await embedded(house, ["a"])


async def test_an_endpoint_without_vectors_is_told(home: Home) -> None:
    endpoint = Endpoint()
    async with serving(endpoint) as url, house_with(home, "near/small", f"{url}/nowhere") as house:
        with pytest.raises(ModelRefused):
            await embedded(house, ["a"])


async def test_a_file_that_is_not_there_is_told(home: Home) -> None:
    async with house_with(home, str(home.root / "none.gguf")) as house:
        with pytest.raises(SettingsError, match="none.gguf"):
            await house.embedder()


async def test_a_model_on_this_machine_gives_vectors(home: Home) -> None:
    """SmolLM2 is made to write, not to compare; but what it gives is a vector, and the same for the same text."""
    async with house_with(home, "builtin") as house:
        found = await embedded(
            house, ["The cat sleeps.", "Money and banks.", "The cat sleeps.", "猫在睡觉。" * 400]
        )
    assert len({len(one) for one in found}) == 1
    assert found[0] == pytest.approx(found[2], abs=1e-3)
    assert [math.hypot(*one) for one in found] == pytest.approx([1.0] * 4, abs=1e-3)
    assert sum(a * b for a, b in zip(found[0], found[1], strict=True)) < 0.999
