"""What stands to the right of the list: the form of a section, and whatever it has besides."""

from PySide6.QtWidgets import QWidget

from zishu_app.ui.tabs.settings.changes import Changes
from zishu_app.ui.tabs.settings.form import FieldCard
from zishu_app.ui.tabs.settings.sections import Section, fields_of
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.cards import column, scrolled
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.toast import Toast
from zishu_app.ui.workbench import Workbench


class View(QWidget):
    """A section: its title, and its parts in a column that scrolls, or, where `tall`, one part that fills it."""

    def __init__(self, section: Section, parts: list[QWidget], *, tall: bool = False) -> None:
        super().__init__()
        whole = column(label("title", section.title), gap=GAP)
        if tall:
            for part in parts:
                whole.addWidget(part, 1)
        else:
            inside = column(*parts, None, gap=GAP)
            inside.setContentsMargins(0, 0, NEAR, 0)
            whole.addWidget(scrolled(inside), 1)
        self.setLayout(whole)


def view_of(section: Section, bench: Workbench, changes: Changes, toast: Toast) -> View:
    """The view of a section; what is heavy is imported only where it is shown."""
    names = fields_of(section)
    if section.name == "models":
        from zishu_app.ui.tabs.settings.models import Models

        return View(section, [Models(bench, lambda: FieldCard(bench, changes, names), toast)], tall=True)
    form: list[QWidget] = [FieldCard(bench, changes, names)] if names else []
    match section.name:
        case "companion" if bench.desktop is not None:
            from zishu_app.ui.tabs.settings.on_desktop import OnDesktop

            return View(section, [*form, OnDesktop(bench, bench.desktop)])
        case "worker":
            from zishu_app.ui.tabs.settings.lanes import Lanes

            return View(section, [*form, Lanes(bench)])
        case "folders":
            from zishu_app.ui.tabs.settings.folders import Folders

            return View(section, [Folders(bench), *form])
        case "log":
            from zishu_app.ui.tabs.settings.log import Log

            return View(section, [Log(bench)], tall=True)
        case "about":
            from zishu_app.ui.tabs.settings.about import About

            return View(section, [About(bench)])
        case _:
            return View(section, form)
