"""Which brain she takes by herself, what a menu shows, and what is said where there is none."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.gguf_files import write_gguf
from zishu_app.brains.choices import Places, Taken, Wanted, choices, resolve, take, ways
from zishu_app.core.errors import BrainMissing, DataError, SettingsError
from zishu_app.core.keys import Keys
from zishu_app.core.paths import CONFIGS, Home
from zishu_app.core.texts import set_language
from zishu_app.llm.catalog import load_catalog

TEACHER = "xiaomimimo/mimo-v2-flash"


@pytest.fixture
def places(home: Home, tmp_path: Path) -> Places:
    home.models.mkdir()
    (tmp_path / "shared").mkdir()
    return Places(load_catalog(CONFIGS / "models.toml"), Keys(home.keys), home, tmp_path / "shared")


@pytest.fixture
def server() -> Iterator[int]:
    """The port of a server on this computer."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        yield one.getsockname()[1]


def wanted(spec: str = "", language: str = "zh", teacher: str = TEACHER, url: str = "") -> Wanted:
    return Wanted(language, spec, teacher, url)


def model(places: Places, name: str, languages: list[str], *, template: str = "{{ messages }}") -> Path:
    about: dict[str, object] = {"general.architecture": "llama", "general.languages": languages}
    if template:
        about["tokenizer.chat_template"] = template
    return write_gguf(places.home.models / name, about, {"w": (8,)})


def builtin(places: Places) -> None:
    """The built-in one, as far as its size and its header tell."""
    path = places.shared / "SmolLM2-135M-Instruct.Q4_1.gguf"
    write_gguf(path, {"general.architecture": "llama", "tokenizer.chat_template": "x"}, {"w": (8,)})
    from zishu_app.brains.cards import load_cards

    with path.open("r+b") as file:
        file.truncate(load_cards()["smollm2-135m"].size)


def test_the_teacher_is_taken_where_there_is_a_key(places: Places) -> None:
    places.keys.store("xiaomimimo", "sk-right")
    assert take(places, wanted()) == Taken(TEACHER)


def test_else_a_file_that_speaks_her_language(places: Places) -> None:
    path = model(places, "zh.gguf", ["zh"])
    model(places, "fr.gguf", ["fr"])
    assert take(places, wanted()) == Taken(str(path))


def test_else_the_built_in_one_for_english_only(places: Places) -> None:
    builtin(places)
    assert take(places, wanted(language="en")) == Taken("builtin")
    with pytest.raises(BrainMissing):
        take(places, wanted(language="zh"))


def test_a_file_of_ones_own_goes_before_the_built_in_one(places: Places) -> None:
    builtin(places)
    path = model(places, "own.gguf", [])
    assert take(places, wanted(language="en")) == Taken(str(path))


def test_a_file_that_was_never_taught_to_talk_is_not_taken(places: Places) -> None:
    model(places, "raw.gguf", ["zh"], template="")
    with pytest.raises(BrainMissing):
        take(places, wanted())


def test_the_one_that_is_asked_for_is_taken_and_no_other(places: Places) -> None:
    places.keys.store("xiaomimimo", "sk-right")
    with pytest.raises(BrainMissing) as caught:
        take(places, wanted("deepseek"))
    assert "no key for DeepSeek" in caught.value.message
    places.keys.store("deepseek", "sk-right")
    assert take(places, wanted("deepseek")) == Taken("deepseek")
    builtin(places)
    assert take(places, wanted("builtin")) == Taken("builtin"), "in whatever language: it was asked for"


def test_a_server_of_this_computer_must_answer(places: Places, server: int) -> None:
    url = f"http://127.0.0.1:{server}/v1"
    assert take(places, wanted(teacher="m", url=url)) == Taken("m", url)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(BrainMissing) as caught:
        take(places, wanted(teacher="m", url=f"http://127.0.0.1:{port}/v1"))
    assert f"nothing answers at 127.0.0.1:{port}" in caught.value.message


def test_without_a_brain_she_says_so_and_tells_the_ways(places: Places) -> None:
    with pytest.raises(BrainMissing) as caught:
        take(places, wanted())
    assert caught.value.message.startswith("I would love to answer")
    assert "no key for Xiaomi MiMo" in caught.value.message
    for command in (
        "zishu keys set xiaomimimo",
        "zishu models download qwen3-0.6b",
        "zishu brains use ollama",
    ):
        assert command in caught.value.hint
    set_language("zh")
    with pytest.raises(BrainMissing) as caught:
        take(places, wanted())
    assert "我很想回答你" in caught.value.message
    assert [one.kind for one in ways(places, wanted())] == ["key", "download", "endpoint"]
    assert [one.name for one in ways(places, wanted(language="en"))] == ["xiaomimimo", "builtin", "ollama"]
    assert ways(places, wanted(teacher="ollama"))[0].name == "deepseek", "ollama needs no key"
    builtin(places)
    assert ways(places, wanted())[-1].command == "zishu chat --lang en"
    assert [one.kind for one in ways(places, wanted(language="en"))] == ["key", "download", "endpoint"]


def test_the_menu_shows_everything_and_what_is_missing(places: Places) -> None:
    places.keys.store("deepseek", "sk-right")
    file = model(places, "zh.gguf", ["zh"])
    write_gguf(places.home.models / "clip.gguf", {"general.architecture": "clip"})
    found = choices(places, "zh")
    by_spec = {one.spec: one for one in found}
    usable = [one.spec for one in found if not one.why_not]
    assert usable == ["deepseek", str(file)]
    assert [one.why_not == "" for one in found] == sorted((one.why_not == "" for one in found), reverse=True)
    assert "no key" in by_spec["openai"].why_not
    assert "nothing answers" in by_spec["ollama"].why_not
    assert "does not talk" in by_spec[str(places.home.models / "clip.gguf")].why_not
    assert by_spec["builtin"].kind == "builtin"
    assert by_spec["builtin"].languages == ("en",)
    assert len(by_spec) == len(found)


def test_names_people_write(places: Places) -> None:
    file = model(places, "zh.gguf", ["zh"])
    assert resolve(places, "zh.gguf") == str(file)
    assert resolve(places, str(file)) == str(file)
    assert resolve(places, "deepseek") == "deepseek/deepseek-flash"
    assert resolve(places, "smollm2-135m") == resolve(places, "builtin") == "builtin"
    assert resolve(places, "") == ""
    with pytest.raises(DataError) as caught:
        resolve(places, "qwen3-0.6b")
    assert "zishu models download qwen3-0.6b" in caught.value.hint
    with pytest.raises(SettingsError):
        resolve(places, "no-such-model")
    write_gguf(places.home.models / "clip.gguf", {"general.architecture": "clip"})
    with pytest.raises(DataError):
        resolve(places, "clip.gguf")
