import asyncio

import pytest
from filelock import FileLock
from httpx_aiohttp import HttpxAiohttpClient

from tests.brains.conftest import everything, left_in, of
from tests.brains.hub import DATA, FILE, SHA, a_card
from zishu_app.brains.download import download
from zishu_app.brains.events import Checked, Finished, Planned, Received, Switched, Waiting
from zishu_app.brains.transfer import RESERVE, Meter
from zishu_app.core.clock import ScriptedClock, SystemClock
from zishu_app.core.errors import DownloadError
from zishu_app.llm.client import open_client


async def test_a_file_arrives_whole_and_is_told_step_by_step(fetched, hub, tmp_path):
    events = await fetched(a_card("hub"))
    name = hub.address.removeprefix("http://")
    assert events[0] == Planned(len(DATA), name, 0, "card")
    assert of(Received, events)[-1].done == len(DATA)
    assert events[-2:] == [Checked(SHA, "card"), Finished(tmp_path / FILE)]
    assert (tmp_path / FILE).read_bytes() == DATA
    assert left_in(tmp_path) == [FILE]
    assert hub.hub.seen[0]["path"] == "/hub/who/what/resolve/main/" + FILE


async def test_modelscope_keeps_its_models_under_models(fetched, hub):
    await fetched(a_card("modelscope"))
    assert hub.ms.seen[0]["path"] == "/ms/models/who/what/resolve/main/" + FILE


async def test_a_hub_that_sends_people_on_is_believed_for_its_hash(fetched, hub, tmp_path):
    hub.hub.redirect = hub.hub.linked = True
    hub.cdn.etag = f'"{"0" * 64}"'  # what the delivering network says is not the hub's word
    events = await fetched(a_card("hub", data=None))
    assert of(Planned, events)[0].against == "hub"
    assert of(Checked, events) == [Checked(SHA, "hub")]
    assert (tmp_path / FILE).read_bytes() == DATA


async def test_the_network_that_delivers_is_not_believed(fetched, hub):
    hub.hub.redirect, hub.hub.etag, hub.cdn.linked = True, "", True
    events = await fetched(a_card("hub", data=None))
    assert of(Planned, events)[0].against == "size"


async def test_what_comes_between_two_readings_is_kept(fetched, tmp_path):
    events = await fetched(a_card("hub"), tick=1000.0)
    assert [event.done for event in of(Received, events)] == [len(DATA)]
    assert (tmp_path / FILE).read_bytes() == DATA


async def test_the_hash_that_the_hub_announces_is_compared(fetched, hub, tmp_path):
    hub.hub.redirect = hub.hub.linked = True
    hub.cdn.data = DATA[:-1] + b"X"
    with pytest.raises(DownloadError, match="hash is wrong"):
        await fetched(a_card("hub", data=None))
    assert left_in(tmp_path) == []


async def test_credentials_of_the_client_go_nowhere(hub, options, tmp_path):
    hub.hub.redirect = True
    headers = {"Authorization": "Bearer secret", "Cookie": "session=secret"}
    async with HttpxAiohttpClient(trust_env=False, verify=False, headers=headers) as client:
        await everything(download(client, a_card("hub"), tmp_path, options()))
    assert hub.cdn.seen
    assert "secret" not in str(hub.hub.seen + hub.cdn.seen)


async def test_a_proxy_of_the_environment_is_used(hub, options, tmp_path, monkeypatch):
    for name in (
        "HTTP_PROXY",
        "https_proxy",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
        "no_proxy",
        "NO_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", hub.address)
    async with open_client() as client:
        events = await everything(
            download(client, a_card("hub"), tmp_path, options(hosts={"hub": "http://models.example/hub"}))
        )
    assert of(Planned, events)[0].source == "models.example"
    assert hub.hub.seen[0]["host"] == "models.example"


@pytest.mark.parametrize(("status", "told"), [(404, "404"), (403, "403"), (500, "500"), (429, "429")])
async def test_the_next_source_is_asked_when_one_refuses(fetched, hub, tmp_path, status, told):
    hub.hub.status = status
    events = await fetched(a_card("hub", "mirror"))
    (switched,) = of(Switched, events)
    assert told in switched.reason
    assert events[-1] == Finished(tmp_path / FILE)


async def test_the_preferred_side_is_asked_first(fetched, hub):
    await fetched(a_card("hub", "mirror", "modelscope"), prefer="mirror")
    assert (len(hub.hub.seen), len(hub.mirror.seen), len(hub.ms.seen)) == (0, 1, 0)


