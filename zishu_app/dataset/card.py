"""The card of a frozen version: what is in it, where it comes from, and what one should know before using it.

Hugging Face's form: a front matter for programs, Markdown for people. It is written once, in the language the program
speaks then, out of the manifest and nothing else.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from zishu_app.core.texts import counted, t
from zishu_app.dataset.card_sources import MOST, Manifest, sources, teachers
from zishu_app.dataset.frozen import LEFT_OUT, PREFERENCES, ROWS
from zishu_app.dataset.markdown import row, rule
from zishu_app.dataset.split import SPLITS
from zishu_app.dataset.tally import MADE
from zishu_app.dataset.words import kind_word, language_word

#: licences as Hugging Face calls them; any other one is `other` with a name of its own
KNOWN = {
    "apache-2.0", "mit", "cc0-1.0", "cc-by-2.0", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0",
    "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0", "cc-by-nc-sa-4.0", "cc-by-nc-nd-4.0",
    "odbl", "odc-by", "pddl", "cdla-permissive-1.0", "cdla-permissive-2.0", "cdla-sharing-1.0", "gpl-3.0",
    "lgpl-3.0", "agpl-3.0", "gfdl", "unlicense", "wtfpl", "unknown",
}  # fmt: skip
#: how Hugging Face calls the sides
SPLIT_NAMES = {"train": "train", "eval": "test"}
_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)


@dataclass(frozen=True, slots=True)
class Agreed:
    """How far one judging model agrees with the person."""

    judge: str
    #: ratings both have given
    ratings: int
    #: weighted kappa, -1 to 1
    kappa: float


def card(manifest: Manifest, agreement: Sequence[Agreed] = ()) -> str:
    """The whole text."""
    sections: list[Callable[[], Iterator[str]]] = [
        lambda: _head(manifest),
        lambda: _counts(manifest),
        lambda: sources(manifest),
        lambda: teachers(manifest),
        lambda: _review(manifest, agreement),
        lambda: _cleaning(manifest),
        lambda: _use(manifest),
        lambda: _limits(manifest),
    ]
    return "\n".join([*_front(manifest), *(line for section in sections for line in section())]) + "\n"


def _front(manifest: Manifest) -> Iterator[str]:
    """What programs read. Texts of people's are quoted as in JSON, which YAML reads alike."""
    samples = _sum(manifest, "samples")
    kinds = {kind for split in SPLITS for kind in manifest["counts"][split]["kinds"]}
    yield "---"
    yield f"pretty_name: {_quoted(manifest['name'])}"
    yield from ("language:", *(f"- {one}" for one in _merged(manifest, "languages")))
    yield from _licence(manifest["licence"])
    yield from ("size_categories:", f"- {next((name for most, name in _SIZES if samples < most), 'n>10M')}")
    yield from ("task_categories:", "- text-generation")
    tags = ["conversational", *(["synthetic"] if kinds & set(MADE) else []), *sorted(kinds), "zishu"]
    yield from ("tags:", *(f"- {one}" for one in tags))
    yield from ("configs:", "- config_name: default", "  data_files:")
    for split in SPLITS:
        if manifest["counts"][split]["samples"]:
            yield from (f"  - split: {SPLIT_NAMES[split]}", f"    path: {ROWS[split]}")
    if manifest["preferences"]:
        yield from (
            "- config_name: preferences",
            "  data_files:",
            "  - split: train",
            f"    path: {PREFERENCES}",
        )
    yield from ("---", "")


def _licence(licence: str) -> Iterator[str]:
    if licence.casefold() in KNOWN:
        yield f"license: {licence.casefold()}"
        return
    yield "license: other"
    yield f"license_name: {_slug(licence) or 'not-stated'}"


