"""Where the results of a distillation lie, by the recipe of its run."""

import glob
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def place_of(recipe: Mapping[str, Any]) -> tuple[Path, Path | None]:
    """The folder of the results, and the one file where one was named."""
    if "distilled_dir" in recipe:
        return Path(recipe["distilled_dir"]), None
    given = Path(recipe.get("output") or "distilled").absolute()
    one_file = not recipe.get("batch") and given.suffix == ".json" and not given.is_dir()
    return (given.parent, given) if one_file else (given, None)


def results_of(recipe: Mapping[str, Any]) -> list[Path]:
    """The results that are there, those of other runs in the same folder among them. Reads the folder."""
    folder, one_file = place_of(recipe)
    if one_file is None:
        return sorted(folder.glob("distilled_*.json"))
    further = folder.glob(f"{glob.escape(one_file.stem)}_*.json")
    return [path for path in (one_file, *sorted(further)) if path.is_file()]