@pytest.mark.parametrize(
    ("status", "advice"), [(404, "update this program"), (403, "anonymous"), (503, "HTTPS_PROXY")]
)
async def test_the_end_says_what_was_tried_and_what_to_do(fetched, hub, tmp_path, status, advice):
    hub.hub.status = hub.mirror.status = status
    with pytest.raises(DownloadError) as caught:
        await fetched(a_card("hub", "mirror"))
    assert caught.value.message.count(str(status)) == 2
    assert advice in caught.value.hint
    assert str(tmp_path) in caught.value.hint


async def test_nobody_at_home_means_the_next_source(fetched, hub, closed_port, tmp_path):
    hosts = hub.hosts | {"hub": f"http://127.0.0.1:{closed_port}"}
    events = await fetched(a_card("hub", "mirror"), hosts=hosts)
    assert "not reachable" in of(Switched, events)[0].reason
    assert events[-1] == Finished(tmp_path / FILE)


async def test_offline_is_told_as_such(fetched, closed_port):
    with pytest.raises(DownloadError) as caught:
        await fetched(a_card("hub"), hosts={"hub": f"http://127.0.0.1:{closed_port}"})
    assert "not reachable" in caught.value.message
    assert "proxy" in caught.value.hint


async def test_a_source_that_says_nothing_is_left_after_a_while(fetched, hub, tmp_path):
    hub.hub.silent = True
    events = await fetched(a_card("hub", "mirror"), reach=0.4)
    assert "TimeoutError" in of(Switched, events)[0].reason
    assert events[-1] == Finished(tmp_path / FILE)


async def test_a_source_that_falls_silent_in_the_middle_counts_as_cut(fetched, hub, tmp_path):
    hub.hub.pause_after = 100_000
    events = await fetched(a_card("hub", "mirror"), stall=0.3, tries=1)
    assert "cut" in of(Switched, events)[0].reason
    assert hub.mirror.ranges_asked() == ["bytes=100000-"]
    assert (tmp_path / FILE).read_bytes() == DATA


async def test_wrong_bytes_are_thrown_away_and_the_next_source_asked(fetched, hub, tmp_path):
    hub.hub.data = DATA[:-1] + b"X"
    events = await fetched(a_card("hub", "mirror"))
    assert "hash is wrong" in of(Switched, events)[0].reason
    assert hub.mirror.ranges_asked() == [None]
    assert (tmp_path / FILE).read_bytes() == DATA


async def test_wrong_bytes_everywhere_leave_nothing(fetched, hub, tmp_path):
    hub.hub.data = hub.mirror.data = DATA[:-1] + b"X"
    with pytest.raises(DownloadError) as caught:
        await fetched(a_card("hub", "mirror"))
    assert "another network" in caught.value.hint
    assert (len(hub.hub.seen), len(hub.mirror.seen)) == (1, 1)
    assert left_in(tmp_path) == []


async def test_another_version_is_recognised_before_it_is_fetched(fetched, hub):
    hub.hub.data, hub.hub.linked, hub.hub.pause_after = DATA[:-1] + b"X", True, 10
    events = await fetched(a_card("hub", "mirror"))
    assert "another version" in of(Switched, events)[0].reason


async def test_another_size_is_recognised_before_it_is_fetched(fetched, hub):
    hub.hub.data, hub.hub.pause_after = DATA + b"X", 10
    events = await fetched(a_card("hub", "mirror"))
    assert str(len(DATA) + 1) in of(Switched, events)[0].reason


async def test_more_bytes_than_the_file_has_are_refused(fetched, hub, tmp_path):
    hub.hub.data, hub.hub.chunked = DATA * 2, True
    with pytest.raises(DownloadError, match="more than the file"):
        await fetched(a_card("hub"))
    assert left_in(tmp_path) == []


async def test_the_page_of_a_hotel_is_not_a_model(fetched, hub):
    hub.hub.content_type = "text/html"
    with pytest.raises(DownloadError, match="web page"):
        await fetched(a_card("hub", data=None))


async def test_what_is_compared_is_told_where_little_is_known(fetched, hub):
    events = await fetched(a_card("hub", data=None))
    assert of(Planned, events)[0].against == "size"
    assert of(Checked, events) == [Checked(SHA, "size")]


async def test_a_source_that_does_not_say_how_long(fetched, hub):
    hub.hub.chunked = True
    events = await fetched(a_card("hub", data=None))
    assert of(Planned, events)[0] == Planned(None, hub.address.removeprefix("http://"), 0, "nothing")
    assert of(Received, events)[-1].seconds_left is None


async def test_something_unknown_that_is_not_even_gguf_is_refused(fetched, hub, tmp_path):
    hub.hub.data = b"version https://git-lfs.github.com/spec/v1\n"
    with pytest.raises(DownloadError, match="not a GGUF"):
        await fetched(a_card("hub", data=None))
    assert left_in(tmp_path) == []


