"""Tests of the settings press buttons between two turns of the loop: what that starts must know which loop it is."""

import asyncio

import pytest
import qasync


@pytest.fixture(autouse=True)
def on_the_one_loop(loop: qasync.QEventLoop) -> None:
    asyncio.set_event_loop(loop)
