"""What people are shown in place of ids."""

import pytest

from zishu_app.brains.learnt import PREFIX
from zishu_app.core.paths import CONFIGS
from zishu_app.core.texts import set_language
from zishu_app.llm.catalog import CUSTOM, LOCAL, load_catalog
from zishu_app.llm.names import endpoint_name, model_name
from zishu_app.llm.refusals import Where


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_shipped_endpoint_has_a_name_of_its_own(language: str) -> None:
    set_language("zh" if language == "zh" else "en")
    shipped = load_catalog(CONFIGS / "models.toml").endpoints
    names = [endpoint_name(one) for one in (*shipped, CUSTOM)]
    assert len(set(names)) == len(names)
    assert not set(names) & {*shipped, CUSTOM}


@pytest.mark.parametrize(
    ("full", "shown"),
    [
        ("xiaomimimo/mimo-v2-flash", "Xiaomi MiMo · mimo-v2-flash"),
        ("siliconflow/Qwen/Qwen3-8B", "SiliconFlow · Qwen/Qwen3-8B"),
        ("mine/llama", "mine · llama"),
        (f"{CUSTOM}/qwen3", "qwen3 (an address of your own)"),
        (f"{LOCAL}/Qwen3-0.6B", "Qwen3-0.6B"),
        (f"{PREFIX}lesson-20261129", "lesson"),
        (f"{PREFIX}lesson-20261129-2", "lesson"),
        (f"{LOCAL}/mine-20261129", "mine-20261129"),
        ("builtin/SmolLM2", "SmolLM2"),
        ("deepseek", "DeepSeek"),
        ("", ""),
    ],
)
def test_a_model_is_called_by_the_name_of_its_company(full: str, shown: str) -> None:
    set_language("en")
    assert model_name(full) == shown


def test_an_address_given_by_hand_is_called_by_its_host() -> None:
    set_language("en")
    assert Where(CUSTOM, "qwen3", "http://10.0.0.5:8000/v1").name == "10.0.0.5:8000"
    assert Where("openai", "gpt", "https://api.openai.com/v1").name == "OpenAI"
