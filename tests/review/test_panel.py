import pytest

from tests.conftest import Told
from zishu_app.core.errors import SettingsError
from zishu_app.core.paths import CONFIGS
from zishu_app.core.texts import set_language
from zishu_app.llm.catalog import Catalog, load_catalog
from zishu_app.review.panel import Panel, Seat, family_of, favouring, parse_panel, suggest


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(CONFIGS / "models.toml")


def test_models_with_weights() -> None:
    found = parse_panel("deepseek/deepseek-chat=2, qwen/qwen-plus，/models/a=b.gguf=0.5、x = 1e1 ")
    assert found == Panel(
        (
            Seat("deepseek/deepseek-chat", 2),
            Seat("qwen/qwen-plus"),
            Seat("/models/a=b.gguf", 0.5),
            Seat("x", 10),
        )
    )
    assert parse_panel(" , ") == parse_panel("") == Panel()


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("a, b=two", "entry 2, 'b=two': a number above 0"),
        ("a=0", "entry 1, 'a=0': a number above 0"),
        ("a=-1", "entry 1"),
        ("a=inf", "entry 1"),
        ("a=", "entry 1, 'a='"),
        ("a, , =2", "entry 2, '=2': it names no model"),
        ("a, b, a=3", "entry 3, 'a=3': a is there already"),
        ("a=x, b, c=y", "entry 1, 'a=x'"),
        ("a=x, b, c=y", "entry 3, 'c=y'"),
    ],
)
def test_every_mistake_is_told_with_its_place(setting: str, said: str, told: Told) -> None:
    text = told(SettingsError, lambda: parse_panel(setting))
    assert said in text and "endpoint/model" in text
    set_language("zh")
    assert "第" in told(SettingsError, lambda: parse_panel(setting))


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("xiaomimimo/mimo-v2-flash", "MiMo"),
        ("siliconflow/Qwen/Qwen3-8B", "Qwen"),
        ("openrouter/deepseek/deepseek-v4-flash", "DeepSeek"),
        ("local/DeepSeek-R1-Distill-Qwen-7B", "DeepSeek"),  # its words are the teacher's
        ("openai/o3-mini", "GPT"),
        ("openai/gpt-4.1-mini", "GPT"),
        ("openai/whatever", "GPT"),
        ("custom/whatever", ""),
        ("ollama/whatever", ""),  # no llama
        ("ollama/llama3.1:8b", "Llama"),
        ("ollama/qwen2.5:7b", "Qwen"),
        ("moonshot/kimi-k2.6", "Kimi"),
        ("zhipu/glm-4.7-flash", "GLM"),
        ("openrouter/anthropic/claude-sonnet-5", "Claude"),
        ("openrouter/google/gemini-3-pro", "Gemini"),
        ("openrouter/mistralai/ministral-8b", "Mistral"),
        ("builtin/SmolLM2-135M-Instruct", "SmolLM"),
        ("x/photo3", ""),
    ],
)
def test_families(model: str, family: str) -> None:
    assert family_of(model) == family


def test_a_judge_of_another_family_is_suggested_with_the_reason(catalog: Catalog) -> None:
    for name in catalog.names():
        found = suggest([name], catalog)
        assert found is not None
        assert found.family not in ("", family_of(name)) and family_of(found.model) == found.family
        assert not catalog.find(found.model).limits.terse
    found = suggest(["xiaomimimo/mimo-v2-flash"], catalog)
    assert found is not None and "MiMo" in found.reason and found.family in found.reason


def test_what_can_be_asked_now_comes_first(catalog: Catalog) -> None:
    found = suggest(["deepseek/deepseek-flash"], catalog, ["openai", "deepseek"])
    assert found is not None and found.model == "openai/gpt-4.1-mini"


def test_with_two_teachers_it_is_of_neither_family(catalog: Catalog) -> None:
    found = suggest(
        ["deepseek/deepseek-flash", "moonshot/kimi-k2.6"], catalog, ["deepseek", "moonshot", "zhipu"]
    )
    assert found is not None and found.family == "GLM"
    assert "DeepSeek and Kimi" in found.reason


def test_where_the_teacher_is_unknown_that_is_said(catalog: Catalog) -> None:
    found = suggest(["custom/mine"], catalog)
    assert found is not None and "does not tell" in found.reason


def test_nothing_is_suggested_where_there_is_nothing() -> None:
    assert suggest(["deepseek/deepseek-flash"], Catalog({})) is None


def test_a_judge_too_close_to_the_teacher_is_warned_of() -> None:
    teachers = ["dashscope/qwen-flash"]
    assert favouring(["deepseek/deepseek-flash", "custom/mine"], teachers) == []
    same, near = favouring(["dashscope/qwen-flash", "ollama/qwen2.5:7b"], teachers)
    assert "both teaches and judges" in same and "Qwen" in near
