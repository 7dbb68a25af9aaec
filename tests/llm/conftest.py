"""What the tests of calling share: one client, and a model at any address."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from zishu_app.core.clock import Clock, ScriptedClock
from zishu_app.core.texts import set_language
from zishu_app.llm.base import Limits
from zishu_app.llm.catalog import Chosen
from zishu_app.llm.client import open_client
from zishu_app.llm.http_call import Line
from zishu_app.llm.openai_compatible import OpenAICompatible
from zishu_app.llm.pace import Pace
from zishu_app.llm.request import Quirks
from zishu_app.llm.retry import RetryPolicy

SHIPPED = Path(__file__).parents[2] / "configs" / "models.toml"
SECRET = "sk-very-secret-0123456789"


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    set_language("en")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """The process's HTTP client."""
    opened = open_client()
    yield opened
    await opened.aclose()


@pytest.fixture
def clock() -> ScriptedClock:
    """Time that only passes when somebody sleeps."""
    return ScriptedClock()


def chosen(base_url: str, **changes: object) -> Chosen:
    """A model at an address."""
    usual = Chosen(
        endpoint="place",
        kind="openai",
        base_url=base_url,
        model="m-1",
        key_env=("PLACE_API_KEY",),
        needs_key=False,
        limits=Limits(context=4096, schema=True),
        max_output=None,
        concurrency=4,
        price=None,
        quirks=Quirks(),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


PATIENT = RetryPolicy(max_retries=0, timeout_s=5)
Build = Callable[..., OpenAICompatible]


@pytest.fixture
def build(client: httpx.AsyncClient, clock: ScriptedClock) -> Build:
    """`build(base_url)`: a model there. More: `policy`, `clock`, `pace`, `secret`, fields of `Chosen`."""

    def made(
        base_url: str,
        *,
        policy: RetryPolicy = PATIENT,
        clock: Clock = clock,
        pace: Pace | None = None,
        secret: str | None = SECRET,
        line: Line | None = None,
        **changes: object,
    ) -> OpenAICompatible:
        line = line or Line(client, pace or Pace(4, clock=clock), policy, clock)
        return OpenAICompatible(chosen(base_url, **changes), line, secret)

    return made
