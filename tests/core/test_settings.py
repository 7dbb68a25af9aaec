import tomllib

import pytest
from pydantic import ValidationError

from zishu_app.core.errors import SettingsError
from zishu_app.core.paths import CONFIGS, Home
from zishu_app.core.settings import Settings, defaults, describe, load_settings
from zishu_app.core.texts import set_language


def write(home: Home, text: str) -> None:
    home.settings.write_text(text, encoding="utf-8")


def test_shipped_file_is_complete_and_in_order() -> None:
    shipped = tomllib.loads((CONFIGS / "settings.toml").read_text(encoding="utf-8"))
    given = [
        f"{name}.{key}" if isinstance(value, dict) else name
        for name, value in shipped.items()
        for key in (value if isinstance(value, dict) else [""])
    ]
    assert sorted(given) == sorted(describe())
    assert defaults() == Settings.model_validate(shipped)


def test_every_setting_and_section_is_described() -> None:
    assert [name for name, field in describe().items() if not (field.description or "").strip()] == []
    parts = [field.annotation for field in Settings.model_fields.values()]
    assert [part for part in parts if hasattr(part, "model_fields") and not part.__doc__] == []


def test_later_layers_go_before_earlier_ones(home: Home) -> None:
    write(home, "[dialogue]\nnoise_rate = 0.2\nmin_rounds = 3\nmax_rounds = 5\n")
    environment = {"ZISHU_DIALOGUE__NOISE_RATE": "0.3", "ZISHU_DIALOGUE__MIN_ROUNDS": "4"}
    settings = load_settings(home, {"dialogue.noise_rate": 0.4}, environment)
    got = settings.dialogue
    assert (got.noise_rate, got.min_rounds, got.max_rounds) == (0.4, 4, 5)
    assert got.num_conversations == defaults().dialogue.num_conversations


def test_a_flag_that_was_not_given_changes_nothing() -> None:
    assert load_settings(None, {"dialogue.noise_rate": None, "teacher.model": None}, {}) == defaults()


def test_a_flag_of_zero_counts() -> None:
    assert (
        load_settings(None, {"dialogue.noise_rate": 0, "dialogue.concurrency": 0}, {}).dialogue.noise_rate
        == 0
    )


def test_the_environment_of_the_process_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZISHU_LANGUAGE", "zh")
    monkeypatch.setenv("ZISHU_DISTILL__MAX_TOKENS", "900")
    settings = load_settings()
    assert (settings.language, settings.distill.max_tokens) == ("zh", 900)


def test_the_home_folder_is_no_setting(home: Home) -> None:
    assert load_settings(home, environment={"ZISHU_HOME": "x", "HOME": "y", "PATH": "z"}) == defaults()


@pytest.mark.parametrize("text", ["7", "true", "2026-01-12", "1.5", '"quoted"', "[a]", ""])
def test_text_in_the_environment_stays_text(text: str) -> None:
    assert load_settings(None, environment={"ZISHU_TEACHER__MODEL": text}).teacher.model == text


def test_a_file_with_a_bom_is_read(home: Home) -> None:
    home.settings.write_bytes(b'\xef\xbb\xbflanguage = "zh"\r\n')
    assert load_settings(home, environment={}).language == "zh"


def test_all_mistakes_of_all_layers_are_told_at_once_with_their_origin(home: Home, told) -> None:
    write(home, '[dialogue]\nnoise_rate = 3\nnois_rate = 0.1\n[distill]\nsplit_method = "words"\n')
    flags = {"distill.max_tokens": 10}
    environment = {"ZISHU_WORKER__SLOTS": "many", "ZISHU_NOPE": "1"}
    lines = told(SettingsError, lambda: load_settings(home, flags, environment)).splitlines()
    assert sorted(line.strip() for line in lines[1:]) == sorted(
        [
            f"{home.settings}: dialogue.noise_rate: must be at most 1 (3)",
            f"{home.settings}: dialogue.nois_rate: there is no such setting; is dialogue.noise_rate meant?",
            f"{home.settings}: distill.split_method: must be 'tokens' or 'turns' ('words')",
            "--max-tokens: distill.max_tokens: must be at least 50 (10)",
            "ZISHU_WORKER__SLOTS: worker.slots: must be a whole number ('many')",
            "ZISHU_NOPE: nope: there is no such setting"
            " Mend them and try again; configs/settings.toml lists all settings.",
        ]
    )


