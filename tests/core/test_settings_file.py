import pytest

from zishu_app.core.errors import SettingsError
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.core.settings_file import change, own_values, set_aside, take_back

OWN = """# mine
[dialogue]  # talks
# because
noise_rate = 0.2 # why
max_rounds = 60

# the machine
[worker]
slots = 4
"""


@pytest.fixture
def own(home: Home) -> Home:
    home.settings.write_text(OWN, encoding="utf-8")
    return home


def text(home: Home) -> str:
    return home.settings.read_text(encoding="utf-8")


def test_only_what_differs_is_written(home: Home) -> None:
    done = change(home, {"language": "zh", "window.theme": "dark", "dialogue.noise_rate": 0.12})
    assert own_values(home) == {"language": "zh", "window.theme": "dark"}
    assert done.settings == load_settings(home)


def test_comments_and_order_stay(own: Home) -> None:
    change(own, {"dialogue.noise_rate": 0.3, "dialogue.min_rounds": 7, "requests.max_retries": 1})
    assert text(own).splitlines() == [
        "# mine",
        "[dialogue]  # talks",
        "# because",
        "noise_rate = 0.3 # why",
        "max_rounds = 60",
        "min_rounds = 7",
        "",
        "# the machine",
        "[worker]",
        "slots = 4",
        "",
        "[requests]",
        "max_retries = 1",
    ]


def test_a_setting_goes_back_to_the_shipped_value_by_leaving_the_file(own: Home) -> None:
    change(own, {"dialogue.noise_rate": None, "worker.slots": 2})
    assert own_values(own) == {"dialogue.max_rounds": 60}
    assert "# because" in text(own) and "[worker]" not in text(own)


def test_taken_back_letter_by_letter(own: Home) -> None:
    done = change(own, {"dialogue.noise_rate": None, "worker.slots": None, "language": "zh"})
    take_back(own, done)
    assert text(own) == OWN


def test_taken_back_over_what_was_changed_by_hand_since(own: Home) -> None:
    done = change(own, {"worker.slots": 8})
    own.settings.write_text(text(own).replace("max_rounds = 60", "max_rounds = 70"), encoding="utf-8")
    take_back(own, done)
    assert own_values(own) == {"dialogue.noise_rate": 0.2, "dialogue.max_rounds": 70, "worker.slots": 4}


def test_a_wrong_value_is_told_and_not_written(own: Home) -> None:
    for wrong in ({"dialogue.noise_rate": 3}, {"dialogue.min_rounds": 61}, {"worker.slots": 0}):
        with pytest.raises(SettingsError, match=next(iter(wrong)).replace(".", r"\.")):
            change(own, wrong)
    assert text(own) == OWN


@pytest.mark.parametrize("broken", ["[dialogue\n", "a = 1\na = 2\n"])
def test_a_broken_file_is_not_written_over(home: Home, broken: str) -> None:
    home.settings.write_text(broken, encoding="utf-8")
    with pytest.raises(SettingsError, match="nothing was written"):
        change(home, {"language": "zh"})
    assert text(home) == broken


def test_a_broken_file_is_put_aside_and_kept(home: Home) -> None:
    for number in (1, 2):
        home.settings.write_text(f"[{number}", encoding="utf-8")
        kept = set_aside(home)
        assert kept.name == f"settings.broken-{number}.toml"
        assert kept.read_text(encoding="utf-8") == f"[{number}"
    assert not home.settings.exists()


def test_a_file_with_a_bom_may_be_changed(home: Home) -> None:
    home.settings.write_bytes(b'\xef\xbb\xbflanguage = "zh"\r\n')
    change(home, {"window.theme": "dark"})
    assert own_values(home) == {"language": "zh", "window.theme": "dark"}
