"""`zishu character`, the template it begins with, and whether the artist's guide tells the truth."""

import json
import re
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zishu_app.character import install, manifest, picture
from zishu_app.character.advice import advice
from zishu_app.character.card import read_card
from zishu_app.character.cast import TEMPLATE, cast_of
from zishu_app.character.manifest import EMOTIONS, Manifest
from zishu_app.character.pack import Accessory, read_pack
from zishu_app.cli.arguments import build_parser
from zishu_app.cli.main import main
from zishu_app.core.paths import RESOURCES, Home
from zishu_app.core.texts import set_language

GUIDE = RESOURCES / "guide"
LANGUAGES = ("zh", "en")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main(["character", *map(str, arguments)], lambda _: 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


# --- the commands ------------------------------------------------------------------------------------------------


def test_a_character_is_begun_checked_and_installed(run: Run, tmp_path: Path, home: Home) -> None:
    folder = tmp_path / "My Cat"
    code, out, _ = run("new", folder)
    assert (code, "zishu character check" in out) == (0, True)
    code, out, _ = run("check", folder)
    assert code == 0
    assert "my_cat (My Cat)" in out
    assert "It can be used." in out
    assert not home.characters.exists()  # checking keeps nothing
    assert run("install", folder)[0] == 0
    assert read_pack(home.characters / "my_cat").manifest.name.en == "My Cat"
    _, out, _ = run("install", folder)
    assert ".my_cat.bak" in out  # what was there is kept, and said
    _, out, _ = run("list")
    assert "my_cat" in out
    assert "*  zishu" in out
    assert "turtle (Turtle)" in out


def test_what_is_wrong_is_told(run: Run, tmp_path: Path) -> None:
    run("new", tmp_path / "cat")
    (tmp_path / "cat" / "parts" / "body.svg").write_text("<svg><script/></svg>", "utf-8")
    (tmp_path / "cat" / "card.en.toml").write_text("name = 3", "utf-8")
    code, _, err = run("check", tmp_path / "cat")
    assert code == 1
    assert "body.svg" in err
    assert "→" in err
    code, _, err = run("new", tmp_path / "cat")
    assert (code, "something in" in err) == (1, True)


def test_a_wrong_english_card_is_told_too(run: Run, tmp_path: Path) -> None:
    run("new", tmp_path / "cat")
    (tmp_path / "cat" / "card.en.toml").write_text("name = 3", "utf-8")
    code, _, err = run("check", tmp_path / "cat")
    assert (code, "card.en.toml" in err) == (1, True)


def test_programs_read_along(run: Run, tmp_path: Path, home: Home) -> None:
    run("new", tmp_path / "cat")
    _, out, _ = run("check", tmp_path / "cat", "--json")
    told = json.loads(out)
    assert (told["kind"], told["id"]) == ("character", "cat")
    assert told["advice"]
    _, out, _ = run("install", RESOURCES / "accessories" / "turtle.toml", "--json")
    assert json.loads(out)["folder"] == str(home.accessories / "turtle")
    _, out, _ = run("list", "--json")
    kinds = [json.loads(line)["kind"] for line in out.splitlines()]
    assert kinds == ["character", "accessory", "accessory", "accessory"]


def test_a_broken_character_is_named_in_the_list(run: Run, home: Home) -> None:
    (home.characters / "cat").mkdir(parents=True)
    (home.characters / "cat" / "character.toml").write_text("[[", "utf-8")
    code, out, _ = run("list")
    assert code == 0
    assert "! character.toml is not right" in out


# --- the template ------------------------------------------------------------------------------------------------


def test_the_template_is_a_whole_character() -> None:
    pack = read_pack(TEMPLATE)
    assert set(pack.manifest.emotions) == set(EMOTIONS)
    assert (read_card(TEMPLATE / "card.toml").language, read_card(TEMPLATE / "card.en.toml").language) == (
        "zh",
        "en",
    )
    assert len({str(one) for one in pack.manifest.emotions.values()}) == len(EMOTIONS)
    notes = advice(pack)
    assert all(
        ".arms." in note or "arms." in note for note in notes
    )  # it is right in everything but more arms


def test_the_template_goes_through_a_zip(run: Run, tmp_path: Path, home: Home) -> None:
    with zipfile.ZipFile(tmp_path / "mochi.zip", "w") as archive:
        for path in TEMPLATE.rglob("*"):
            archive.write(path, f"mochi/{path.relative_to(TEMPLATE)}")
    assert run("install", tmp_path / "mochi.zip")[0] == 0
    assert "mochi" in cast_of(home).packs


def test_advice_sees_what_an_artist_overlooks(tmp_path: Path) -> None:
    set_language("en")
    run_to = tmp_path / "cat"
    main(["character", "new", str(run_to)], lambda _: 0)
    set_language("en")
    text = (run_to / "character.toml").read_text("utf-8")
    text = text.replace(
        'mouth = "mouth_pout"\nblush = "blush"\ntilt = 4.0', 'mouth = "mouth_pout"\nblush = "blush"'
    )
    text = text.replace("gaze = [-5, 5]\n", "").replace(
        'brows = "brows_sad"\neyes = "open"', 'brows = "brows_angry"\neyes = "open"'
    )
    text = (
        text.replace('half = ["eyes_half"]\n', "")
        .replace("cheek = ", "# cheek = ")
        .replace('parts = ["eyes_iris"]', "")
    )
    (run_to / "character.toml").write_text(text, "utf-8")
    (run_to / "parts" / "wide.svg").write_bytes((run_to / "parts" / "leaf.svg").read_bytes())
    leaf = run_to / "parts" / "leaf.svg"
    leaf.write_text(leaf.read_text("utf-8").replace("0 0 300 320", "0 0 300 300"), "utf-8")
    (run_to / "card.toml").unlink()
    said = "\n".join(advice(read_pack(run_to)))
    for part in ("shy and angry look the same", "eyes.half", "gaze.parts", "touch.cheek", "leaf.svg is 300 x 300",
                 "wide.svg is not used", "eyes_half.svg is not used", "card.toml", "arms.type"):  # fmt: skip
        assert part in said


# --- the guide ---------------------------------------------------------------------------------------------------


def examples(language: str) -> list[dict[str, Any]]:
    text = (GUIDE / language / "artist.md").read_text("utf-8")
    return [tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL)]


