"""Asking a model, for the tests of calling."""

from typing import Any

import pytest

from tests.llm.conftest import Build
from tests.llm.raw_server import RawServer, Reply
from zishu_app.core.errors import ModelError
from zishu_app.core.messages import Message
from zishu_app.llm.base import Answered, ChatModel, Delta, Options

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