async def test_a_full_disk_is_told_before_anything_is_written(fetched, hub, tmp_path):
    with pytest.raises(DownloadError) as caught:
        await fetched(a_card("hub", "mirror"), free_space=lambda _: RESERVE)
    assert "1 MB more" in caught.value.message
    assert hub.mirror.seen == []
    assert left_in(tmp_path) == []


async def test_a_disk_that_fills_up_keeps_what_arrived(fetched, hub, tmp_path):
    free = iter([10**12, 10**12, 5])
    with pytest.raises(DownloadError) as caught:
        await fetched(a_card("hub", "mirror"), free_space=lambda _: next(free))
    assert "kept" in caught.value.hint
    assert hub.mirror.seen == []
    kept = (tmp_path / f"{FILE}.part").stat().st_size
    assert 0 < kept < len(DATA)
    await fetched(a_card("hub"))
    assert hub.hub.ranges_asked() == [None, f"bytes={kept}-"]
    assert (tmp_path / FILE).read_bytes() == DATA


async def test_a_folder_that_cannot_be_made_is_told(client, options, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DownloadError) as caught:
        await everything(download(client, a_card("hub"), tmp_path / "file" / "models", options()))
    assert "file" in caught.value.message
    assert caught.value.hint


async def test_a_file_that_is_there_is_not_fetched_again(fetched, hub, tmp_path):
    (tmp_path / FILE).write_bytes(DATA)
    assert await fetched(a_card("hub")) == [Finished(tmp_path / FILE)]
    assert hub.hub.seen == []


async def test_another_file_under_its_name_is_not_touched(fetched, tmp_path):
    (tmp_path / FILE).write_bytes(b"mine")
    with pytest.raises(DownloadError, match="4 bytes rather than"):
        await fetched(a_card("hub"))
    assert (tmp_path / FILE).read_bytes() == b"mine"
    await fetched(a_card("hub"), again=True)
    assert (tmp_path / FILE).read_bytes() == DATA


@pytest.mark.parametrize("again", [False, True])
async def test_two_at_once_fetch_once(hub, client, options, tmp_path, again):
    hub.hub.pause_after = 100_000
    chosen = options(clock=SystemClock(), poll=0.01, again=again)
    first = asyncio.ensure_future(everything(download(client, a_card("hub"), tmp_path, chosen)))
    await hub.hub.paused.wait()
    second = download(client, a_card("hub"), tmp_path, chosen)
    seen = [await anext(second), await anext(second)]
    assert isinstance(seen[-1], Waiting)
    hub.hub.go_on.set()
    events = [event async for event in second]
    assert set(map(type, events[:-1])) <= {Waiting}
    assert events[-1] == (await first)[-1] == Finished(tmp_path / FILE)
    assert len(hub.hub.seen) == 1


async def test_who_waited_in_vain_goes_on_alone(hub, client, options, tmp_path):
    lock = FileLock(tmp_path / f"{FILE}.lock")
    lock.acquire()
    waiting = download(client, a_card("hub"), tmp_path, options(clock=SystemClock(), poll=0.01))
    assert await anext(waiting) == Waiting(tmp_path / FILE, 0)
    lock.release()
    assert [event async for event in waiting][-1] == Finished(tmp_path / FILE)


async def test_leaving_keeps_what_arrived_and_lets_others_on(hub, client, options, tmp_path):
    hub.hub.pause_after = 200_000
    task = asyncio.ensure_future(everything(download(client, a_card("hub"), tmp_path, options())))
    await hub.hub.paused.wait()
    await hub.stored(200_000)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    hub.hub.pause_after = None
    events = await everything(download(client, a_card("hub"), tmp_path, options()))
    assert of(Planned, events)[0].done == 200_000
    assert not of(Waiting, events)


async def test_breaking_off_the_iterator_closes_everything(hub, client, options, tmp_path):
    hub.hub.pause_after = 100_000
    events = download(client, a_card("hub"), tmp_path, options())
    assert isinstance(await anext(events), Planned)
    await events.aclose()
    lock = FileLock(tmp_path / f"{FILE}.lock")
    lock.acquire(blocking=False)
    lock.release()


def test_speed_is_that_of_the_last_seconds():
    clock = ScriptedClock()
    meter = Meter(clock, tick=0.25, done=1000)
    assert not meter.due()
    for second in range(1, 11):
        asyncio.run(clock.sleep(1))
        assert meter.due()
        reading = meter.read(1000 + second * 100, 3000)
    assert reading.speed == pytest.approx(100)
    assert reading.seconds_left == pytest.approx(10)
    asyncio.run(clock.sleep(1))
    for _ in range(6):
        reading = meter.read(2000, 3000)
        asyncio.run(clock.sleep(1))
    assert reading.speed == 0
    assert reading.seconds_left is None