def _head(manifest: Manifest) -> Iterator[str]:
    name, created = manifest["name"], manifest["created"].replace("T", " ")
    yield from (f"# {name}", "")
    program = manifest["program"]
    yield t(
        f"用 {program} 于 {created} 冻结。冻结的版本不再改动；`manifest.json` 里有每个文件的 SHA-256。",
        f"Frozen with {program} on {created}. A frozen version never changes; `manifest.json` has the SHA-256 of"
        " every file.",
    )
    yield from ("", t(f"内容哈希：`{manifest['content']}`", f"Content hash: `{manifest['content']}`"), "")
    licence = manifest["licence"]
    yield (
        t(f"许可证：{licence}", f"Licence: {licence}")
        if licence
        else t(
            "许可证：**没有说明**。在公开或转交之前，请先确定它，并留意下面列出的来源和老师模型的条款。",
            "Licence: **not stated**. Decide on one before this is published or passed on, with an eye on the sources"
            " and on the terms of the teaching models below.",
        )
    )
    yield ""


def _counts(manifest: Manifest) -> Iterator[str]:
    yield from (t("## 有什么", "## What is in it"), "")
    columns = (
        ("samples", t("样本", "samples")),
        ("conversations", t("对话", "conversations")),
        ("messages", t("消息", "messages")),
        ("characters", t("字符", "characters")),
        ("learnt", t("其中要学的字符", "of them learnt from")),
    )
    yield row("", *(title for _, title in columns))
    yield rule(len(columns) + 1)
    titles = {"train": t("训练", "training"), "eval": t("评估", "evaluation")}
    for split in SPLITS:
        counts = manifest["counts"][split]
        yield row(f"{titles[split]} (`{ROWS[split]}`)", *(f"{counts[name]:,}" for name, _ in columns))
    yield ""
    yield from _table(manifest, "kinds", t("类型", "kind"), kind_word)
    yield from _table(manifest, "languages", t("语言", "language"), language_word)
    yield from _table(manifest, "scenarios", t("场景", "scenario"), str)


def _table(manifest: Manifest, what: str, title: str, word: Callable[[str], str]) -> Iterator[str]:
    """One property, with the samples of both sides."""
    merged = _merged(manifest, what)
    if not any(merged):
        return
    sides = [manifest["counts"][split][what] for split in SPLITS]
    yield row(title, t("训练", "training"), t("评估", "evaluation"))
    yield rule(3)
    for one in list(merged)[:MOST]:
        yield row(word(one) or t("（无）", "(none)"), *(f"{side.get(one, 0):,}" for side in sides))
    if len(merged) > MOST:
        more = len(merged) - MOST
        rest = [sum(side.get(one, 0) for one in list(merged)[MOST:]) for side in sides]
        yield row(t(f"另外 {more} 个", f"{more:,} more"), *(f"{one:,}" for one in rest))
    yield ""


def _review(manifest: Manifest, agreement: Sequence[Agreed]) -> Iterator[str]:
    about = manifest["about"]
    yield from (t("## 审阅", "## Review"), "")
    for reviewer, samples in about["reviewers"].items():
        yield "- " + t(
            f"{reviewer}：决定了 {samples:,} 个样本", f"{reviewer}: decided on {counted(samples, 'sample')}"
        )
    undecided = _sum(manifest, "samples") - sum(about["reviewers"].values())
    if undecided:
        yield "- " + t(
            f"{undecided:,} 个样本没有记下由谁决定",
            f"{counted(undecided, 'sample')} without a name beside the decision",
        )
    edited, judged = about["edited"], about["judged"]
    yield "- " + t(f"{edited:,} 个样本改过内容", f"{counted(edited, 'sample')} edited")
    if judged:
        yield "- " + t(
            f"{judged:,} 个样本有评审模型打分", f"{counted(judged, 'sample')} rated by judging models"
        )
    for one in agreement:
        yield "- " + t(
            f"评审 `{one.judge}` 与人的一致程度：加权 kappa {one.kappa:.2f}，共同评分 {one.ratings:,} 个",
            f"Judge `{one.judge}` against the person: weighted kappa {one.kappa:.2f} over"
            f" {counted(one.ratings, 'common rating')}",
        )
    yield ""


