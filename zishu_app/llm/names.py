"""What endpoints and models are called by people. Their ids are for files, flags and the ledger."""

import re

from zishu_app.core.texts import t

#: an address given by hand; the same as catalog.CUSTOM, which would bring the whole catalog to her window
_BY_HAND = "custom"
#: what stands before the slash of models that run on this computer: of their endpoint there is nothing to say
_LEARNT = "learnt"
_HERE = ("local", "builtin", _LEARNT)
#: ends the id of what was learnt: a name of hers has no date
_DAY = re.compile(r"-\d{8}(-\d+)?$")


def endpoint_name(endpoint: str) -> str:
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
        "builtin": t("内置小模型", "The built-in model"),
        _BY_HAND: t("自己的地址", "an address of your own"),
    }
    return names.get(endpoint, endpoint)


def model_name(full: str) -> str:
    """`endpoint/model`, as the ledger and settings have it, as people read it. An endpoint alone is its name."""
    endpoint, slash, model = full.partition("/")
    if not slash:
        return endpoint_name(endpoint)
    if endpoint in _HERE:
        return _DAY.sub("", model) if endpoint == _LEARNT else model
    if endpoint == _BY_HAND:
        return t(f"{model}（自己的地址）", f"{model} (an address of your own)")
    return f"{endpoint_name(endpoint)} · {model}"
