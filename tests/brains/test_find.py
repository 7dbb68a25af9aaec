import struct
from pathlib import Path

import pytest

from tests.brains.hub import DATA, FILE, a_card
from zishu_app.brains.cards import load_cards
from zishu_app.brains.find import Found, embedder_here, find_model, installed, known_cards, usable_chinese
from zishu_app.core.errors import DataError
from zishu_app.core.paths import Home


@pytest.fixture
def home(tmp_path) -> Home:
    home = Home(tmp_path / "home")
    home.models.mkdir(parents=True)
    return home


@pytest.fixture
def shared(tmp_path) -> Path:
    folder = tmp_path / "shared"
    folder.mkdir()
    return folder


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def gguf(path: Path, *, template: str = "", languages: tuple[str, ...] = (), pooling: bool = False) -> Path:
    """A file with a header and no weights."""
    entries = [text("general.architecture") + struct.pack("<I", 8) + text("llama")]
    if template:
        entries.append(text("tokenizer.chat_template") + struct.pack("<I", 8) + text(template))
    if languages:
        said = b"".join(map(text, languages))
        entries.append(text("general.languages") + struct.pack("<IIQ", 9, 8, len(languages)) + said)
    if pooling:
        entries.append(text("llama.pooling_type") + struct.pack("<II", 4, 1))
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, len(entries)) + b"".join(entries))
    return path


def sized(path: Path, size: int) -> Path:
    """A file of that length that takes no room."""
    with path.open("wb") as file:
        file.truncate(size)
    return path


def test_the_built_in_model_is_found_where_set_up_put_it(home, shared):
    card = load_cards()["smollm2-135m"]
    assert find_model(home, "builtin", shared) is None
    path = sized(shared / card.file, card.size)
    for name in ("builtin", "smollm2-135m", card.file):
        assert find_model(home, name, shared) == path


def test_the_users_own_folder_comes_first(home, shared):
    card = load_cards()["qwen3-0.6b"]
    sized(shared / card.file, card.size)
    own = sized(home.models / card.file, card.size)
    assert find_model(home, "qwen3-0.6b", shared) == own


def test_half_a_model_is_not_that_model(home, shared):
    card = load_cards()["qwen3-0.6b"]
    sized(home.models / card.file, card.size - 1)
    assert find_model(home, "qwen3-0.6b", shared) is None


def test_a_file_is_found_by_its_path_and_by_its_name(home, shared, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    elsewhere = gguf(tmp_path / "elsewhere.gguf")
    mine = gguf(home.models / "mine.gguf")
    assert find_model(home, str(elsewhere), shared) == elsewhere
    assert find_model(home, "./elsewhere.gguf", shared) == elsewhere
    assert find_model(home, "mine.gguf", shared) == mine
    assert find_model(home, "./mine.gguf", shared) is None
    assert find_model(home, "no-such-model", shared) is None
    assert find_model(home, str(tmp_path), shared) is None


def test_a_card_of_the_users_own_counts(home, shared):
    text = (Path(__file__).parents[2] / "models" / "qwen3-0.6b.toml").read_text(encoding="utf-8")
    (home.models / "mine.toml").write_text(
        text.replace('id = "qwen3-0.6b"', 'id = "mine"').replace("639446688", str(len(DATA))),
        encoding="utf-8",
    )
    path = home.models / "Qwen3-0.6B-Q8_0.gguf"
    path.write_bytes(DATA)
    assert find_model(home, "mine", shared) == path
    (home.models / "mine.toml").write_text("id = 1", encoding="utf-8")
    with pytest.raises(DataError, match=r"mine\.toml"):
        known_cards(home)


def test_what_is_here_is_listed_with_and_without_cards(home, shared):
    card = a_card()
    (shared / FILE).write_bytes(DATA)
    gguf(home.models / "b.gguf")
    gguf(home.models / "a.gguf")
    (home.models / "c.gguf.part").write_bytes(b"")
    (home.models / "folder.gguf").mkdir()
    here = installed(home, {"tiny": card}, shared)
    assert here[0] == Found(shared / FILE, "Tiny", len(DATA), card)
    assert [found.name for found in here[1:]] == ["a", "b"]


def test_the_biggest_chinese_model_is_chosen(home, shared):
    cards = load_cards()
    for card in cards.values():
        sized(home.models / card.file, card.size)
    found = usable_chinese(home, cards, shared)
    assert found is not None and found.card is cards["qwen3-1.7b"]


def test_the_built_in_model_does_not_speak_chinese(home, shared):
    card = load_cards()["smollm2-135m"]
    sized(shared / card.file, card.size)
    assert usable_chinese(home, load_cards(), shared) is None


@pytest.mark.parametrize(
    ("says", "usable"),
    [
        ({"template": "{{ x }}"}, True),
        ({"template": "{{ x }}", "languages": ("en", "zh")}, True),
        ({"template": "{{ x }}", "languages": ("en",)}, False),
        ({"template": "{{ x }}", "pooling": True}, False),
        ({}, False),
    ],
)
def test_a_file_of_the_users_own_is_judged_by_its_header(home, shared, says, usable):
    path = gguf(home.models / "own.gguf", **says)
    found = usable_chinese(home, load_cards(), shared)
    assert (found.path if found else None) == (path if usable else None)


def test_a_broken_file_of_the_users_own_is_passed_over(home, shared):
    (home.models / "a.gguf").write_bytes(b"GGUF rubbish")
    good = gguf(home.models / "b.gguf", template="{{ x }}")
    found = usable_chinese(home, {}, shared)
    assert found is not None and found.path == good


def test_the_smallest_file_that_was_made_to_compare_texts(home: Home, shared: Path) -> None:
    gguf(home.models / "talks.gguf", template="{{x}}")
    assert embedder_here(home, shared) is None
    big = gguf(home.models / "big.gguf", pooling=True)
    big.write_bytes(big.read_bytes() + b"\0" * 100)
    gguf(home.models / "small.gguf", pooling=True)
    (home.models / "broken.gguf").write_bytes(b"GGUF")
    found = embedder_here(home, shared)
    assert found is not None and found.path.name == "small.gguf"
