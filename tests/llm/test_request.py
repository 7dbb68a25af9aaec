import httpx
import pytest

from tests.llm.asking import answer
from tests.llm.conftest import Build
from tests.llm.raw_server import GOOD, RawServer, error_body, http
from zishu_app.core.errors import (
    ModelRefused,
)
from zishu_app.llm.base import Options
from zishu_app.llm.http_call import Line
from zishu_app.llm.pace import Pace
from zishu_app.llm.request import Quirks
from zishu_app.llm.retry import RetryPolicy

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
