from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from tests.teacher import Teacher
from zishu_app.core.settings import load_settings
from zishu_app.core.texts import set_language
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.welcome.key_panel import KeyPanel
from zishu_app.ui.workbench import Workbench

MIMO = "tp-" + "Ab1_" * 8
OPENROUTER = "sk-or-v1-" + "0a" * 32
#: of this form DeepSeek's and Alibaba's are, and MiMo's may be
HEX = "sk-" + "0a" * 16


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def panel(bench: Workbench, done: list[str], shown: Callable[..., Any]) -> KeyPanel:
    made: KeyPanel = shown(KeyPanel(bench, lambda: done.append("done")), 900, 300)
    return made


def own(panel: KeyPanel, url: str, key: str) -> None:
    """An address given by hand."""
    panel.form.choose("custom")
    panel.form.address.setText(url)
    panel.form.model.setText("m")
    panel.form.key.setText(key)


@pytest.mark.parametrize(("key", "endpoint"), [(MIMO, "xiaomimimo"), (OPENROUTER, "openrouter")])
def test_whose_a_key_is_is_seen_from_it(panel: KeyPanel, key: str, endpoint: str) -> None:
    panel.form.key.setText(key)
    assert panel.form.endpoint == endpoint
    meant = panel.form.meant()
    assert meant is not None
    assert meant.spec.startswith(f"{endpoint}/")


def test_a_key_that_may_be_several_providers_goes_to_none_unasked(panel: KeyPanel) -> None:
    panel.form.key.setText(HEX)
    assert panel.form.endpoint == ""
    assert panel.form.meant() is None
    first = [panel.form.provider.itemData(number) for number in range(3)]
    assert first == ["xiaomimimo", "deepseek", "dashscope"]
    panel.form.choose("deepseek")
    meant = panel.form.meant()
    assert meant is not None
    assert meant.endpoint == "deepseek"


def test_another_key_is_not_sent_to_the_provider_of_the_one_before(panel: KeyPanel) -> None:
    panel.form.key.setText(OPENROUTER)
    panel.form.key.setText(HEX)
    assert panel.form.endpoint == ""


def test_an_unknown_key_is_left_to_the_user(panel: KeyPanel) -> None:
    panel.form.choose("zhipu")
    panel.form.key.setText("whatever")
    assert panel.form.endpoint == "zhipu"


def test_the_key_is_hidden_until_the_eye_is_clicked(panel: KeyPanel) -> None:
    field = panel.form.key
    assert field.echoMode() == QLineEdit.EchoMode.Password
    QTest.mouseClick(field.eye, Qt.MouseButton.LeftButton)
    assert field.echoMode() == QLineEdit.EchoMode.Normal
    assert field.eye.accessibleName() == "Hide the key"


def test_where_a_key_is_had_is_shown_and_only_for_known_providers(panel: KeyPanel) -> None:
    panel.form.choose("deepseek")
    assert "platform.deepseek.com" in panel.form.page.line.text()
    assert panel.form.page.visit.isVisible()
    panel.form.choose("custom")
    assert not panel.form.page.visit.isVisible()


def test_a_key_of_a_provider_beside_an_address_of_ones_own_is_told(panel: KeyPanel) -> None:
    panel.form.key.setText(OPENROUTER)
    assert panel.form._key._help.text() == "Recognised: OpenRouter"
    panel.form.choose("custom")
    told = "This is a key of OpenRouter; it would be sent to the address below."
    assert panel.form._key._help.text() == told
    panel.form.choose("openrouter")
    assert panel.form._key._help.text() == "Recognised: OpenRouter"


def test_a_key_in_the_open_is_warned_of(panel: KeyPanel) -> None:
    own(panel, "http://example.org/v1", "k")
    assert "in the open" in panel.form._address._help.text()
    panel.form.address.setText("http://127.0.0.1:9/v1")
    assert panel.form._address._help.text() == ""


def test_a_key_that_works_is_kept_and_used(
    panel: KeyPanel, bench: Workbench, done: list[str], run: Callable[..., Any], settle: Callable[..., Any]
) -> None:
    changes: list[int] = []
    bench.news.settings_changed.connect(lambda: changes.append(1))

    async def go() -> None:
        async with Teacher(key="right") as teacher:
            own(panel, teacher.base_url, "right")
            panel.test()
            await settle(lambda: done)

    run(go())
    said = panel.verdict.said
    assert said is not None
    assert said.tone == "good"
    assert said.message.startswith("Works: ")
    assert "home folder" in said.hint  # no keyring in tests
    found = bench.house.keys.find("custom")
    assert found is not None
    assert found.secret == "right"
    assert bench.house.settings.teacher.model == "m"
    assert load_settings(bench.house.home, environment={}).teacher.model == "m"
    assert panel.form.key.text() == ""
    assert changes


def test_a_key_that_is_refused_is_not_kept(
    panel: KeyPanel, bench: Workbench, done: list[str], run: Callable[..., Any], settle: Callable[..., Any]
) -> None:
    before = bench.house.settings.teacher.model

    async def go() -> None:
        async with Teacher(key="right") as teacher:
            own(panel, teacher.base_url, "wrong")
            panel.test()
            await settle(lambda: panel.verdict.said and panel.verdict.said.tone == "bad")

    run(go())
    assert panel.verdict.said is not None
    assert "refuses access" in panel.verdict.said.message
    assert "belongs to this provider" in panel.verdict.said.hint
    assert not panel.keep_button.isVisible()
    assert bench.house.keys.find("custom") is None
    assert bench.house.settings.teacher.model == before
    assert panel.form.key.text() == "wrong"
    assert panel.try_button.isEnabled()
    assert done == []


def test_where_nobody_answers_the_key_can_be_kept_all_the_same(
    panel: KeyPanel, bench: Workbench, done: list[str], run: Callable[..., Any], settle: Callable[..., Any]
) -> None:
    async def go() -> None:
        own(panel, "http://127.0.0.1:9/v1", "maybe")
        panel.test()
        await settle(panel.keep_button.isVisible)
        panel.keep_button.click()
        await settle(lambda: done)

    run(go())
    found = bench.house.keys.find("custom")
    assert found is not None
    assert found.secret == "maybe"


def test_switching_to_a_provider_forgets_the_address_of_ones_own(
    panel: KeyPanel, bench: Workbench, run: Callable[..., Any]
) -> None:
    from zishu_app.ui.tabs.welcome.brain import use_brain

    run(use_brain(bench, "m", "http://127.0.0.1:9/v1"))
    assert bench.house.settings.teacher.base_url
    run(use_brain(bench, "deepseek/deepseek-flash"))
    assert bench.house.settings.teacher.base_url == ""
    assert bench.house.settings.teacher.model == "deepseek/deepseek-flash"


def test_the_form_speaks_the_language_of_the_moment(panel: KeyPanel) -> None:
    panel.form.key.setText(HEX)
    set_language("zh")
    LANGUAGE.changed()
    assert panel.form.provider.itemText(1) == "深度求索 DeepSeek"
    assert "请在右边选" in panel.form._key._help.text()
    assert panel.try_button.text() == "测试并保存"
