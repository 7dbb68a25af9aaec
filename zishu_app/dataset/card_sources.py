"""The part of a card that one should read before training: where the samples come from, which models wrote them, and
what their providers' terms say about that.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from zishu_app.core.texts import counted, t
from zishu_app.dataset.markdown import row, rule
from zishu_app.dataset.teachers import binds, says_of, terms_of
from zishu_app.dataset.teachers import told as said

Manifest = Mapping[str, Any]

#: lines of a table that may be long; the rest is counted
MOST = 20


def sources(manifest: Manifest) -> Iterator[str]:
    """Files and licences."""
    yield from (t("## 来源", "## Sources"), "")
    came = manifest["about"]["sources"]
    yield row(t("来源", "source"), t("许可证", "licence"), t("样本", "samples"))
    yield rule(3)
    for one in came[:MOST]:
        name = one["name"] or t("由本程序生成", "made with this program")
        unknown = "" if not one["name"] else t("没有说明", "not stated")
        yield row(name, one["licence"] or unknown, f"{one['samples']:,}")
    if len(came) > MOST:
        rest = sum(one["samples"] for one in came[MOST:])
        yield row(t(f"另外 {len(came) - MOST} 个", f"{len(came) - MOST:,} more"), "", f"{rest:,}")
    yield ""


def teachers(manifest: Manifest) -> Iterator[str]:
    """Models, and a warning where it is due."""
    about = manifest["about"]
    yield from (t("## 老师模型", "## Teaching models"), "")
    if not about["teachers"]:
        yield t("没有哪个样本记着是哪个模型写的。", "No sample tells of a model that wrote it.")
        yield ""
        return
    yield from _warning(about)
    yield row(
        t("模型", "model"),
        t("样本", "samples"),
        t("用输出训练其他模型", "training others on its output"),
        t("条款", "terms"),
    )
    yield rule(4)
    for model, samples in about["teachers"].items():
        yield row(f"`{model}`", f"{samples:,}", said(says_of(model)), _terms(model))
    yield ""
    yield t(
        "条款一栏是对公开文本的一句话概括，可能已经过时，也可能与你的合同不同；它不是法律意见。",
        "The last column is one sentence on a public text. It may be out of date, or differ from your own contract;"
        " it is no legal advice.",
    )
    yield ""
    yield from _spent(about)


def _warning(about: Mapping[str, Any]) -> Iterator[str]:
    samples = about["bound"]
    if not samples:
        return
    names = ", ".join(f"`{one}`" for one in about["teachers"] if binds(one))
    yield t(
        f"> **警告**：{samples} 个样本里有 {names} 的输出，其服务条款可能禁止或限制用输出训练其他模型。训练、发布之前请先核对。",
        f"> **WARNING**: there is output of {names} in {counted(samples, 'sample')}. Their terms may forbid training"
        " other models on it, or bind it to conditions. Check them before you train or publish.",
    )
    yield ""


def _terms(model: str) -> str:
    found = terms_of(model)
    if found is None:
        return t("不认识这个模型，请自行查看", "not known here: look at them yourself")
    if not found.read:
        return f"{found.who}: {found.sentence} ({found.where})"
    seen = (
        t(f"{found.read} 的文本", f"as of {found.read}")
        if found.known == "copy"
        else t(f"据 {found.read} 的了解，未重新核对", f"as known in {found.read}, not read again")
    )
    return f"{found.who}: {found.sentence} ({found.where}; {seen})"


def _spent(about: Mapping[str, Any]) -> Iterator[str]:
    if not about["tokens"]:
        return
    money = ", ".join(f"{amount:,.2f} {currency}" for currency, amount in about["money"].items())
    tokens = about["tokens"]
    yield (
        t(f"生成用了 {tokens:,} tokens", f"Made with {tokens:,} tokens")
        + (t(f"，花费 {money}", f", for {money}") if money else "")
        + t("。", ".")
    )
    if about["unpriced"]:
        yield t(
            f"其中 {about['unpriced']:,} 次调用没有已知价格。",
            f"For {counted(about['unpriced'], 'call')} of them no price is known.",
        )
    yield ""