def test_mistakes_are_told_in_chinese_too(told) -> None:
    set_language("zh")
    text = told(SettingsError, lambda: load_settings(None, {"dialogue.noise_rate": 2}, {"ZISHU_NOPE": "1"}))
    assert "--noise-rate: dialogue.noise_rate: 不能大于 1 (2)" in text
    assert "ZISHU_NOPE: nope: 没有这个设置" in text


def test_two_settings_that_contradict_each_other_are_told_with_both_origins(home: Home, told) -> None:
    text = told(SettingsError, lambda: load_settings(home, {"dialogue.min_rounds": 200}, {}))
    assert "--min-rounds, settings.toml: dialogue.min_rounds, dialogue.max_rounds:" in text
    assert "min_rounds (200) is above max_rounds (100)" in text


def test_overlap_must_fit_into_a_chunk(told) -> None:
    text = told(SettingsError, lambda: load_settings(None, {"distill.overlap_tokens": 4000}, {}))
    assert "--overlap-tokens" in text
    assert "overlap_tokens (4000) must be below max_tokens (4000)" in text


@pytest.mark.parametrize(
    ("flags", "environment"),
    [({"teacher.api_key": "sk-secret-123456"}, {}), ({}, {"ZISHU_MIMO_KEY": "sk-secret-123456"})],
)
def test_a_key_put_where_it_does_not_belong_is_not_repeated(flags, environment, told) -> None:
    text = told(SettingsError, lambda: load_settings(None, flags, environment))
    assert "secret" not in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dialogue = 3\n", "dialogue: is a section of settings, not a value (3)"),
        ("[language]\nof = 'zh'\n", "language.of: there is no such setting"),
        ("[cooking]\nsalt = 1\n", "cooking.salt: there is no such setting"),
        ("[teacher.model]\nname = 'x'\n", "teacher.model: must be text ({'name': 'x'})"),
        ("[worker]\nslots = 2.5\n", "worker.slots: must be a whole number (2.5)"),
        ("[requests]\ntimeout_s = 0\n", "requests.timeout_s: must be above 0 (0)"),
        ("[requests]\ntimeout_s = nan\n", "requests.timeout_s: must be above 0 (nan)"),
        ("[requests]\ntimeout_s = 'long'\n", "requests.timeout_s: must be a number ('long')"),
    ],
)
def test_each_kind_of_mistake_in_the_users_file(text: str, said: str, home: Home, told) -> None:
    write(home, text)
    assert f"{home.settings}: {said}" in told(SettingsError, lambda: load_settings(home, environment={}))


def test_a_broken_section_hides_no_flag_of_another(home: Home, told) -> None:
    write(home, "dialogue = 3\n")
    flags = {"dialogue.noise_rate": 0.1, "distill.max_tokens": 1}
    text = told(SettingsError, lambda: load_settings(home, flags, {}))
    assert "dialogue: is a section" in text
    assert "--max-tokens: distill.max_tokens" in text
    assert "--noise-rate" not in text


@pytest.mark.parametrize("content", [b"[dialogue\n", b"\xff\xfe\x00", b"a = 1\na = 2\n"])
def test_a_file_that_is_no_toml_is_named(content: bytes, home: Home, told) -> None:
    home.settings.write_bytes(content)
    text = told(SettingsError, lambda: load_settings(home, environment={}))
    assert str(home.settings) in text
    assert "delete the file" in text


def test_settings_do_not_change() -> None:
    settings = defaults()
    with pytest.raises(ValidationError):
        settings.language = "zh"  # type: ignore[misc]