def _cleaning(manifest: Manifest) -> Iterator[str]:
    leakage, checks = manifest["leakage"], manifest["about"]["checks"]
    yield from (t("## 清理", "## Cleaning"), "")
    exact, near = leakage["left_out"]["exact"], leakage["left_out"]["near"]
    yield (
        "- "
        + t(
            f"与评估部分重复而从训练部分去掉：逐字相同 {exact:,} 个，近似（{_percent(leakage['threshold'])} 以上文字相同）{near:,} 个",
            f"Left out of training because they are kept for evaluation: {exact:,} word for word, {near:,} nearly (at least"
            f" {_percent(leakage['threshold'])} of the text in common)",
        )
        + (t(f"，见 `{LEFT_OUT}`", f"; see `{LEFT_OUT}`") if exact + near else "")
    )
    for tag, samples in checks.items():
        yield "- " + t(f"`{tag}`：{samples:,} 个样本", f"`{tag}`: {counted(samples, 'sample')}")
    if not checks:
        yield "- " + t("没有样本带着检查留下的标记", "No sample bears the mark of a check")
    yield ""


def _use(manifest: Manifest) -> Iterator[str]:
    split, share = manifest["split"], _percent(manifest["split"]["eval_share"])
    yield from (t("## 怎么用", "## How to use it"), "")
    yield from ("```python", "from datasets import load_dataset", "")
    yield f"data = load_dataset({_quoted('path/to/' + manifest['name'])})"
    yield from ("```", "")
    yield t(
        "`messages` 是 OpenAI 格式，每条消息的 `loss` 说明要不要学它；其余信息以 JSON 文本放在 `zishu` 一列。",
        "`messages` is in OpenAI's form; `loss` says of each message whether it is to be learnt from. Everything else"
        " lies in the column `zishu`, as JSON.",
    )
    yield t(
        f"训练与评估按整段对话划分：种子 {split['seed']}，评估比例 {share}；"
        "以后加进来的样本不会改变现有对话属于哪一边。",
        f"Whole conversations stand on one side: seed {split['seed']}, {share} kept for evaluation."
        " Samples that come later move none of those that are here.",
    )
    if split["settled"]:
        yield t(
            "对话很少，单凭抽签会有一边是空的，所以有的对话另行指定，见 `manifest.json` 里的 `settled`。",
            "There are few conversations: the draw alone would have left one side empty, so some were settled otherwise;"
            " see `settled` in `manifest.json`.",
        )
    if manifest["preferences"]:
        pairs = manifest["preferences"]
        yield t(
            f"`{PREFERENCES}` 有 {pairs:,} 对偏好（prompt、chosen、rejected），只取自训练部分。",
            f"`{PREFERENCES}` has {counted(pairs, 'preference')} (prompt, chosen, rejected), of the training side only.",
        )
    yield ""


def _limits(manifest: Manifest) -> Iterator[str]:
    kinds = {kind for split in SPLITS for kind in manifest["counts"][split]["kinds"]}
    yield from (t("## 局限", "## Limits"), "")
    if kinds & set(MADE):
        yield "- " + t(
            "一部分文字由模型写成：其中的说法可能有误，也可能带有模型的偏见。",
            "Part of it was written by models: what it says may be wrong, and it carries their bias.",
        )
    yield "- " + t(
        "近似重复按文字比较；换了说法的重复找不出来。",
        "Near duplicates are found by their text; the same thing in other words is not.",
    )
    yield "- " + t(
        "对私人信息的检查按规则进行，会有遗漏。",
        "Private data is looked for by rules, which miss some of it.",
    )


def write_card(path: Path, manifest: Manifest, agreement: Sequence[Agreed]) -> None:
    """The card as a file."""
    path.write_text(card(manifest, agreement), encoding="utf-8", newline="\n")


def _merged(manifest: Manifest, what: str) -> dict[str, int]:
    """One property over both sides, the most frequent first."""
    merged: dict[str, int] = {}
    for split in SPLITS:
        for one, samples in manifest["counts"][split][what].items():
            merged[one] = merged.get(one, 0) + samples
    return dict(sorted(merged.items(), key=lambda one: (-one[1], one[0])))


def _sum(manifest: Manifest, what: str) -> int:
    return sum(int(manifest["counts"][split][what]) for split in SPLITS)


def _percent(share: float) -> str:
    return f"{share * 100:g}%"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _slug(text: str) -> str:
    return re.sub(r"[^0-9a-z.]+", "-", text.casefold()).strip("-.")