def mixed(into: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return into | {
        name: mixed(into[name], one) if isinstance(one, dict) and isinstance(into.get(name), dict) else one
        for name, one in other.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_is_right(language: str) -> None:
    """Each block, put into the template, is a character that can be shown; or an accessory."""
    template = tomllib.loads((TEMPLATE / "character.toml").read_text("utf-8"))
    found = examples(language)
    assert len(found) >= 6
    kinds = {"picture" if "picture" in one else "manifest" for one in found}
    assert kinds == {"picture", "manifest"}
    for block in found:
        if "picture" in block:
            Accessory.model_validate(block)
        else:
            whole = Manifest.model_validate(mixed(template, block))
            assert list(manifest._does_not_fit(whole)) == []
            for part in whole.parts():
                assert (TEMPLATE / "parts" / f"{part}.svg").is_file()


def test_both_languages_show_the_same() -> None:
    def plain(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{name: one for name, one in block.items() if name != "artist"} for block in blocks]

    assert plain(examples("zh")) == plain(examples("en"))
    heads = [
        re.findall("^#+ ", (GUIDE / one / "artist.md").read_text("utf-8"), re.MULTILINE) for one in LANGUAGES
    ]
    assert heads[0] == heads[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_limits_are_those_that_hold(language: str) -> None:
    text = (GUIDE / language / "artist.md").read_text("utf-8")
    for said in (
        f"{picture.MOST_BYTES // 1000:,} kB", f"{picture.MOST_PIXELS:,}", f"{picture.MOST_ELEMENTS:,}",
        f"{install.MOST_FILES}", f"{install.MOST_BYTES // 10**6} MB", f"{manifest.MOST_BYTES // 1000} kB",
        *install.KINDS, *(f"`{emotion}`" for emotion in EMOTIONS), *(f"`{slot}`" for slot in manifest.POSED),
    ):  # fmt: skip
        assert said in text, said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_commands_in_it_exist(language: str) -> None:
    text = (GUIDE / language / "artist.md").read_text("utf-8")
    commands = re.findall(r"^    zishu (.+)$", text, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        assert build_parser().parse_args(command.split()).command == "character"
