"""What is installed and under which licence, and the doctor's report. Both block: for a thread."""

import os
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata

from zishu_app.core.errors import ZishuError
from zishu_app.core.paths import SHIPPED, Home
from zishu_app.core.texts import language, t

#: seconds the doctor may take; it starts a worker and a Qt of its own
PATIENCE = 120
#: a licence field that holds the whole text is cut here
MOST = 60
_DOCTOR = "import runpy, sys; sys.path.append(sys.argv.pop(1)); runpy.run_module('zishu_app', None, '__main__', True)"


@dataclass(frozen=True, slots=True)
class Part:
    """One installed distribution."""

    name: str
    version: str
    licence: str


def parts() -> list[Part]:
    """Everything that is installed beside the program, by name."""
    found = {}
    for one in metadata.distributions():
        about = one.metadata
        name = about["Name"]
        if name and name.lower() != "zishu":
            found[name.lower()] = Part(name, one.version, _licence(about))
    return [found[name] for name in sorted(found)]


def report(home: Home) -> str:
    """What `zishu doctor` finds, in the language of the window. Raises ZishuError when it does not answer."""
    command = [
        sys.executable,
        "-P",
        "-X",
        "utf8",
        "-c",
        _DOCTOR,
        str(SHIPPED),
        "--home",
        str(home.root),
        "doctor",
    ]
    try:
        ended = subprocess.run(
            command,
            env=os.environ | {"ZISHU_LANGUAGE": language()},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ZishuError(
            t(f"诊断没有完成：{error}。", f"The report did not come about: {error}."),
            t("在终端运行 `zishu doctor`。", "Run `zishu doctor` in a terminal."),
        ) from error
    return (ended.stdout.strip() or ended.stderr.strip())[-8000:]


def _licence(about: "metadata.PackageMetadata") -> str:
    """Its SPDX expression, else its classifiers, else the first line of what it says."""
    if "License-Expression" in about:
        return about["License-Expression"]
    classifiers = [
        value.rpartition(" :: ")[2]
        for value in about.get_all("Classifier") or ()
        if value.startswith("License ::") and value != "License :: OSI Approved"
    ]
    if classifiers:
        return ", ".join(classifiers)
    said = about["License"].strip().splitlines() if "License" in about else []
    return said[0][:MOST] if said else t("没有写明", "not said")
