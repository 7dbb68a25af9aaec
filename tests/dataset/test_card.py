"""The card tells what is in a version, where it comes from, and what one should know before training on it."""

from pathlib import Path
from typing import Any

import pytest

from tests.dataset.ice import NOW, draft, family, freeze_in_one
from tests.house.source import CJK
from zishu_app.core.texts import set_language
from zishu_app.dataset.card import Agreed
from zishu_app.dataset.frozen import Frozen
from zishu_app.dataset.sample import Draft
from zishu_app.dataset.teachers import says_of, terms_of


def told(version: Frozen) -> str:
    return (version.folder / "README.md").read_text(encoding="utf-8")


def front(version: Frozen) -> dict[str, Any]:
    """What a program reads of it."""
    import yaml

    text = told(version)
    assert text.startswith("---\n")
    found: dict[str, Any] = yaml.safe_load(text.split("---\n")[1])
    return found


def by(model: str, number: int, **call: Any) -> Draft:
    """A sample that a model made."""
    calls = [{"call": "1", "purpose": "assistant", "model": model, "tokens": 100, **call}]
    return draft(number, kind="dialogue", provenance={"calls": calls})


def test_programs_read_its_head(tmp_path: Path) -> None:
    drafts = [one for n in range(40) for one in family(n)] + [draft(99, language="en")]
    version = freeze_in_one(tmp_path, drafts, "第一版 #1 'x'", licence="CC-BY-4.0")
    head = front(version)
    assert head["pretty_name"] == version.name
    assert head["language"] == ["zh", "en"]
    assert head["license"] == "cc-by-4.0"
    assert head["size_categories"] == ["n<1K"]
    assert head["task_categories"] == ["text-generation"]
    assert {"synthetic", "dialogue", "distilled", "zishu"} <= set(head["tags"])
    assert head["configs"] == [
        {
            "config_name": "default",
            "data_files": [
                {"split": "train", "path": "train.jsonl"},
                {"split": "test", "path": "eval.jsonl"},
            ],
        }
    ]


@pytest.mark.parametrize(
    ("licence", "known", "name"),
    [
        ("Apache-2.0", "apache-2.0", None),
        ("MIT", "mit", None),
        ("", "other", "not-stated"),
        ("House Licence: v2", "other", "house-licence-v2"),
        ("仅供内部使用", "other", "not-stated"),
    ],
)
def test_the_licence_is_what_was_said_and_nothing_is_guessed(
    licence: str, known: str, name: str | None, tmp_path: Path
) -> None:
    version = freeze_in_one(tmp_path, [draft(1)], licence=licence)
    head = front(version)
    assert (head["license"], head.get("license_name")) == (known, name)
    assert (f"Licence: {licence}\n" if licence else "Licence: **not stated**") in told(version)


def test_it_counts(tmp_path: Path) -> None:
    version = freeze_in_one(tmp_path, [one for n in range(30) for one in family(n)], eval_share=0)
    text = told(version)
    assert "| training (`train.jsonl`) | 120 | 30 |" in text
    assert "| distilled | 90 | 0 |" in text and "| dialogue | 30 | 0 |" in text
    assert "| 电影推荐 | 30 | 0 |" in text and "| (none) | 90 | 0 |" in text
    assert version.content in text


def test_a_provider_that_may_forbid_it_is_warned_of(tmp_path: Path) -> None:
    drafts = [
        by("openai/gpt-4o", 1),
        by("openrouter/anthropic/claude-opus", 2),
        by("deepseek/deepseek-flash", 3),
    ]
    both = draft(
        4,
        kind="dialogue",
        provenance={"calls": [{"model": "openai/gpt-4o"}, {"model": "google/gemini-2.5-pro"}]},
    )
    text = told(freeze_in_one(tmp_path, [*drafts, both], eval_share=0))
    (warning,) = [line for line in text.splitlines() if "WARNING" in line]
    assert "in 3 samples" in warning and "`openai/gpt-4o`" in warning and "claude-opus" in warning
    assert "deepseek" not in warning
    assert "| `openai/gpt-4o` | 2 | no competing models | OpenAI:" in text
    assert "| `deepseek/deepseek-flash` | 1 | allowed |" in text
    assert "no legal advice" in text


def test_an_unknown_model_is_said_to_be_unknown(tmp_path: Path) -> None:
    text = told(freeze_in_one(tmp_path, [by("mine/own-model", 1)]))
    assert "| `mine/own-model` | 1 | unknown | not known here" in text and "WARNING" not in text


