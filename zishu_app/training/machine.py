"""What this computer has for a training: a card or none, memory, cores, disk, power."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

#: seconds the driver has to answer
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Machine:
    """As it is now; memory in MB. The memory is that of the card where there is one, else the computer's own."""

    device: Literal["cpu", "cuda"]
    #: its name; "": there is no card
    card: str
    total_mb: float
    free_mb: float
    cores: int
    #: free on the disk where trainings lie
    disk_mb: float
    #: on mains; None: it does not say, as a computer without a battery
    plugged: bool | None
    battery_percent: float | None

    @property
    def card_gb(self) -> float:
        """Memory of the card in GB; 0: there is none."""
        return self.total_mb / 1000 if self.card else 0.0


def look(folder: Path) -> Machine:
    """Blocking: the driver is asked. `folder`: where trainings lie."""
    place = next(one for one in (folder, *folder.parents) if one.exists())
    memory, battery = psutil.virtual_memory(), psutil.sensors_battery()
    card = ask_card()
    return Machine(
        device="cuda" if card else "cpu",
        card=card[0] if card else "",
        total_mb=card[1] if card else memory.total / 1e6,
        free_mb=card[2] if card else memory.available / 1e6,
        cores=psutil.cpu_count(logical=False) or 1,
        disk_mb=shutil.disk_usage(place).free / 1e6,
        plugged=battery.power_plugged if battery else None,
        battery_percent=battery.percent if battery else None,
    )


def ask_card() -> tuple[str, float, float] | None:
    """Name, memory and free memory in MB of the first NVIDIA card; None: there is none, or no driver for it."""
    command = ["nvidia-smi", "--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
        name, total, free = (part.strip() for part in said.splitlines()[0].split(","))
        return name, float(total) * 1.048576, float(free) * 1.048576
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None
