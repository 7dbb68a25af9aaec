"""What stands in a version of the data set, counted sample by sample: for its manifest and its card."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from zishu_app.dataset.sample import CHECK_TAG, Sample
from zishu_app.dataset.split import Split
from zishu_app.dataset.teachers import binds

#: kinds whose texts were written by models
MADE = ("dialogue", "distilled", "thinking", "agentic")


@dataclass
class Counts:
    """One side of a version."""

    samples: int = 0
    messages: int = 0
    characters: int = 0
    #: of those, the ones she learns from
    learnt: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    scenarios: Counter[str] = field(default_factory=Counter)

    def add(self, sample: Sample) -> None:
        """One sample more."""
        self.samples += 1
        self.messages += len(sample.messages)
        self.characters += sum(len(one.content) for one in sample.messages)
        self.learnt += sum(len(one.content) for one in sample.messages if one.loss)
        self.kinds[sample.kind] += 1
        self.languages[sample.language] += 1
        self.scenarios[sample.scenario] += 1

    def as_dict(self) -> dict[str, Any]:
        """For JSON; what there is most of comes first."""
        return {
            "samples": self.samples,
            "messages": self.messages,
            "characters": self.characters,
            "learnt": self.learnt,
            "kinds": _sorted(self.kinds),
            "languages": _sorted(self.languages),
            "scenarios": _sorted(self.scenarios),
        }


@dataclass
class Tally:
    """Both sides, and where it all comes from."""

    train: Counts = field(default_factory=Counts)
    eval: Counts = field(default_factory=Counts)
    #: models, and samples in which each has answered
    teachers: Counter[str] = field(default_factory=Counter)
    #: samples with output of models whose provider's terms may forbid training on it, or bind it to conditions
    bound: int = 0
    #: files or names, with their licence if it is known, and samples out of each
    sources: Counter[tuple[str, str]] = field(default_factory=Counter)
    reviewers: Counter[str] = field(default_factory=Counter)
    #: findings of checks, by tag
    checks: Counter[str] = field(default_factory=Counter)
    #: tokens of the calls, and money by currency
    tokens: int = 0
    money: dict[str, float] = field(default_factory=dict)
    #: calls without a known price
    unpriced: int = 0
    #: samples that a person changed, samples that judges have seen
    edited: int = 0
    judged: int = 0

    def add(self, sample: Sample, split: Split) -> None:
        """One sample more."""
        (self.train if split == "train" else self.eval).add(sample)
        models = set(models_of(sample.provenance))
        self.teachers.update(models)
        self.bound += any(map(binds, models))
        self.sources[source_of(sample)] += 1
        self.checks.update(tag for tag in sample.tags if tag.startswith(CHECK_TAG))
        if sample.reviewer:
            self.reviewers[sample.reviewer] += 1
        self.edited += sample.version > 0
        self.judged += sample.score is not None
        if "split_from" not in sample.provenance:  # the other half has the same calls
            self._pay(sample.provenance)

    def as_dict(self) -> dict[str, Any]:
        """Where it comes from, for JSON."""
        return {
            "teachers": _sorted(self.teachers),
            "bound": self.bound,
            "sources": [
                {"name": name, "licence": licence, "samples": samples}
                for (name, licence), samples in sorted(
                    self.sources.items(), key=lambda one: (-one[1], one[0])
                )
            ],
            "reviewers": _sorted(self.reviewers),
            "checks": _sorted(self.checks),
            "tokens": self.tokens,
            "money": {currency: round(self.money[currency], 6) for currency in sorted(self.money)},
            "unpriced": self.unpriced,
            "edited": self.edited,
            "judged": self.judged,
        }

    def _pay(self, provenance: Mapping[str, Any]) -> None:
        for call in calls_of(provenance):
            tokens, money = call.get("tokens"), call.get("money")
            self.tokens += tokens if isinstance(tokens, int) else 0
            if isinstance(money, int | float) and call.get("currency"):
                currency = str(call["currency"])
                self.money[currency] = self.money.get(currency, 0) + money
            else:
                self.unpriced += 1


def calls_of(provenance: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The answered calls a sample was made by, see dataset/origin."""
    calls = provenance.get("calls")
    return (call for call in calls if isinstance(call, dict)) if isinstance(calls, list) else iter(())


def models_of(provenance: Mapping[str, Any]) -> Iterator[str]:
    """The models that answered, each as often as it did; or the one the provenance names, where no call is known."""
    called = [str(call["model"]) for call in calls_of(provenance) if call.get("model")]
    named = provenance.get("model")
    yield from called or ([named] if isinstance(named, str) and named else [])


def source_of(sample: Sample) -> tuple[str, str]:
    """The file or name a sample comes from, and its licence; each empty where it was made here or nobody knows.

    The name of a file, never its folder: a version may be given away.
    """
    if sample.kind == "dialogue":
        return "", ""
    provenance = sample.provenance
    named = next((provenance[key] for key in ("file", "source") if isinstance(provenance.get(key), str)), "")
    about = provenance.get("metadata")
    known = [provenance, about if isinstance(about, dict) else {}]
    licences = [one.get(key) for one in known for key in ("licence", "license")]
    licence = next((one for one in licences if isinstance(one, str) and one), "")
    return PurePosixPath(named.replace("\\", "/")).name, licence


def _sorted(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda one: (-one[1], one[0])))
