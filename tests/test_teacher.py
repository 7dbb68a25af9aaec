"""The teacher on loopback is a tool the other tests trust, so it has tests of its own."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.teacher import FAULTS, Teacher
from tests.teacher_talk import good_answer, language_of, pieces_of

USER = {"role": "system", "content": "你扮演一位真实用户，和助手聊天。"}
ZH = [{"role": "system", "content": "你是助手。"}, {"role": "user", "content": "怎么学习机器学习？"}]
EN = [{"role": "user", "content": "How do I learn machine learning?"}]


def asked(messages: list[dict[str, str]], **more: Any) -> dict[str, Any]:
    return {"model": "t", "messages": messages, **more}


async def post(teacher: Teacher, body: dict[str, Any], **headers: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(teacher.base_url + "/chat/completions", json=body, headers=headers) as response,
    ):
        return response.status, await response.text()


def test_equal_requests_get_equal_answers_and_others_get_others() -> None:
    one = good_answer(asked(ZH, seed=1), 40)
    assert one == good_answer(asked(ZH, seed=1, temperature=0.5), 40)
    others = [asked(ZH, seed=2), asked(EN, seed=1), asked(ZH[1:], seed=1), asked(ZH, seed=1) | {"model": "u"}]
    assert len({one, *(good_answer(other, 40) for other in others)}) == 5


def test_language_and_length_follow_the_talk() -> None:
    chinese, english = good_answer(asked(ZH), 40), good_answer(asked(EN), 40)
    assert language_of([{"role": "user", "content": chinese}]) == "zh"
    assert language_of([{"role": "user", "content": english}]) == "en"
    users = good_answer(asked([USER, *ZH[1:]]), 40)
    assert len(pieces_of(users)) < 40 <= len(pieces_of(chinese))
    assert len(good_answer(asked(ZH), 200)) > 3 * len(chinese)


def grams(text: str, size: int) -> set[str]:
    return {text[start : start + size] for start in range(len(text) - size + 1)}


def test_a_talk_of_a_hundred_rounds_does_not_repeat_itself() -> None:
    talk, seen, users = list(ZH[1:]), set[str](), list[set[str]]()
    for number in range(100):
        for role, system in (("assistant", ZH[0]), ("user", USER)):
            text = good_answer(asked([system, *talk[-10:]], seed=number), 40)
            new = grams(text, 4)
            assert len(new - seen) > 0.25 * len(new)
            seen |= new
            talk.append({"role": role, "content": text})
        users.append(grams(talk[-1]["content"], 3))
        assert all(len(users[-1] & other) < 0.55 * len(users[-1] | other) for other in users[-7:-1])


def test_distillations_have_their_form() -> None:
    chunk = good_answer(
        asked([{"role": "user", "content": "请提炼：对话主题、核心问题\n用户：什么是过拟合？"}]), 40
    )
    assert (
        chunk.startswith("对话主题：")
        and "核心问题：\n- 什么是过拟合？" in chunk
        and "重要结论：\n- " in chunk
    )
    whole = good_answer(asked([{"role": "user", "content": "给出整体对话主题"}]), 40)
    assert whole.startswith("整体对话主题：")
    english = good_answer(
        asked([{"role": "user", "content": "Give Conversation Topic and key insights."}]), 40
    )
    assert english.startswith("Conversation Topic: ") and "Key Insights:\n- " in english


def test_schema_is_filled() -> None:
    schema = {
        "type": "object",
        "properties": {
            "score": {"type": "integer", "minimum": 3, "maximum": 4},
            "kind": {"enum": ["a", "b"]},
            "items": {"type": "array", "minItems": 2, "items": {"$ref": "#/$defs/item"}},
            "maybe": {"anyOf": [{"type": "null"}, {"type": "boolean"}]},
            "both": {"type": ["string", "null"], "maxLength": 5},
        },
        "$defs": {"item": {"type": "object", "properties": {"share": {"type": "number", "maximum": 1}}}},
    }
    wanted = {"type": "json_schema", "json_schema": {"schema": schema}}
    value = json.loads(good_answer(asked(ZH, response_format=wanted), 40))
    assert value["score"] in (3, 4) and value["kind"] in ("a", "b") and isinstance(value["maybe"], bool)
    assert len(value["items"]) >= 2 and all(0 <= item["share"] <= 1 for item in value["items"])
    assert 0 < len(value["both"]) <= 5


async def test_stream_and_whole_say_the_same() -> None:
    async with Teacher() as teacher:
        _, whole = await post(teacher, asked(ZH))
        _, text = await post(teacher, asked(ZH, stream=True, stream_options={"include_usage": True}))
        events = [json.loads(line[6:]) for line in text.split("\n\n") if line and "[DONE]" not in line]
        streamed = "".join(
            event["choices"][0]["delta"].get("content", "") for event in events if event["choices"]
        )
        assert streamed == json.loads(whole)["choices"][0]["message"]["content"]
        assert events[-1]["usage"] == json.loads(whole)["usage"]
        assert text.endswith("data: [DONE]\n\n")
        assert list(teacher.stats()["answered"].values()) == [2]


async def test_faults_depend_on_the_number_of_the_call() -> None:
    outcomes = []
    for _ in range(2):
        async with Teacher(faults=0.5, kinds=("429", "503")) as teacher:
            outcomes.append([(await post(teacher, asked(ZH)))[0] for _ in range(20)])
            assert sum(teacher.failed.values()) + teacher.answered.total() == 20 == teacher.calls
    assert outcomes[0] == outcomes[1] and set(outcomes[0]) == {200, 429, 503}


@pytest.mark.parametrize("kind", FAULTS)
async def test_each_fault_is_what_its_name_says(kind: str) -> None:
    async with Teacher(faults=1, kinds=(kind,), slow=0.01) as teacher:
        try:
            status, text = await post(teacher, asked(ZH, stream=True))
        except aiohttp.ClientPayloadError:
            status, text = 0, ""
    expected = {
        "429": (429, "Injected 429"), "500": (500, "Injected"), "503": (503, "Injected"), "cut": (0, ""),
        "empty": (200, '"stop"'), "length": (200, '"length"'), "error": (200, '"error"'),
        "garbage": (200, "not JSON"), "slow": (200, "[DONE]"),
    }  # fmt: skip
    assert status == expected[kind][0] and expected[kind][1] in text


async def test_limits_of_length_and_of_access() -> None:
    async with Teacher(context=60, key="secret") as teacher:
        assert (await post(teacher, asked(ZH)))[0] == 401
        status, text = await post(teacher, asked(ZH), Authorization="Bearer secret")
        assert status == 400 and "context_length_exceeded" in text
        status, text = await post(teacher, asked(ZH, max_tokens=5), Authorization="Bearer secret")
        assert status == 200


async def test_as_a_program_of_its_own() -> None:
    script = Path(__file__).with_name("teacher.py")
    program = await asyncio.create_subprocess_exec(
        sys.executable, str(script), "--seed", "3", "--tokens", "20", stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout is not None
    base_url = (await program.stdout.readline()).decode().strip()
    async with aiohttp.ClientSession() as session, session.get(base_url + "/models") as response:
        assert (await response.json())["data"]
    async with (
        aiohttp.ClientSession() as session,
        session.get(base_url.removesuffix("/v1") + "/stats") as response,
    ):
        assert (await response.json())["calls"] == 0
    program.terminate()
    await program.wait()
