"""Settings that change while the program runs: what is begun from then on follows them."""

from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.house import House


async def test_lanes_lines_and_catalog_follow_the_settings(home: Home) -> None:
    async with House(home, load_settings(home, environment={}), Keys(home.keys)) as house:
        lane, catalog = house.lane("quick"), house.catalog
        house.renew(load_settings(home, {"worker.slots": 3, "requests.max_retries": 1}, environment={}))
        assert house.settings.worker.slots == 3
        assert house.lane("quick") is not lane, "a lane is asked for with the new interpreter and idle time"
        home.models_toml.write_text('[endpoints.ollama]\ndefault_model = "other"\n', encoding="utf-8")
        house.renew(house.settings)
        assert house.catalog is not catalog and house.choose("ollama").model == "other"
        same = house.lane("quick")
        house.renew(house.settings)
        assert house.lane("quick") is same, "nothing is begun anew without need"