def test_no_model_is_said_plainly(tmp_path: Path) -> None:
    assert "No sample tells of a model" in told(freeze_in_one(tmp_path, [draft(1)]))


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("openai/gpt-4o-mini", "restricts"),
        ("openrouter/openai/gpt-5", "restricts"),
        ("ollama/gpt-oss:20b", "allows"),
        ("anthropic/claude-sonnet-4", "restricts"),
        ("google/gemini-2.5-flash", "restricts"),
        ("lmstudio/gemma-3-12b-it", "conditions"),
        ("ollama/llama3.1:8b", "conditions"),
        ("xiaomimimo/mimo-v2-flash", "allows"),
        ("deepseek/deepseek-flash", "allows"),
        ("siliconflow/deepseek-ai/DeepSeek-V3.2", "allows"),
        ("siliconflow/Qwen/Qwen3-8B", "allows"),
        ("local/qwen3-1.7b-q4_k_m", "allows"),
        ("dashscope/qwen-flash", "unknown"),
        ("dashscope/qwen3.5-plus", "unknown"),
        ("builtin/smollm2-135m", "allows"),
        ("scripted/model", "unknown"),
    ],
)
def test_terms_are_found_by_the_name_of_the_model(model: str, says: str) -> None:
    assert says_of(model) == says


@pytest.mark.parametrize("model", ["openai/gpt-4o", "x/gemma", "deepseek/x", "dashscope/qwen-max"])
def test_terms_are_told_in_both_languages(model: str) -> None:
    found = terms_of(model)
    assert found is not None and not CJK.search(found.sentence)
    set_language("zh")
    assert CJK.search(found.sentence)


def test_money_and_tokens_are_summed_by_currency(tmp_path: Path) -> None:
    drafts = [
        by("deepseek/a", 1, money=1.25, currency="CNY"),
        by("deepseek/a", 2, money=0.5, currency="CNY"),
        by("openai/gpt-4o", 3, money=0.1, currency="USD"),
        by("local/x", 4, money=None, currency=""),
    ]
    version = freeze_in_one(tmp_path, drafts)
    assert version.about["money"] == {"CNY": 1.75, "USD": 0.1}
    assert "Made with 400 tokens, for 1.75 CNY, 0.10 USD." in told(version)
    assert "For 1 call of them no price is known." in told(version)


def test_sources_and_their_licences_are_listed_without_folders(tmp_path: Path) -> None:
    drafts = [draft(n, provenance={"file": "kdconv.jsonl", "license": "Apache-2.0"}) for n in range(3)]
    more = [draft(10 + n, provenance={"file": f"C:\\Users\\me\\talk-{n}.json"}) for n in range(25)]
    text = told(freeze_in_one(tmp_path, [*drafts, *more]))
    assert "| kdconv.jsonl | Apache-2.0 | 3 |" in text and "| talk-0.json | not stated | 1 |" in text
    assert "| 6 more |  | 6 |" in text and "Users" not in text


def test_reviewers_checks_and_agreement_are_told(tmp_path: Path) -> None:
    drafts = [draft(n, tags=("check:short", "x")) for n in range(3)]
    agreed = [Agreed("deepseek/deepseek-flash", 64, 0.712)]
    text = told(freeze_in_one(tmp_path, drafts, agreed=lambda _: agreed))
    assert "3 samples without a name beside the decision" in text
    assert "`check:short`: 3 samples" in text and "`x`" not in text
    assert "weighted kappa 0.71 over 64 common ratings" in text


def test_what_people_write_does_not_break_the_tables(tmp_path: Path) -> None:
    version = freeze_in_one(tmp_path, [draft(1, scenario="a|b\n# c"), draft(2, scenario="x")], "v #1 'a'")
    assert "| a\\|b # c | 1 | 0 |" in told(version) or "| a\\|b # c | 0 | 1 |" in told(version)
    assert front(version)["pretty_name"] == version.name


def test_it_speaks_chinese_too(tmp_path: Path) -> None:
    set_language("zh")
    version = freeze_in_one(tmp_path, [by("openai/gpt-4o", 1)], now=NOW)
    text = told(version)
    assert "**警告**" in text and "不得用输出开发与 OpenAI 竞争的模型" in text and "没有说明" in text
    assert front(version)["license"] == "other"
    lines = [
        line
        for line in text.split("---\n", 2)[2].splitlines()
        if line and not line.startswith(("```", "from ", "data "))
    ]
    plain = [line for line in lines if not CJK.search(line) and not line.startswith(("|", "# "))]
    assert plain == []
