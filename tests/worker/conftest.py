"""Real lanes."""

from tests.jobs.lanes import opened, own_home, quick, shared_home

__all__ = ["opened", "own_home", "quick", "shared_home"]
