"""SillyTavern cards in and out: what they say of her, what we have no field for, and what strangers put into files."""

import base64
import copy
import json
import random
import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.character.card import (
    Card,
    DepthPrompt,
    Exchange,
    Lorebook,
    LoreEntry,
    MoodRule,
    Reactions,
    WearRule,
    read_card,
)
from zishu_app.character.foreign_json import MOST_JSON
from zishu_app.character.manifest import EMOTIONS
from zishu_app.character.tavern import card_in, card_out, examples_in
from zishu_app.character.tavern_book import book_from, book_in, book_out
from zishu_app.character.tavern_files import (
    ICON,
    PNG,
    Beside,
    Written,
    portrait,
    read_book,
    read_tavern,
    write_tavern,
)
from zishu_app.core.errors import DataError
from zishu_app.core.paths import RESOURCES

HERE = Path("card.json")
ZISHU = read_card(RESOURCES / "characters" / "zishu" / "card.toml")


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def picture(*chunks: bytes) -> bytes:
    """A PNG of one pixel, with these chunks before its end."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return PNG + head + chunk(b"IDAT", zlib.compress(b"\0\0")) + b"".join(chunks) + chunk(b"IEND", b"")


#: as SillyTavern 1.12 writes it: V1's fields again at the top, its own numbers under `extensions`
TAVERN: dict[str, Any] = {
    "name": "Alice",
    "first_mes": "Hi!",
    "avatar": "none",
    "fav": False,
    "spec": "chara_card_v2",
    "spec_version": "2.0",
    "data": {
        "name": "Alice",
        "description": "A clockmaker.",
        "personality": "dry",
        "scenario": "",
        "first_mes": "Hi, {{user}}!",
        "mes_example": "<START>\n{{user}}: How are you?\n{{char}}: Ticking.\nAlways ticking.\n<START>\n{{user}}: Bye\n{{char}}: Bye.",
        "creator_notes": "For a rainy day",
        "system_prompt": "",
        "post_history_instructions": "Stay short.",
        "alternate_greetings": ["Oh, you.", ""],
        "tags": ["clocks", "calm"],
        "creator": "someone",
        "character_version": "1.2",
        "extensions": {"talkativeness": "0.5", "depth_prompt": {"prompt": "tick", "depth": 4, "role": "system"}},
        "character_book": {
            "name": "Clocks",
            "entries": [
                {
                    "id": 7, "keys": ["tower", "/bells?/i"], "secondary_keys": ["night"], "comment": "The tower",
                    "content": "The tower clock is hers.", "constant": False, "selective": True,
                    "insertion_order": 20, "enabled": True, "position": "after_char", "use_regex": True,
                    "extensions": {
                        "position": 4, "depth": 2, "probability": 60, "useProbability": True,
                        "selectiveLogic": 0, "exclude_recursion": True, "role": 0,
                    },
                },
                {
                    "id": 8, "keys": ["C++"], "content": "She hates it.", "enabled": False, "insertion_order": 5,
                    "position": "before_char", "use_regex": True, "extensions": {"position": 0, "selectiveLogic": 0},
                },
            ],
        },
    },
}  # fmt: skip


def test_what_a_card_says_is_taken_over() -> None:
    card = card_in(TAVERN, HERE)
    assert (card.name, card.description, card.personality) == ("Alice", "A clockmaker.", "dry")
    assert card.greetings == ("Hi, {{user}}!", "Oh, you.")
    assert card.examples == (
        Exchange(user="How are you?", her="Ticking.\nAlways ticking."),
        Exchange(user="Bye", her="Bye."),
    )
    assert (card.notes, card.post_history, card.version) == ("For a rainy day", "Stay short.", "1.2")
    assert (card.tags, card.creator, card.language) == (("clocks", "calm"), "someone", "en")


def test_the_lorebook_is_taken_over_with_sillytaverns_own_numbers() -> None:
    tower, cpp = card_in(TAVERN, HERE).knowledge.entries
    assert (tower.position, tower.depth, tower.probability, tower.selective) == ("at_depth", 2, 60, True)
    assert (tower.keys, tower.secondary_keys, tower.comment) == (
        ("tower", "/bells?/i"),
        ("night",),
        "The tower",
    )
    assert tower.use_regex  # one of its keys is an expression
    assert not cpp.use_regex  # SillyTavern says so of every entry
    assert (cpp.enabled, cpp.position, cpp.insertion_order) == (False, "before_char", 5)


def test_what_we_have_no_field_for_comes_back() -> None:
    out = card_out(card_in(TAVERN, HERE), "2")
    assert out["avatar"] == "none"
    data = out["data"]
    assert data["extensions"]["depth_prompt"] == {"prompt": "tick", "depth": 4, "role": "system"}
    tower, cpp = data["character_book"]["entries"]
    assert tower["extensions"]["exclude_recursion"] is True
    assert (tower["extensions"]["position"], tower["extensions"]["depth"]) == (4, 2)
    assert (tower["id"], tower["use_regex"], cpp["use_regex"]) == (7, True, True)
    assert data["mes_example"].replace("\n", "") == TAVERN["data"]["mes_example"].replace("\n", "")


def test_what_stands_in_the_talk_and_how_second_keys_count_is_taken_over() -> None:
    card = card_in(TAVERN, HERE)
    assert card.depth_prompt == DepthPrompt(text="tick", depth=4, role="system")
    assert [one.selective_logic for one in card.knowledge.entries] == ["and_any", "and_any"]
    value = copy.deepcopy(TAVERN)
    value["data"]["extensions"]["depth_prompt"] = {"prompt": "tock", "depth": "2", "role": "user", "x": [1]}
    for number, entry in enumerate(value["data"]["character_book"]["entries"]):
        entry["extensions"]["selectiveLogic"] = number + 2
    card = card_in(value, HERE)
    assert card.depth_prompt == DepthPrompt(text="tock", depth=2, role="user")
    assert [one.selective_logic for one in card.knowledge.entries] == ["not_any", "and_all"]
    data = card_out(card, "2")["data"]
    assert data["extensions"]["depth_prompt"] == {"prompt": "tock", "depth": "2", "role": "user", "x": [1]}
    assert [one["extensions"]["selectiveLogic"] for one in data["character_book"]["entries"]] == [2, 3]
    assert card_in(data_of(card), HERE) == card


def data_of(card: Card) -> dict[str, Any]:
    return json.loads(json.dumps(card_out(card)))


def test_what_is_changed_here_is_changed_in_what_goes_out() -> None:
    card = card_in(TAVERN, HERE)
    tower, cpp = card.knowledge.entries
    book = card.knowledge.model_copy(
        update={"entries": (tower.model_copy(update={"selective_logic": "not_all"}), cpp)}
    )
    changed = card.model_copy(update={"depth_prompt": DepthPrompt(), "knowledge": book})
    data = card_out(changed, "2")["data"]
    assert "depth_prompt" not in data["extensions"]
    assert data["character_book"]["entries"][0]["extensions"]["selectiveLogic"] == 1
    assert card_in(data_of(changed), HERE).knowledge.entries[0].selective_logic == "not_all"


@pytest.mark.parametrize(
    "strange", ["tick", 7, None, [], {"prompt": 3}, {"prompt": "", "depth": 4, "role": "system"}]
)
def test_a_strange_depth_prompt_is_none_and_comes_back(strange: Any) -> None:
    card = card_in({"data": {"name": "Bo", "extensions": {"depth_prompt": strange}}}, HERE)
    assert card.depth_prompt.text == ""
    assert card_out(card)["data"]["extensions"]["depth_prompt"] == strange


def test_the_second_keys_of_world_info_count_as_they_say() -> None:
    value = {
        "entries": {
            "0": {"key": ["a"], "keysecondary": ["b"], "selective": True, "selectiveLogic": 2, "content": "x"}
        }
    }
    (entry,) = book_from(value, "world").entries
    assert (entry.selective_logic, entry.secondary_keys) == ("not_any", ("b",))


def test_unknown_fields_of_v3_come_back() -> None:
    value = {
        "spec": "chara_card_v3",
        "spec_version": "3.1",
        "data": {
            "name": "艾丽丝",
            "description": "钟表匠。",
            "nickname": "小艾",
            "creator_notes_multilingual": {"zh": "好", "en": "good"},
            "source": ["https://example.org/1"],
            "group_only_greetings": ["大家好"],
            "creation_date": 1700000000,
            "future": {"deep": [1, None, {"a": 2.5}]},
            "assets": [{"type": "icon", "uri": "ccdefault:", "name": "main", "ext": "png"}],
        },
    }
    card = card_in(value, HERE)
    assert card.language == "zh"
    out = card_out(card)["data"]
    assert {name: out[name] for name in value["data"] if name not in ("name", "description")} == {
        name: one for name, one in value["data"].items() if name not in ("name", "description")
    }


def test_lines_that_begin_with_two_ats_are_orders() -> None:
    book = book_in(
        {"entries": [{"keys": ["x"], "content": "@@depth 3\n@@role user\n@@@old 1\nIt rains."}]}, "book"
    )
    (entry,) = book.entries
    assert (entry.content, entry.position, entry.depth) == ("It rains.", "at_depth", 3)
    (out,) = book_out(book)["entries"]
    assert out["content"] == "@@role user\n@@@old 1\n@@depth 3\nIt rains."
    assert book_in(book_out(book), "book") == book


def test_v1_cards_are_read() -> None:
    card = card_in({"name": "Bo", "first_mes": "Yo", "mes_example": "Bo laughs.", "description": None}, HERE)
    assert (card.name, card.greetings, card.example_text) == ("Bo", ("Yo",), "Bo laughs.")


def test_a_card_edited_elsewhere_says_what_it_says_now() -> None:
    """Our own values stand beside theirs, and give way to them."""
    out = card_out(ZISHU)
    out["data"]["description"] = "Somebody else."
    out["data"]["mes_example"] = "<START>\n{{user}}: a\n{{char}}: b\n"
    card = card_in(out, HERE)
    assert (card.description, card.style) == ("Somebody else.", "")
    assert card.examples == (Exchange(user="a", her="b"),)
    assert card.moods == ZISHU.moods


def test_examples_that_are_no_pairs_stay_text() -> None:
    assert examples_in("She hums.\n{{char}}: la") is None
    assert examples_in("{{char}}: one\n{{char}}: two") is None
    assert examples_in("<user>: a\n<BOT>: b") == [{"user": "a", "her": "b"}]
    assert examples_in("") == []


@pytest.mark.parametrize("form", ["json", "json-v2", "png", "charx"])
def test_her_own_card_comes_back_whole_from_every_file(form: Written, tmp_path: Path) -> None:
    path = tmp_path / "her.dat"  # the name says nothing
    write_tavern(ZISHU, path, form, Beside(picture()))
    read = read_tavern(path)
    assert read.card == ZISHU
    assert read.form == form.removesuffix("-v2")


def test_a_picture_keeps_its_pixels_and_loses_the_former_card(tmp_path: Path) -> None:
    path = tmp_path / "her.png"
    write_tavern(Card(name="Bo"), path, "png", Beside(picture(chunk(b"tEXt", b"Title\0mine"))))
    once = path.read_bytes()
    write_tavern(ZISHU, path, "png", Beside(once))
    assert path.read_bytes().count(b"tEXtchara\0") == 1
    assert b"Title\0mine" in path.read_bytes()
    assert portrait(path) == picture(chunk(b"tEXt", b"Title\0mine"))
    assert portrait(tmp_path / "none") == b""


@pytest.mark.parametrize("kind", ["tEXt", "zTXt", "iTXt", "iTXt packed", "plain", "both"])
def test_the_card_is_found_in_every_kind_of_chunk(kind: str, tmp_path: Path) -> None:
    text = json.dumps(TAVERN).encode()
    wrapped = base64.b64encode(text)
    chunks = {
        "tEXt": [chunk(b"tEXt", b"chara\0" + wrapped)],
        "zTXt": [chunk(b"zTXt", b"chara\0\0" + zlib.compress(wrapped))],
        "iTXt": [chunk(b"iTXt", b"chara\0\0\0en\0\0" + wrapped)],
        "iTXt packed": [chunk(b"iTXt", b"chara\0\x01\0\0\0" + zlib.compress(wrapped))],
        "plain": [chunk(b"tEXt", b"chara\0" + text)],
        "both": [
            chunk(b"tEXt", b"chara\0" + base64.b64encode(b'{"name": "worse"}')),
            chunk(b"tEXt", b"ccv3\0" + wrapped),
        ],
    }
    (tmp_path / "a.png").write_bytes(picture(*chunks[kind]))
    assert read_tavern(tmp_path / "a.png").card.name == "Alice"


def test_assets_of_a_charx_go_along(tmp_path: Path) -> None:
    asset = {"type": "emotion", "uri": "embeded://assets/emotion/images/sad.png", "name": "sad", "ext": "png"}
    gone = {"type": "icon", "uri": "embeded://assets/icon/images/gone.png", "name": "main", "ext": "png"}
    value = card_out(card_in(TAVERN, HERE))
    value["data"]["assets"] = [asset, gone]
    with zipfile.ZipFile(tmp_path / "a.charx", "w") as archive:
        archive.writestr("card.json", json.dumps(value))
        archive.writestr("assets/emotion/images/sad.png", picture())
    card = read_tavern(tmp_path / "a.charx").card
    write_tavern(card, tmp_path / "b.charx", "charx", Beside(source=tmp_path / "a.charx"))
    with zipfile.ZipFile(tmp_path / "b.charx") as archive:
        assert archive.read("assets/emotion/images/sad.png") == picture()
        assert json.loads(archive.read("card.json"))["data"]["assets"] == [asset]
    write_tavern(card, tmp_path / "b.json", "json")
    assert json.loads((tmp_path / "b.json").read_text("utf-8"))["data"]["assets"] == []


def test_a_charx_without_assets_gets_her_picture(tmp_path: Path) -> None:
    write_tavern(ZISHU, tmp_path / "a.charx", "charx", Beside(picture()))
    with zipfile.ZipFile(tmp_path / "a.charx") as archive:
        assert archive.read(ICON) == picture()
        (asset,) = json.loads(archive.read("card.json"))["data"]["assets"]
    assert asset["uri"] == f"embeded://{ICON}"


def test_lorebooks_come_as_files_of_their_own(tmp_path: Path) -> None:
    entry = {"keys": ["sea"], "content": "Blue."}
    world = {"0": {"uid": 0, "key": ["sea"], "keysecondary": [], "content": "Blue.", "order": 3, "disable": True,
                   "position": 4, "depth": 1, "probability": 50, "useProbability": True, "constant": True}}  # fmt: skip
    for name, value in {
        "v3": {"spec": "lorebook_v3", "data": {"entries": [entry]}},
        "card": {"spec": "chara_card_v2", "data": {"name": "x", "character_book": {"entries": [entry]}}},
        "world": {"entries": world},
    }.items():
        (tmp_path / name).write_text(json.dumps(value), "utf-8")
    assert read_book(tmp_path / "v3").entries[0].keys == ("sea",)
    assert read_book(tmp_path / "card").entries[0].content == "Blue."
    (one,) = read_book(tmp_path / "world").entries
    assert (one.enabled, one.position, one.depth, one.probability) == (False, "at_depth", 1, 50)
    assert (one.constant, one.insertion_order, one.use_regex) == (True, 3, False)
    (tmp_path / "none").write_text('{"a": 1}', "utf-8")
    with pytest.raises(DataError, match="no entries"):
        read_book(tmp_path / "none")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no valid JSON"),
        (b"\xff\xfe\x00", "no valid JSON"),
        (b"[1]", "object"),
        (b'{"data": {}}', "no character card"),
        (b'{"name": {"first": "Bo"}}', "data.name: text"),
        (b'{"name": "Bo", "tags": {"a": 1}}', "data.tags"),
        (b'{"name": "Bo", "character_book": {"entries": 5}}', "entries"),
        (b'{"name": "Bo", "character_book": {"entries": [5]}}', r"entries\[0\]"),
        (b'{"name": "' + b"x" * 300 + b'"}', "name"),
        (b'{"name": "Bo", "x": NaN}', "no valid JSON"),
        (b'{"name": "Bo", "x": 1e999}', "no valid JSON"),
        (b'{"name": "Bo", "x": ' + b"9" * 5000 + b"}", "no valid JSON"),
        (b'{"name": "Bo", "extensions": {"zishu": {"moods": [{"words": ["a"], "emotion": "x"}]}}}', "moods"),
        (b"[" * 100_000, "no valid JSON"),
        (b'{"name": "' + b"x" * MOST_JSON + b'"}', "more than"),
        (PNG + b"junk", "not whole"),
        (picture(), "no character card in this picture"),
        (picture(chunk(b"tEXt", b"chara\0e30=")), "no character card"),
        (picture(chunk(b"zTXt", b"chara\0\0nope")), "damaged"),
        (picture(chunk(b"zTXt", b"chara\0\0" + zlib.compress(b"A" * 20_000_000, 9))), "too large"),
        (b"PK\x03\x04junk", "no whole CHARX"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(DataError, match=said) as caught:
        read_tavern(tmp_path / "a")
    assert caught.value.hint


def charx(**files: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return made.getvalue()


def test_a_charx_that_is_none_or_a_bomb(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(charx(other__json=b"{}"))
    with pytest.raises(DataError, match=r"no card\.json"):
        read_tavern(tmp_path / "a")
    (tmp_path / "a").write_bytes(charx(card__json=b" " * 50_000_000))
    with pytest.raises(DataError, match="more than"):
        read_tavern(tmp_path / "a")


def test_a_png_needs_a_picture(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no picture"):
        write_tavern(ZISHU, tmp_path / "a.png", "png")
    assert list(tmp_path.iterdir()) == []


# --- laws --------------------------------------------------------------------------------------------------------

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
content = words.filter(lambda text: not text.startswith("@@"))
line = words.filter(lambda text: text.strip() == text)
side = st.from_regex(r"[a-z\u4e00-\u4e20 ,.]{0,20}[a-z]", fullmatch=True)
entries = st.builds(
    LoreEntry,
    keys=st.lists(line, max_size=3).map(tuple),
    secondary_keys=st.lists(line, max_size=2).map(tuple),
    selective=st.booleans(),
    selective_logic=st.sampled_from(["and_any", "not_all", "not_any", "and_all"]),
    content=content,
    comment=line,
    enabled=st.booleans(),
    constant=st.booleans(),
    case_sensitive=st.booleans(),
    use_regex=st.booleans(),
    insertion_order=st.integers(-1000, 1000),
    priority=st.none() | st.integers(-10, 1000),
    position=st.sampled_from(["before_char", "after_char", "at_depth"]),
    depth=st.integers(0, 1000),
    probability=st.integers(0, 100),
)
cards = st.builds(
    Card,
    name=st.from_regex(r"[A-Za-z\u4e00-\u9fa5][\w ]{0,20}", fullmatch=True),
    language=st.sampled_from(["zh", "en"]),
    creator=words, version=words, notes=words, tags=st.lists(words, max_size=3).map(tuple),
    description=words, personality=words, short=words, scenario=words, style=words,
    system_prompt=words, post_history=words,
    depth_prompt=st.builds(
        DepthPrompt, text=words.filter(str.strip), depth=st.integers(0, 1000),
        role=st.sampled_from(["system", "user", "assistant"]),
    ) | st.just(DepthPrompt()),
    greetings=st.lists(words.filter(str.strip), max_size=3).map(tuple),
    examples=st.lists(st.builds(Exchange, user=words, her=words), max_size=3).map(tuple),
    moods=st.lists(
        st.builds(MoodRule, words=st.lists(words, max_size=2).map(tuple), emotion=st.sampled_from(EMOTIONS)),
        max_size=2,
    ).map(tuple),
    wears=st.lists(
        st.builds(WearRule, words=st.lists(words, max_size=2).map(tuple), accessory=st.sampled_from([None, "ribbon"])),
        max_size=2,
    ).map(tuple),
    wear_minutes=st.floats(0, 100),
    touched=st.builds(Reactions, head=st.lists(words, max_size=2).map(tuple)),
    knowledge=st.builds(
        Lorebook, name=words, scan_depth=st.integers(0, 1000), token_budget=st.integers(0, 100_000),
        recursive_scanning=st.booleans(), entries=st.lists(entries, min_size=1, max_size=3).map(tuple),
    ),
)  # fmt: skip


@given(cards, st.sampled_from(["2", "3"]))
def test_a_card_of_ours_comes_back_as_it_was(card: Card, spec: Any) -> None:
    through = json.loads(json.dumps(card_out(card, spec)))
    back = card_in(through, HERE)
    # where there are no examples, the text of them is read as pairs if it is pairs
    assert back == card


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(words, json_values, max_size=4), st.dictionaries(words, json_values, max_size=4))
def test_what_is_not_known_comes_back_as_it_was(top: dict[str, Any], inner: dict[str, Any]) -> None:
    known = {**card_out(Card(name="Bo"))["data"], "character_book": {}}
    spare = {name: one for name, one in inner.items() if name not in known}
    outer = {name: one for name, one in top.items() if name not in (*known, "spec", "spec_version", "data")}
    out = card_out(card_in({**outer, "spec": "chara_card_v2", "data": {"name": "Bo", **spare}}, HERE), "2")
    assert {name: out[name] for name in outer} == outer
    assert {name: out["data"][name] for name in spare} == spare


@given(json_values)
def test_no_value_is_too_strange(value: Any) -> None:
    """Anything at the place of anything: a card, or a sentence."""
    names = (*card_out(ZISHU)["data"], "entries")
    for name in names:
        try:
            card = card_in({"data": {"name": "Bo", name: value}}, HERE)
        except DataError as error:
            assert error.message
            assert error.hint
        else:
            assert card_in(json.loads(json.dumps(card_out(card))), HERE) == card


# --- spoilt files ------------------------------------------------------------------------------------------------


def spoilt(data: bytes, dice: random.Random) -> bytes:
    """Some bytes turned, cut out or put in."""
    found = bytearray(data)
    for _ in range(dice.randint(1, 10)):
        at = dice.randrange(len(found) + 1)
        found[at : at + dice.randint(0, 6)] = bytes(dice.randrange(256) for _ in range(dice.randint(0, 6)))
    return bytes(found[: dice.choice([len(found), len(found), dice.randrange(len(found) + 1)])])


def twisted(value: Any, dice: random.Random) -> Any:
    """The same JSON with something else at one of its places."""
    if dice.random() < 0.015:
        return dice.choice(
            [None, 5, -1, 2.5, "", "@@depth x\n@@", [], {}, [[]], {"a": None}, True, "\ud800", 10**12]
        )
    if isinstance(value, dict):
        return {name: twisted(one, dice) for name, one in value.items() if dice.random() > 0.01}
    if isinstance(value, list):
        return [twisted(one, dice) for one in value]
    return value


def test_thousands_of_spoilt_cards(tmp_path: Path) -> None:
    """Whatever is turned, cut or put in: a card that can be written again, or a sentence; nothing else."""
    dice, path, came, said = random.Random(11), tmp_path / "a", 0, 0
    text = json.dumps(TAVERN).encode()
    forms = [
        lambda: spoilt(text, dice),
        lambda: json.dumps(twisted(TAVERN, dice)).encode(),
        lambda: spoilt(picture(chunk(b"tEXt", b"chara\0" + base64.b64encode(text))), dice),
        lambda: picture(chunk(b"iTXt", b"ccv3\0\x01\0\0\0" + spoilt(zlib.compress(text), dice))),
        lambda: spoilt(charx(card__json=text, a__png=picture()), dice),
        lambda: charx(card__json=spoilt(text, dice)),
    ]
    for number in range(3000):
        path.write_bytes(forms[number % len(forms)]())
        try:
            card = read_tavern(path).card
        except DataError as error:
            said += 1
            assert error.message
            assert error.hint
        else:
            came += 1
            assert card_in(json.loads(json.dumps(card_out(card))), HERE) == card
    assert came > 300
    assert said > 1000
