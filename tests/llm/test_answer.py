import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.llm.asking import answer, deltas
from tests.llm.conftest import Build
from tests.llm.raw_server import RawServer, chunk, stream
from zishu_app.llm.answer import ThinkSplitter
from zishu_app.llm.base import Answered, Reasoning, Text


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
