"""Where things lie: the user's home folder, and what was shipped with the program."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from zishu_app.core.errors import SettingsError
from zishu_app.core.texts import t

#: the folder that holds configs/, resources/ and models/
SHIPPED = Path(__file__).resolve().parents[2]
CONFIGS = SHIPPED / "configs"
RESOURCES = SHIPPED / "resources"
MODEL_CARDS = SHIPPED / "models"
#: model files that set-up brought along, shared by all homes of this environment
SHARED_MODELS = Path(sys.prefix) / "share" / "zishu" / "models"
#: torch and what training needs besides it: an extra, in a folder of its own, so that it comes and goes as a whole
TRAINING_PACK = Path(sys.prefix) / "packs" / "training"


@dataclass(frozen=True)
class Home:
    """The user's folder: settings, ledger, memory, runs, models, own scenarios, logs."""

    root: Path

    @property
    def settings(self) -> Path:
        """The user's own settings, over the shipped ones."""
        return self.root / "settings.toml"

    @property
    def models_toml(self) -> Path:
        """The user's own endpoints and prices, over the shipped catalog."""
        return self.root / "models.toml"

    @property
    def keys(self) -> Path:
        """API keys, only where the system has no keyring."""
        return self.root / "keys.json"

    @property
    def ledger(self) -> Path:
        """Runs, turns and answered calls."""
        return self.root / "ledger.sqlite"

    @property
    def samples(self) -> Path:
        """The data set: samples, edits, verdicts."""
        return self.root / "samples.sqlite"

    @property
    def datasets(self) -> Path:
        """Frozen versions of the data set, one folder each."""
        return self.root / "datasets"

    @property
    def memory(self) -> Path:
        """What she remembers."""
        return self.root / "memory.sqlite"

    @property
    def index(self) -> Path:
        """What finds memories by their meaning; made anew from them when it is lost."""
        return self.root / "index"

    @property
    def runs(self) -> Path:
        """One folder a job."""
        return self.root / "runs"

    @property
    def tour(self) -> Path:
        """All that tours make."""
        return self.root / "tour"

    @property
    def lanes(self) -> Path:
        """How to reach the worker lanes."""
        return self.root / "worker"

    @property
    def models(self) -> Path:
        """Model files the user downloaded or put here."""
        return self.root / "models"

    @property
    def scenarios(self) -> Path:
        """The user's own scenarios."""
        return self.root / "scenarios"

    @property
    def characters(self) -> Path:
        """Characters that were installed, one folder each."""
        return self.root / "characters"

    @property
    def accessories(self) -> Path:
        """What can be worn beside what was shipped, one folder each."""
        return self.root / "accessories"

    @property
    def companion(self) -> Path:
        """What of her lasts between two starts: mood, place, what she wears."""
        return self.root / "companion.json"

    @property
    def her_brains(self) -> Path:
        """Which brain is hers, and which were."""
        return self.root / "brains.json"

    @property
    def trainings(self) -> Path:
        """One folder a training: its recipe, its material, its checkpoints, its adapter."""
        return self.root / "trainings"

    @property
    def brains(self) -> Path:
        """What she has learnt, one folder a brain."""
        return self.root / "brains"

    @property
    def exams(self) -> Path:
        """The user's own exam items, one file a set."""
        return self.root / "exams"

    @property
    def exam_reports(self) -> Path:
        """What exams found, one file each."""
        return self.exams / "reports"

    @property
    def bases(self) -> Path:
        """Models that can be trained, one folder each."""
        return self.models / "bases"

    @property
    def logs(self) -> Path:
        """Log files, one a day and process kind."""
        return self.root / "logs"


def open_home(given: str | Path | None = None) -> Home:
    """The home folder, made if need be: `given`, else $ZISHU_HOME, else where this system keeps such things.

    Raises SettingsError when it cannot be made or written to.
    """
    chosen = given or os.environ.get("ZISHU_HOME") or _system_home()
    try:
        root = Path(chosen).expanduser().absolute()
        root.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: "~somebody" who does not exist
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise SettingsError(
            t(
                f"无法创建数据目录 {chosen}：{why}。",
                f"The home folder {chosen} cannot be made: {why}.",
            ),
            t("用 --home 或 ZISHU_HOME 指定另一个目录。", "Choose another with --home or ZISHU_HOME."),
        ) from error
    if not os.access(root, os.W_OK):
        raise SettingsError(
            t(f"数据目录 {root} 不可写。", f"The home folder {root} cannot be written to."),
            t("用 --home 或 ZISHU_HOME 指定另一个目录。", "Choose another with --home or ZISHU_HOME."),
        )
    return Home(root)


def _system_home() -> Path:
    from platformdirs import user_data_path  # 10 ms that `--help` does not pay

    return user_data_path("zishu", appauthor=False)
