import json
from pathlib import Path

import pytest

from tests.brains.conftest import left_in, of
from tests.brains.hub import DATA, FILE, SHA, a_card
from zishu_app.brains.events import Checked, Planned, Switched
from zishu_app.brains.transfer import CHUNK
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.errors import DownloadError


def unfinished(folder: Path, data: bytes, **changes) -> None:
    """What a killed download leaves."""
    (folder / f"{FILE}.part").write_bytes(data)
    record = {"address": "", "etag": "v1", "size": len(DATA), "sha256": SHA} | changes
    (folder / f"{FILE}.part.json").write_text(json.dumps(record))


async def test_a_cut_connection_is_continued(fetched, hub, tmp_path):
    hub.hub.cuts = [150_000]
    events = await fetched(a_card("hub"))
    assert [event.done for event in of(Planned, events)] == [0, 150_000]
    assert hub.hub.ranges_asked() == [None, "bytes=150000-"]
    assert (tmp_path / FILE).read_bytes() == DATA


async def test_another_source_of_the_same_file_continues_it(fetched, hub, tmp_path):
    hub.hub.always_cut = 50_000
    hub.mirror.etag = '"other"'
    events = await fetched(a_card("hub", "mirror"), tries=2)
    assert hub.mirror.ranges_asked() == ["bytes=100000-"]
    assert len(of(Switched, events)) == 2
    assert (tmp_path / FILE).read_bytes() == DATA


async def test_an_unknown_file_is_not_pieced_together_from_two_sources(fetched, hub, tmp_path):
    hub.hub.always_cut = 50_000
    await fetched(a_card("hub", "mirror", data=None), tries=1)
    assert hub.mirror.ranges_asked() == ["bytes=50000-", None]
    assert (tmp_path / FILE).read_bytes() == DATA


async def test_cuts_are_followed_as_long_as_it_gets_further(fetched, hub, tmp_path):
    data = b"GGUF" + bytes(5 * CHUNK)
    hub.hub.data, hub.hub.always_cut = data, CHUNK + 5
    events = await fetched(a_card("hub", data=data), tries=2)
    assert len(of(Switched, events)) == 4
    assert (tmp_path / FILE).read_bytes() == data


async def test_a_source_that_never_gets_further_is_given_up(fetched, hub):
    hub.hub.ranges, hub.hub.always_cut = False, 100_000
    clock = ScriptedClock()
    with pytest.raises(DownloadError, match="cut"):
        await fetched(a_card("hub"), tries=3, clock=clock)
    assert len(hub.hub.seen) == 3
    assert clock.slept == [1.0, 2.0]


async def test_without_ranges_it_begins_again(fetched, hub, tmp_path):
    hub.hub.ranges, hub.hub.cuts = False, [150_000]
    events = await fetched(a_card("hub"))
    assert [event.done for event in of(Planned, events)] == [0, 0]
    assert (tmp_path / FILE).read_bytes() == DATA


async def test_a_changed_etag_begins_again(fetched, hub, tmp_path):
    address = f"{hub.address}/hub/who/what/resolve/main/{FILE}"
    unfinished(tmp_path, b"old" * 1000, address=address, etag="v0", sha256=None)
    events = await fetched(a_card("hub", data=None))
    assert hub.hub.ranges_asked() == ["bytes=3000-", None]
    assert of(Planned, events)[0].done == 0
    assert (tmp_path / FILE).read_bytes() == DATA


async def test_a_changed_size_begins_again(fetched, hub, tmp_path):
    address = f"{hub.address}/hub/who/what/resolve/main/{FILE}"
    unfinished(tmp_path, b"old" * 200_000, address=address, size=700_000, sha256=None)
    events = await fetched(a_card("hub", data=None))
    assert hub.hub.ranges_asked() == ["bytes=600000-", None]  # past the end of what is there now: 416
    assert of(Planned, events)[0].done == 0
    assert (tmp_path / FILE).read_bytes() == DATA


@pytest.mark.parametrize("record", ["", "{", "[]", '{"address": 1}', '{"address": "", "etag": "", "x": 1}'])
async def test_a_part_with_a_broken_record_is_not_continued(fetched, hub, tmp_path, record):
    (tmp_path / f"{FILE}.part").write_bytes(b"rubbish")
    (tmp_path / f"{FILE}.part.json").write_text(record)
    await fetched(a_card("hub"))
    assert hub.hub.ranges_asked() == [None]
    assert (tmp_path / FILE).read_bytes() == DATA


async def test_a_part_of_a_file_that_the_card_no_longer_means_is_not_continued(fetched, hub, tmp_path):
    address = f"{hub.address}/hub/who/what/resolve/main/{FILE}"
    unfinished(tmp_path, DATA[:1000], address=address, sha256="0" * 64)
    await fetched(a_card("hub"))
    assert hub.hub.ranges_asked() == [None]


async def test_a_part_that_is_whole_is_only_looked_at(fetched, hub, tmp_path):
    unfinished(tmp_path, DATA)
    events = await fetched(a_card("hub"))
    assert hub.hub.seen == []
    assert of(Checked, events) == [Checked(SHA, "card")]
    assert left_in(tmp_path) == [FILE]


async def test_a_spoilt_part_is_fetched_from_the_start(fetched, hub, tmp_path):
    address = f"{hub.address}/hub/who/what/resolve/main/{FILE}"
    unfinished(tmp_path, bytes(1000), address=address)
    events = await fetched(a_card("hub"))
    assert [event.done for event in of(Planned, events)] == [1000, 0]
    assert "from the start" in of(Switched, events)[0].reason
    assert (tmp_path / FILE).read_bytes() == DATA
