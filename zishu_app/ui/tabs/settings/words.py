"""Words for what lies behind models: where a key was found, what a price says, how a trial ended."""

import re
from urllib.parse import urlsplit

from zishu_app.core.errors import KeyMissing, ModelUnreachable, OutOfCredit, RateLimited, ZishuError
from zishu_app.core.keys import Key
from zishu_app.core.texts import t
from zishu_app.llm.catalog import Chosen
from zishu_app.llm.prices import Price


def place_of(key: Key | None) -> str:
    """Where a key was found; never the key."""
    if key is None:
        return t("还没有密钥", "No key yet")
    return {
        "run": t("密钥只用于这一次", "Key given for this run only"),
        "environment": t(f"密钥来自环境变量 {key.variable}", f"Key from the variable {key.variable}"),
        "keyring": t("密钥在系统钥匙串里", "Key in the system's keyring"),
        "file": t("密钥在仅本人可读的文件里", "Key in a file only you can read"),
    }[key.place]


def price_of(price: Price | None) -> str:
    """What a model costs."""
    if price is None:
        return t("未知", "Not known")
    if not price.currency:
        return t("免费，在你自己的电脑上运行", "Free: it runs on your own computer")
    read, written = f"{price.input_per_million:f}", f"{price.output_per_million:f}"
    said = t(
        f"每百万 tokens：输入 {read}，输出 {written} {price.currency}",
        f"Per million tokens: {read} in, {written} out, {price.currency}",
    )
    if price.cached_input_per_million is None:
        return said
    cached = f"{price.cached_input_per_million:f}"
    return said + t(f"（缓存 {cached}）", f" (cached {cached})")


def source_of(price: Price | None) -> str:
    """Where and when a price was read."""
    if price is None or not price.source:
        return ""
    return f"{urlsplit(price.source).hostname} · {price.date}"


def context_of(chosen: Chosen) -> str:
    """How much a model can read."""
    return f"{chosen.limits.context:,} tokens"


def verdict_of(error: ZishuError) -> str:
    """Why a trial did not work, in two or three words."""
    kinds: tuple[tuple[type[ZishuError], str], ...] = (
        (KeyMissing, t("还没有密钥", "No key yet")),
        (OutOfCredit, t("余额不足", "No credit left")),
        (RateLimited, t("密钥有效，但请求太频繁", "Let in, but asked to slow down")),
        (ModelUnreachable, t("连不上", "Cannot be reached")),
    )
    found = next((said for kind, said in kinds if isinstance(error, kind)), "")
    if not found and re.search(r"\((401|403)\)", error.message):
        found = t("密钥被拒绝", "The key was refused")
    return found or t("没有成功", "It did not work")
