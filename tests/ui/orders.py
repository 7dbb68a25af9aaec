"""Orders for dialogues with the teacher on loopback, as the form would hand them over."""

from pathlib import Path
from typing import Any

from zishu_app.core.settings import load_settings
from zishu_app.house import House
from zishu_app.studio.runs import Order, order


def asked(house: House, url: str, folder: Path, **wanted: Any) -> Order:
    """Short English dialogues into `folder`. `wanted`: settings of dialogues, or what a recipe holds."""
    flags = {
        "teacher.model": "loopback",
        "teacher.base_url": url,
        "dialogue.num_conversations": 1,
        "dialogue.min_rounds": 2,
        "dialogue.max_rounds": 2,
        "dialogue.noise_rate": 0.0,
        "dialogue.concurrency": 1,
    }
    recipe = {
        "language": "en",
        "scenarios": ["Science Q&A"],
        "seed": 7,
        "persona": {},
        "conversation_dir": str(folder / "conversations"),
        "distilled_dir": str(folder / "distilled"),
        "distil": False,
        "max_cost": None,
        "max_total_tokens": None,
    }
    unknown = {name for name in wanted if name not in recipe and f"dialogue.{name}" not in _settings(house)}
    assert not unknown, unknown
    recipe |= {name: value for name, value in wanted.items() if name in recipe}
    flags |= {f"dialogue.{name}": value for name, value in wanted.items() if name not in recipe}
    return order(load_settings(house.home, flags, environment={}), recipe)


def _settings(house: House) -> set[str]:
    return {f"dialogue.{name}" for name in house.settings.dialogue.model_dump()}
