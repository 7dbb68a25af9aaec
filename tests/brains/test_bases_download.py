"""A base comes as a whole repository: from one source, continued where it was cut, in its place only when it is whole."""

import hashlib
import json

import pytest

from tests.brains.conftest import everything, of
from tests.brains.repos import ONE, SMALL, TWO, a_card, open_repos
from zishu_app.brains.bases import NOTE, Ready, find_base
from zishu_app.brains.bases_cards import LearnerCard
from zishu_app.brains.bases_download import download_base
from zishu_app.brains.events import Began, DownloadOptions, Planned, Received
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.errors import DataError, DownloadError


@pytest.fixture
async def repos():
    async with open_repos() as told:
        yield told


@pytest.fixture
def fetched(client, repos, home):
    """Run a download to its end: all its events."""

    async def run(card: LearnerCard | None = None, **changes):
        return await everything(download_base(client, card or a_card(), home.bases, repos.options(**changes)))

    return run


async def test_a_repository_comes_whole_with_its_hashes(fetched, home):
    events = await fetched()
    assert isinstance(events[-1], Ready)
    assert len(of(Ready, events)) == 1
    learner = events[-1].learner
    assert (learner.folder, learner.size) == (home.bases / "tiny", len(ONE) + len(TWO))
    assert find_base(home, "tiny").folder == learner.folder
    assert (learner.folder / "model-1.safetensors").read_bytes() == ONE
    note = json.loads((learner.folder / NOTE).read_text(encoding="utf-8"))
    assert (note["repo"], note["source"]) == ("who/what", "hub")
    assert note["files"]["model-1.safetensors"] == hashlib.sha256(ONE).hexdigest()
    assert sorted(one.name for one in home.bases.iterdir()) == ["tiny"]
    assert not list(learner.folder.glob("*.lock"))


async def test_the_weights_are_counted_together(fetched):
    events = await fetched()
    assert [(one.path, one.number, one.count) for one in of(Began, events)][-2:] == [
        ("model-1.safetensors", 1, 2),
        ("model-2.safetensors", 2, 2),
    ]
    last = of(Received, events)[-1]
    assert (last.done, last.total) == (len(ONE) + len(TWO),) * 2


async def test_weights_in_one_file_come_too(fetched, repos, home):
    repos.files["hub"] = SMALL | {"model.safetensors": ONE}
    await fetched()
    assert (home.bases / "tiny" / "model.safetensors").read_bytes() == ONE


async def test_small_files_come_first_and_what_is_no_base_is_not_fetched(fetched, repos, home):
    repos.files = {"hub": {"config.json": b"{}"}, "mirror": {}}
    with pytest.raises(DownloadError, match="tokenizer_config"):
        await fetched()
    assert not any("safetensors" in one for one in repos.asked)
    assert not (home.bases / "tiny").exists()


async def test_a_cut_is_continued(fetched, repos, home):
    repos.cut = "model-1.safetensors"
    await fetched()
    assert (home.bases / "tiny" / "model-1.safetensors").read_bytes() == ONE


async def test_what_was_fetched_is_not_fetched_again(fetched, repos, home):
    del repos.files["hub"]["model-2.safetensors"]
    with pytest.raises(DownloadError):
        await fetched(a_card("hub"))
    assert (home.bases / "tiny.part" / "model-1.safetensors").is_file()
    assert not (home.bases / "tiny").exists()
    repos.asked.clear()
    repos.files["hub"]["model-2.safetensors"] = TWO
    await fetched(a_card("hub"))
    assert "hub:model-1.safetensors" not in repos.asked
    assert "hub:config.json" not in repos.asked


async def test_all_files_are_from_one_source(fetched, repos):
    repos.refusing["hub"] = 503
    events = await fetched()
    assert {one.source.partition(":")[0] for one in of(Planned, events)} == {"localhost"}
    asked = [one for one in repos.asked if one.startswith("hub")]
    assert set(asked) == {"hub:config.json"}, "the one that answered is asked first from now on"


async def test_offline_it_is_told_what_to_do(client, home, closed_port):
    hosts = dict.fromkeys(("hub", "mirror", "modelscope"), f"http://127.0.0.1:{closed_port}")
    options = DownloadOptions(hosts=hosts, tick=0.0, clock=ScriptedClock())
    with pytest.raises(DownloadError, match=r"Tiny \(config.json\)") as caught:
        await everything(download_base(client, a_card(), home.bases, options))
    assert "HTTPS_PROXY" in caught.value.hint
    assert str(home.bases / "tiny") in caught.value.hint
    assert ".part" not in caught.value.hint


async def test_one_that_wants_its_licence_agreed_to_is_told(fetched, repos):
    repos.refusing = {"hub": 401, "mirror": 401}
    with pytest.raises(DownloadError) as caught:
        await fetched(a_card(gated=True))
    assert "refuses anonymous" in caught.value.hint
    assert "who/what" in caught.value.hint


async def test_a_list_that_leads_out_of_the_folder_is_refused(fetched, repos, home):
    bad = json.dumps({"weight_map": {"a": "../../evil.safetensors"}}).encode()
    repos.files["hub"]["model.safetensors.index.json"] = bad
    with pytest.raises(DownloadError, match="not what it should be"):
        await fetched()


async def test_code_of_its_own_is_refused_before_anything_is_fetched(fetched, repos):
    with pytest.raises(DataError, match="cannot be trained here"):
        await fetched(a_card(remote_code=True, successor="another (tiny-2)"))
    assert repos.asked == []


async def test_too_little_room_is_told_first(fetched, repos):
    with pytest.raises(DownloadError, match="full"):
        await fetched(a_card(parameters=10**9), free_space=lambda _: 10**9)
    assert repos.asked == []


async def test_what_is_there_is_not_fetched_unless_it_is_wanted_anew(fetched, repos, home):
    await fetched()
    repos.asked.clear()
    assert [type(one) for one in await fetched()] == [Ready]
    assert repos.asked == []
    repos.files["hub"]["model-2.safetensors"] = ONE
    await fetched(again=True)
    assert (home.bases / "tiny" / "model-2.safetensors").read_bytes() == ONE
    assert sorted(one.name for one in home.bases.iterdir()) == ["tiny"]


async def test_a_hash_on_the_card_is_compared(fetched, repos):
    known = [{"path": "model-1.safetensors", "size": len(ONE), "sha256": hashlib.sha256(ONE).hexdigest()}]
    assert isinstance((await fetched(a_card(files=known)))[-1], Ready)
    wrong = [known[0] | {"sha256": "0" * 64}]
    with pytest.raises(DownloadError):
        await fetched(a_card(files=wrong), again=True)
