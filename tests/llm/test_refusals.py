import asyncio

import pytest

from tests.llm.asking import answer, refused
from tests.llm.conftest import SECRET, Build
from tests.llm.raw_server import GOOD, HANG, RawServer, Reply, error_body, http, stream
from zishu_app.core.errors import (
    AnswerFiltered,
    ContextExceeded,
    ModelRefused,
    ModelUnreachable,
    OutOfCredit,
    RateLimited,
)


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
