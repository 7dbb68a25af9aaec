"""`zishu tour`: with no key and no network, one short dialogue is made and distilled before your eyes."""

import argparse
import sys

from zishu_app.cli.generate import make
from zishu_app.cli.session import open_house, run_stoppable
from zishu_app.core.texts import Language, language, t
from zishu_app.house import House
from zishu_app.studio.guide import guide
from zishu_app.studio.tour import flags, recipe


def run(given: argparse.Namespace) -> int:
    """The tour in the language asked for, on the best brain that is here."""
    house = open_house(given)
    wanted: Language = given.lang or language()
    by = guide(house, wanted)
    if by.language != wanted:
        _say_ways(house)
        if given.lang:
            return 1
        print(t("先用英文演示。\n", "So the tour is in English.\n"), file=sys.stderr)
    print(
        t(
            f"演示：两个 AI 聊 {given.rounds} 轮，然后蒸馏。模型：{by.model}",
            f"The tour: two AIs talk for {given.rounds} rounds, then it is distilled. Model: {by.model}",
        ),
        file=sys.stderr,
    )
    house = open_house(given, flags(by, given.rounds))
    return run_stoppable(lambda stop: make(house, arguments(house, given, by.language), stop))


def arguments(house: House, given: argparse.Namespace, wanted: Language) -> argparse.Namespace:
    """As if `zishu generate` had been called."""
    asked = recipe(house.home, wanted)
    return argparse.Namespace(
        home=given.home,
        lang=asked["language"],
        scenario=asked["scenarios"],
        seed=asked["seed"],
        conversation_dir=asked["conversation_dir"],
        distilled_dir=asked["distilled_dir"],
        no_distill=not asked["distil"],
        max_cost=asked["max_cost"],
        max_total_tokens=asked["max_total_tokens"],
        continue_run=None,
        yes=True,
        json=given.json,
    )


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
