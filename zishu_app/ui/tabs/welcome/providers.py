"""What endpoints are called by people, and which of them a key is pasted for."""

from zishu_app.core.texts import t
from zishu_app.llm.catalog import CUSTOM, Catalog

#: stands for an address given by hand
OWN = CUSTOM


def name_of(endpoint: str) -> str:
    """The company's or program's name; an endpoint of the user's own is called as it is."""
    names = {
        "xiaomimimo": t("小米 MiMo", "Xiaomi MiMo"),
        "deepseek": t("深度求索 DeepSeek", "DeepSeek"),
        "dashscope": t("阿里云百炼（通义千问）", "Alibaba Bailian (Qwen)"),
        "siliconflow": t("硅基流动", "SiliconFlow"),
        "moonshot": t("月之暗面 Kimi", "Moonshot (Kimi)"),
        "zhipu": t("智谱 GLM", "Zhipu (GLM)"),
        "openai": "OpenAI",
        "openrouter": "OpenRouter",
        "ollama": t("Ollama（本机）", "Ollama (on this computer)"),
        "lmstudio": t("LM Studio（本机）", "LM Studio (on this computer)"),
        "vllm": t("vLLM（本机）", "vLLM (on this computer)"),
        OWN: t("自己的地址……", "An address of my own …"),
    }
    return names.get(endpoint, endpoint)


def names_of(endpoints: list[str]) -> str:
    """Some of them in a row: A、B 或 C."""
    named = [name_of(one) for one in endpoints]
    last = named.pop()
    if not named:
        return last
    return t("、", ", ").join(named) + t(f" 或 {last}", f" or {last}")


def offered(catalog: Catalog, candidates: list[str]) -> list[str]:
    """In the order in which they are offered: those a key may belong to, the others, one's own address."""
    remote = [name for name, record in catalog.endpoints.items() if record.kind == "openai"]
    return [*candidates, *(name for name in remote if name not in candidates), OWN]
