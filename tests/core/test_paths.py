import os
from pathlib import Path

import pytest

from zishu_app.core.errors import SettingsError
from zishu_app.core.paths import CONFIGS, MODEL_CARDS, RESOURCES, Home, open_home
from zishu_app.core.texts import set_language


def test_given_goes_before_the_environment_and_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZISHU_HOME", str(tmp_path / "of-environment"))
    given = tmp_path / "a" / "b c" / "家"
    assert open_home(given) == Home(given)
    assert given.is_dir()
    assert not (tmp_path / "of-environment").exists()
    assert open_home() == Home(tmp_path / "of-environment")


def test_without_both_it_lies_where_the_system_keeps_such_things(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZISHU_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))  # Linux
    monkeypatch.setenv("HOME", str(tmp_path))  # macOS
    monkeypatch.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", str(tmp_path))  # Windows
    root = open_home().root
    assert root.is_relative_to(tmp_path)
    assert root.name == "zishu"


def test_an_empty_variable_counts_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZISHU_HOME", "")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert open_home().root != Path.cwd()


def test_a_relative_path_and_a_tilde_are_made_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert open_home("here").root == tmp_path / "here"
    assert open_home("~/there").root == tmp_path / "there"


def test_a_home_folder_that_cannot_be_made_is_told(tmp_path: Path, told) -> None:
    taken = tmp_path / "file"
    taken.write_text("x")
    for path in (taken, taken / "below"):
        text = told(SettingsError, lambda path=path: open_home(path))
        assert str(path) in text
        assert "--home or ZISHU_HOME" in text


def test_a_user_who_does_not_exist_is_told_in_chinese_too(told) -> None:
    set_language("zh")
    assert "~nobody-of-this-name" in told(SettingsError, lambda: open_home("~nobody-of-this-name/x"))


def test_a_folder_that_cannot_be_written_to_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)  # root may write everywhere
    assert "cannot be written" in told(SettingsError, lambda: open_home(tmp_path))


def test_all_that_belongs_to_the_user_lies_in_the_home_folder(tmp_path: Path) -> None:
    home = Home(tmp_path)
    names = [name for name, value in vars(Home).items() if isinstance(value, property)]
    places = [getattr(home, name) for name in names]
    assert len(names) >= 9
    assert all(tmp_path in place.parents for place in places)
    assert len(set(places)) == len(places)


def test_what_is_shipped_is_there() -> None:
    assert (CONFIGS / "settings.toml").is_file()
    assert (CONFIGS / "models.toml").is_file()
    assert (RESOURCES / "prompts").is_dir()
    assert list(MODEL_CARDS.glob("*.toml"))
