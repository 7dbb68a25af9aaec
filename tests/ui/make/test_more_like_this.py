"""More of what an old run made: also what the form has no field for."""

from collections.abc import Iterator
from typing import Any

import pytest
import shiboken6

from tests.ui.conftest import Run, Settle
from zishu_app.core.settings import load_settings
from zishu_app.studio.runs import order
from zishu_app.ui.tabs.make.form import FORM, MakeForm
from zishu_app.ui.workbench import Workbench

HERE = {"teacher.base_url": "http://127.0.0.1:9/v1", "teacher.model": "loopback"}
THEN = {"dialogue.user_temperature": 0.35, "dialogue.history_tokens": 5000, "distill.max_tokens": 900}


@pytest.fixture
def form(bench: Workbench) -> Iterator[MakeForm]:
    bench.house.settings = load_settings(bench.house.home, HERE, environment={})
    made = MakeForm(bench, lambda _: None)
    made.resize(1000, 760)
    made.show()
    yield made
    shiboken6.delete(made)


def recipe_of(form: MakeForm, bench: Workbench) -> dict[str, Any]:
    """An old run, made with other settings."""
    settings = load_settings(bench.house.home, HERE | THEN, environment={})
    old = {name: value for name, value in form.order().recipe.items() if name != "settings"}
    return dict(order(settings, old).recipe)


def kept(form: MakeForm) -> dict[str, Any]:
    """What a run started now would be made with, of what differed then."""
    settings = form.order().recipe["settings"]
    return {name: settings[name] for name in THEN}


def test_settings_without_a_field_are_taken_too(
    bench: Workbench, form: MakeForm, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        await settle(form.foot.start.isEnabled)
        now = kept(form)
        form.take(recipe_of(form, bench))
        assert kept(form) == THEN
        assert form.order().settings.distill.max_tokens == 900
        assert "from that run: 3 settings" in form._undo._said.text()
        assert "others" not in bench.remembered.get(FORM, {})

        form._undo.back.click()
        assert kept(form) == now
        assert form._undo.isHidden()

    run(go())


def test_they_go_with_everything_else_that_is_put_back(
    bench: Workbench, form: MakeForm, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        await settle(form.foot.start.isEnabled)
        form.take(recipe_of(form, bench))
        assert form._reset.isEnabled()
        form._reset.click()
        assert kept(form).items() != THEN.items()
        form._undo.back.click()
        assert kept(form) == THEN

    run(go())


def test_nothing_is_said_where_nothing_differs(form: MakeForm, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        await settle(form.foot.start.isEnabled)
        form.take(form.order().recipe)
        assert form._undo.isHidden()

    run(go())
