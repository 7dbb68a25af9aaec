"""How the mistakes by rule do: what they touch and must not, how well the rate is kept, how long it takes.

    python tests/bench/bench_mistakes.py

Prints one JSON line. The sentences are made by putting known numbers, code, addresses, names, quotations and
negations into frames of daily talk, so that every span that must survive is known without asking the guard.
"""

import itertools
import json
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from zishu_app.core.chance import dice
from zishu_app.core.texts import Language
from zishu_app.dialogue.mistakes.make import Marred, make_mistakes, prepare, restore
from zishu_app.dialogue.mistakes.rate import due

NAMES = ("紫舒老师", "李小满", "星辰计划", "Zishu", "Moonlight Bay")
CHINESE_FRAMES = (
    "我觉得{}这个问题还是很难，你能帮我看看吗？",
    "其实昨天我已经试过{}了，可是结果还是一样。",
    "你说的{}到底是什么意思啊？",
    "我的朋友告诉我{}，应该怎么办呢？",
    "刚才我们在讨论{}，他好像有点生气。",
    "{}，然后我就觉得特别奇怪，因为以前都很正常的。",
)
CHINESE_KEPT = {
    "number": (
        "3.5公斤",
        "2024年10月1日",
        "12.8%",
        "v2.13.0",
        "￥199",
        "三百二十块",
        "第五次",
        "两个半小时",
        "15:30",
        "40GB",
    ),
    "code": (
        "`x = y + 1`",
        "load_data(path)",
        "user_name",
        "getUserName",
        "/home/me/数据.csv",
        "--dry-run",
        "TypeError",
        "np.array",
    ),
    "address": (
        "https://example.com/a/b?c=1",
        "www.example.org",
        "me.too@example.com",
        "http://zh.example.org/wiki/上海",
    ),
    "name": ("紫舒老师", "李小满", "星辰计划", "尼克·卡索维茨", "GitHub", "Python"),
    "quotation": ("《千与千寻》", "“今天天气真好”", "「我的老师」"),
    "negation": ("[不是]这样", "[没有]办法", "[别]担心", "[无法]打开", "[不]知道", "[未]完成"),
}
ENGLISH_FRAMES = (
    "I really think that {} is the problem, could you help me?",
    "Yesterday we tried {} again and the result was the same.",
    "What does {} mean exactly, and where should I start?",
    "my friend told me about {}, but maybe there is a better way",
    "There are many people who want {} because it's better than before.",
)
ENGLISH_KEPT = {
    "number": (
        "3.5 kg",
        "12.8%",
        "v2.13.0",
        "$45.99",
        "five minutes",
        "3:30 pm",
        "2024-10-01",
        "40GB",
        "the [third]",
    ),
    "code": (
        "`return value`",
        "load_data(path, mode)",
        "user_name",
        "getUserName",
        "/usr/local/bin",
        "--dry-run",
        "TypeError",
    ),
    "address": ("https://example.com/some/page?x=1", "www.example.org", "someone.else@example.com"),
    "name": ("Zishu", "Moonlight Bay", "Berlin", "Alice Munro", "PostgreSQL"),
    "quotation": ('"see you there tomorrow"', "“the whole story”"),
    "negation": ("[not] knowing", "[nothing]", "what I [didn't] see", "[never] sleeping"),
}
SEEDS = 12


def sentences(language: Language) -> list[tuple[str, str, str]]:
    """(text, what kind of thing must survive in it, that thing) for every frame with every thing.

    Brackets show the part that must survive where it is not the whole.
    """
    frames, kept = (CHINESE_FRAMES, CHINESE_KEPT) if language == "zh" else (ENGLISH_FRAMES, ENGLISH_KEPT)
    made = []
    for frame, (kind, things) in itertools.product(frames, kept.items()):
        for thing in things:
            core = thing.partition("[")[2].partition("]")[0] or thing
            made.append((frame.format(thing.replace("[", "").replace("]", "")), kind, core))
    return made


def survives(marred: Marred, text: str, thing: str) -> bool:
    """Whether no mistake overlaps `thing` where it stands in the clean text."""
    place = text.index(thing)
    moved = 0
    for mistake in marred.mistakes:
        start = mistake.start - moved
        if start < place + len(thing) and start + len(mistake.original) > place:
            return False
        moved += mistake.end - mistake.start - len(mistake.original)
    return thing in marred.text


def touch() -> dict[str, object]:
    """Make mistakes in the whole corpus and count what was touched, how often there was a place, and how long it took."""
    kinds: dict[str, Counter[str]] = {"zh": Counter(), "en": Counter()}
    false: Counter[str] = Counter()
    milliseconds: dict[str, float] = {}
    tried = marred_count = broken = 0
    for language in ("zh", "en"):
        began, count = time.process_time(), 0
        for (text, kind, thing), seed in itertools.product(sentences(language), range(SEEDS)):
            marred = make_mistakes(text, language=language, seed=seed, protected=NAMES)
            count += 1
            marred_count += bool(marred.mistakes)
            false[kind] += not survives(marred, text, thing)
            broken += restore(marred.text, marred.mistakes) != text
            kinds[language].update(mistake.kind for mistake in marred.mistakes)
        milliseconds[language] = round((time.process_time() - began) / count * 1000, 3)
        tried += count
    return {
        "sentences": tried,
        "false_touch_rate": sum(false.values()) / tried,
        "false_touches": dict(false),
        "not_restored": broken,
        "possible_share": round(marred_count / tried, 4),
        "cpu_ms_per_message": milliseconds,
        "kinds": {language: dict(counter.most_common()) for language, counter in kinds.items()},
    }


def keep_rate() -> dict[str, dict[str, float]]:
    """The largest and the mean distance from the target over 50 rounds, by target; one message of ten refuses."""
    kept = {}
    for rate in (0.05, 0.12, 0.2, 0.3, 0.5):
        away = []
        for seed in range(300):
            chance = dice(seed, "refuses")
            done: list[bool] = []
            for _ in range(50):
                done.append(due(rate, seed, done) and chance.random() > 0.1)
            away.append(abs(sum(done) / 50 - rate))
        kept[str(rate)] = {"max": round(max(away), 4), "mean": round(sum(away) / len(away), 4)}
    return kept


def talk_share(language: Language) -> dict[str, float]:
    """Real mistakes in dialogues of 50 messages at the default rate: the largest distance, and the mean share."""
    texts = [text for text, _, _ in sentences(language)]
    shares = []
    for seed in range(40):
        chance = dice(seed, "talk")
        done: list[bool] = []
        for index in range(50):
            text = chance.choice([*texts, "好", "ok"])
            wanted = due(0.12, seed, done)
            done.append(
                wanted and bool(make_mistakes(text, language=language, seed=seed * 50 + index).mistakes)
            )
        shares.append(sum(done) / 50)
    return {
        "max": round(max(abs(share - 0.12) for share in shares), 4),
        "share": round(sum(shares) / len(shares), 4),
    }


def main() -> None:
    """Measure and print."""
    began, busy = time.perf_counter(), time.process_time()
    prepare("zh")
    load = {"load_seconds": time.perf_counter() - began, "load_cpu_seconds": time.process_time() - busy}
    report = {"bench": "mistakes", **{name: round(value, 2) for name, value in load.items()}, **touch()}
    report |= {"rate_deviation": keep_rate(), "talks_at_0.12": {one: talk_share(one) for one in ("zh", "en")}}
    print(json.dumps(report, ensure_ascii=False))


if __name__ == "__main__":
    main()
