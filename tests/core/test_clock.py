import os
import time
from datetime import datetime

import pytest

from zishu_app.core.clock import Clock, ScriptedClock, SystemClock


async def test_a_scripted_sleep_passes_at_once_and_is_remembered() -> None:
    clock = ScriptedClock(datetime(2026, 1, 1, 23, 59, 59, 900_000))
    before = time.monotonic()
    await clock.sleep(0.6)
    assert clock.now() == datetime(2026, 1, 1, 23, 59, 59)
    await clock.sleep(3600)
    assert clock.now() == datetime(2026, 1, 2, 0, 59, 59)
    assert clock.monotonic() == pytest.approx(3600.6)
    assert clock.slept == [0.6, 3600]
    assert time.monotonic() - before < 1


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be set here")
async def test_scripted_time_knows_no_summer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    try:
        clock = ScriptedClock(datetime(2026, 3, 28, 12))
        await clock.sleep(24 * 3600)
        assert clock.now() == datetime(2026, 3, 29, 12)
    finally:
        monkeypatch.undo()
        os.environ.pop("TZ", None)
        time.tzset()


async def test_the_real_clock_runs() -> None:
    clock: Clock = SystemClock()
    before = clock.monotonic()
    await clock.sleep(0.01)
    assert 0.005 < clock.monotonic() - before < 5
    assert clock.now().microsecond == 0 and clock.now().tzinfo is None
    assert abs((clock.now() - datetime.now()).total_seconds()) < 2
