"""`zishu tour`: with no key and no network, one short dialogue is made and distilled before your eyes."""

import argparse
import sys

from zishu_app.brains.find import known_cards, usable_chinese
from zishu_app.cli.generate import make
from zishu_app.cli.session import open_house, run_stoppable
from zishu_app.core.texts import Language, language, t
from zishu_app.house import House

#: one that even a very small model has read about
SCENARIO = "machine_learning"
#: so that a short talk shows a mistake too
NOISE_RATE = 0.34


def run(given: argparse.Namespace) -> int:
    """The tour in the language asked for, on the best brain that is here."""
    house = open_house(given)
    wanted: Language = given.lang or language()
    chinese = chinese_brain(house) if wanted == "zh" else None
    if wanted == "zh" and chinese is None:
        _say_ways(house)
        if given.lang == "zh":
            return 1
        print(t("先用英文演示。\n", "So the tour is in English.\n"), file=sys.stderr)
        wanted = "en"
    model = chinese or "builtin"
    print(
        t(
            f"演示：两个 AI 聊 {given.rounds} 轮，然后蒸馏。模型：{model}",
            f"The tour: two AIs talk for {given.rounds} rounds, then it is distilled. Model: {model}",
        ),
        file=sys.stderr,
    )
    teacher = house.settings.teacher
    house = open_house(given, flags(model, teacher.base_url if model == teacher.model else "", given.rounds))
    return run_stoppable(lambda stop: make(house, arguments(house, given, wanted), stop))


def flags(model: str, base_url: str, rounds: int) -> dict[str, object]:
    """Settings of the tour."""
    return {
        "teacher.model": model,
        "teacher.user_model": "",
        "teacher.base_url": base_url,
        "dialogue.num_conversations": 1,
        "dialogue.min_rounds": rounds,
        "dialogue.max_rounds": rounds,
        "dialogue.noise_rate": NOISE_RATE,
    }


def arguments(house: House, given: argparse.Namespace, wanted: Language) -> argparse.Namespace:
    """As if `zishu generate` had been called."""
    folder = house.home.root / "tour"
    return argparse.Namespace(
        home=given.home,
        lang=wanted,
        scenario=[SCENARIO],
        seed=None,
        conversation_dir=str(folder / "conversations"),
        distilled_dir=str(folder / "distilled"),
        no_distill=False,
        max_cost=None,
        max_total_tokens=None,
        continue_run=None,
        yes=True,
        json=given.json,
    )


def chinese_brain(house: House) -> str | None:
    """A brain here that speaks Chinese: a model file, else the teacher if there is a key for it."""
    found = usable_chinese(house.home, known_cards(house.home))
    if found is not None:
        return str(found.path)
    teacher = house.settings.teacher
    chosen = house.choose(teacher.model, teacher.base_url)
    if chosen.kind == "local":
        return None if chosen.endpoint == "builtin" else teacher.model
    key = house.keys.find(chosen.endpoint, chosen.key_env)
    return teacher.model if key else None


def _say_ways(house: House) -> None:
    endpoint = house.settings.teacher.model.partition("/")[0]
    lines = [
        t(
            "内置模型只会英文。要用中文，任选一种：",
            "The built-in brain knows English only. For Chinese, one of these:",
        ),
        t(
            f"  · 粘贴密钥：zishu keys set {endpoint}（DeepSeek、通义千问等同理）",
            f"  · paste a key: zishu keys set {endpoint} (DeepSeek, Qwen ... likewise)",
        ),
        t(
            "  · 下载一个小模型：zishu models download qwen3-0.6b --mirror（可断点续传并校验）",
            "  · download a small one: zishu models download qwen3-0.6b [--mirror] (resumed and checked)",
        ),
        t(
            f"  · 已有 GGUF 文件：放进 {house.home.models}",
            f"  · a GGUF file you have: put it into {house.home.models}",
        ),
    ]
    print("\n".join(lines), file=sys.stderr)
