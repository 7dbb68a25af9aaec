"""`zishu dataset`: samples come in, are looked at, decided on, cleaned, frozen and given away."""

import argparse
from importlib import import_module

#: where each action is; loaded only when it is asked for
_MODULES = {
    "import": "bring",
    "export": "give",
    "list": "look",
    "search": "look",
    "show": "show",
    "stats": "figures",
    "accept": "decide",
    "reject": "decide",
    "reopen": "decide",
    "undo": "decide",
    "redo": "decide",
    "check": "clean",
    "duplicates": "clean",
    "freeze": "versions",
    "versions": "versions",
    "diff": "versions",
}


def run(given: argparse.Namespace) -> int:
    """One of the actions, each a function of its module: `bring.import_` is `zishu dataset import`."""
    from zishu_app.cli.dataset.opened import run_action  # not for whoever only asks for the flags

    module = import_module(f"zishu_app.cli.dataset.{_MODULES[given.action]}")
    return run_action(getattr(module, f"{given.action}_"), given)
