"""The style sheet of the window, written out of the tokens. What a widget is for is its property `kind`."""

from pathlib import Path

from zishu_app.ui.theme.drawings import coloured_file
from zishu_app.ui.theme.tokens import (
    CONTROL,
    CONTROL_SMALL,
    DISPLAY,
    LEAD,
    ROUND,
    ROUND_LARGE,
    ROUND_SMALL,
    SMALL,
    TITLE,
    Tokens,
)


def written(worn: Tokens, cache: Path) -> str:
    """The whole sheet."""
    parts = (_grounds, _texts, _buttons, _quiet_buttons, _fields, _choices, _lists, _bars, _rest)
    pictures = {
        "down": coloured_file(cache, "chevron-down", worn.soft).as_posix(),
        "up": coloured_file(cache, "chevron-up", worn.soft).as_posix(),
        "check": coloured_file(cache, "check", worn.on_violet).as_posix(),
    }
    return "\n".join(part(worn, pictures) for part in parts)


def _grounds(w: Tokens, _: dict[str, str]) -> str:
    return f"""
    QWidget {{ color: {w.ink}; }}
    QMainWindow, QDialog, QWidget[kind="page"] {{ background: {w.paper}; }}
    QWidget[kind="side"] {{ background: {w.sunken}; border: none; border-right: 1px solid {w.line}; }}
    QFrame[kind="card"] {{ background: {w.surface}; border: 1px solid {w.line}; border-radius: {ROUND_LARGE}px; }}
    QFrame[kind="well"] {{ background: {w.sunken}; border: none; border-radius: {ROUND}px; }}
    QFrame[kind="drop"] {{ background: {w.surface}; border: 2px dashed {w.outline}; border-radius: {ROUND_LARGE}px; }}
    QFrame[kind="drop"][over="true"] {{ background: {w.wash}; border-color: {w.violet}; }}
    QFrame[kind="editor"] {{ background: {w.paper}; border: none; }}
    QFrame[kind="rule"] {{ background: {w.line}; border: none; max-height: 1px; min-height: 1px; }}
    QFrame[kind="banner"] {{ border-radius: {ROUND}px; border: 1px solid {w.line}; background: {w.surface}; }}
    QFrame[kind="banner"][tone="bad"] {{ background: {w.bad_wash}; border-color: {w.bad}; }}
    QFrame[kind="banner"][tone="warn"] {{ background: {w.warn_wash}; border-color: {w.warn}; }}
    QFrame[kind="banner"][tone="good"] {{ background: {w.good_wash}; border-color: {w.good}; }}
    QFrame[kind="banner"][tone="info"] {{ background: {w.wash}; border-color: {w.violet}; }}
    QScrollArea, QScrollArea > QWidget > QWidget[kind="scrolled"] {{ background: transparent; border: none; }}
    QStackedWidget {{ background: transparent; }}
    QSplitter::handle {{ background: transparent; }}
    QSplitter::handle:hover {{ background: {w.wash_strong}; }}
    """


def _texts(w: Tokens, _: dict[str, str]) -> str:
    return f"""
    QLabel {{ background: transparent; }}
    QLabel[kind="display"] {{ font-size: {DISPLAY}px; font-weight: 600; }}
    QLabel[kind="title"] {{ font-size: {TITLE}px; font-weight: 600; }}
    QLabel[kind="lead"] {{ font-size: {LEAD}px; font-weight: 600; }}
    QLabel[kind="soft"] {{ color: {w.soft}; }}
    QLabel[kind="small"] {{ color: {w.soft}; font-size: {SMALL}px; }}
    QLabel[kind="faint"] {{ color: {w.faint}; font-size: {SMALL}px; }}
    QLabel[kind="field"] {{ color: {w.soft}; font-size: {SMALL}px; font-weight: 600; }}
    QLabel[kind="fault"] {{ color: {w.bad}; font-size: {SMALL}px; }}
    QLabel[kind="figure"] {{ font-size: {TITLE}px; font-weight: 600; }}
    QLabel[kind="chip"] {{ background: {w.wash}; color: {w.violet_ink}; border-radius: 9px; padding: 1px 8px;
        font-size: {SMALL}px; min-height: 17px; }}
    QLabel[kind="chip"][tone="good"] {{ background: {w.good_wash}; color: {w.good}; }}
    QLabel[kind="chip"][tone="warn"] {{ background: {w.warn_wash}; color: {w.warn}; }}
    QLabel[kind="chip"][tone="bad"] {{ background: {w.bad_wash}; color: {w.bad}; }}
    QLabel[kind="chip"][tone="plain"] {{ background: {w.sunken}; color: {w.soft}; }}
    """


def _buttons(w: Tokens, _: dict[str, str]) -> str:
    return f"""
    QPushButton {{ background: {w.raised}; border: 1px solid {w.outline}; border-radius: {ROUND}px; padding: 0 14px;
        min-height: {CONTROL - 2}px; font-weight: 500; outline: none; }}
    QPushButton:hover {{ background: {w.wash}; border-color: {w.violet}; }}
    QPushButton:pressed {{ background: {w.wash_strong}; }}
    QPushButton:focus {{ border: 2px solid {w.violet}; padding: 0 13px; min-height: {CONTROL - 4}px; }}
    QPushButton:disabled {{ color: {w.faint}; background: {w.sunken}; border-color: {w.line}; }}
    QPushButton[kind="primary"] {{ background: {w.violet}; color: {w.on_violet}; border: 2px solid {w.violet};
        padding: 0 18px; min-height: {CONTROL - 4}px; font-weight: 600; }}
    QPushButton[kind="primary"]:hover {{ background: {w.violet_hover}; border-color: {w.violet_hover}; }}
    QPushButton[kind="primary"]:pressed {{ background: {w.violet_press}; border-color: {w.violet_press}; }}
    QPushButton[kind="primary"]:focus {{ border-color: {w.ink}; }}
    QPushButton[kind="primary"]:disabled {{ background: {w.wash_strong}; border-color: {w.wash_strong};
        color: {w.soft}; }}
    QPushButton[kind="quiet"], QToolButton {{ background: transparent; border: 2px solid transparent;
        border-radius: {ROUND_SMALL + 2}px; padding: 0 8px; min-height: {CONTROL_SMALL - 4}px; }}
    QToolButton {{ padding: 3px; }}
    QToolButton[kind="small"] {{ padding: 1px; min-height: {CONTROL_SMALL - 12}px; }}
    QPushButton[kind="quiet"]:hover, QToolButton:hover {{ background: {w.wash_strong}; }}
    QPushButton[kind="quiet"]:focus, QToolButton:focus {{ border-color: {w.violet}; }}
    QPushButton[kind="quiet"]:checked, QToolButton:checked {{ background: {w.wash_strong}; color: {w.violet_ink}; }}
    QPushButton[kind="quiet"]:disabled {{ color: {w.faint}; }}
    QToolButton::menu-indicator {{ image: none; }}
    """


def _quiet_buttons(w: Tokens, _: dict[str, str]) -> str:
    return f"""
    QPushButton[kind="link"] {{ background: transparent; border: none; border-bottom: 2px solid transparent;
        color: {w.violet_ink}; padding: 0 2px; min-height: {CONTROL_SMALL - 6}px; text-align: left;
        border-radius: 0; }}
    QPushButton[kind="link"]:hover, QPushButton[kind="link"]:focus {{ border-bottom-color: {w.violet}; }}
    QPushButton[kind="home"] {{ background: transparent; border: 2px solid transparent; border-radius: {ROUND}px;
        text-align: left; padding: 0 2px; min-height: 40px; font-size: {LEAD}px; font-weight: 600; }}
    QPushButton[kind="home"]:hover {{ background: {w.wash}; }}
    QPushButton[kind="home"]:focus {{ border-color: {w.violet}; }}
    QPushButton[kind="nav"] {{ background: transparent; border: 2px solid transparent; border-radius: {ROUND}px;
        text-align: left; padding: 0 12px; min-height: 40px; font-weight: 500; color: {w.soft}; }}
    QPushButton[kind="nav"][narrow="true"] {{ padding: 0 8px; }}
    QPushButton[kind="nav"][low="true"] {{ min-height: 26px; }}
    QPushButton[kind="nav"]:hover {{ background: {w.wash}; color: {w.ink}; }}
    QPushButton[kind="nav"]:checked {{ background: {w.wash_strong}; color: {w.violet_ink}; font-weight: 600; }}
    QPushButton[kind="nav"]:focus {{ border-color: {w.violet}; }}
    QPushButton[kind="segment"] {{ background: transparent; border: 2px solid transparent; padding: 0 12px;
        border-radius: {ROUND_SMALL + 1}px; min-height: {CONTROL_SMALL - 4}px; color: {w.soft}; }}
    QPushButton[kind="segment"]:hover {{ color: {w.ink}; }}
    QPushButton[kind="segment"]:checked {{ background: {w.raised}; color: {w.violet_ink}; font-weight: 600; }}
    QPushButton[kind="segment"]:focus {{ border-color: {w.violet}; }}
    QPushButton[kind="chip"] {{ background: {w.raised}; border: 1px solid {w.line}; padding: 0 9px; font-weight: 400;
        border-radius: 13px; min-height: 24px; font-size: {SMALL}px; color: {w.ink}; }}
    QPushButton[kind="chip"]:hover {{ border-color: {w.violet}; background: {w.wash}; }}
    QPushButton[kind="chip"]:checked {{ background: {w.wash_strong}; border-color: {w.violet}; color: {w.violet_ink}; }}
    QPushButton[kind="chip"]:focus {{ border: 2px solid {w.violet}; padding: 0 8px; min-height: 22px; }}
    QPushButton[kind="chip"]:disabled {{ color: {w.faint}; background: transparent; }}
    """


def _fields(w: Tokens, pictures: dict[str, str]) -> str:
    return f"""
    QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit {{ background: {w.raised};
        border: 1px solid {w.outline}; border-radius: {ROUND}px; padding: 1px 9px; min-height: {CONTROL - 4}px;
        selection-background-color: {w.violet}; selection-color: {w.on_violet}; }}
    QSpinBox QLineEdit, QDoubleSpinBox QLineEdit, QComboBox QLineEdit {{ border: none; background: transparent;
        padding: 0; min-height: 0; }}
    QSpinBox QLineEdit, QDoubleSpinBox QLineEdit {{ padding-left: 8px; }}
    QPlainTextEdit {{ padding: 6px 8px; }}
    QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus {{
        border: 2px solid {w.violet}; padding: 0 8px; }}
    QPlainTextEdit:focus {{ padding: 5px 7px; }}
    QLineEdit[fault="true"], QPlainTextEdit[fault="true"], QComboBox[fault="true"], QSpinBox[fault="true"] {{
        border: 2px solid {w.bad}; padding: 0 8px; }}
    QPlainTextEdit[fault="true"] {{ padding: 5px 7px; }}
    QComboBox[fault="true"] {{ padding-right: 27px; }}
    QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled, QPlainTextEdit:disabled {{
        color: {w.faint}; background: {w.sunken}; border-color: {w.line}; }}
    QLineEdit[kind="search"] {{ border-radius: {CONTROL // 2}px; border-color: {w.line}; padding-left: 34px; }}
    QLineEdit QToolButton {{ padding: 0; border: none; min-height: 0; }}
    QLineEdit[kind="search"]:focus {{ border-color: {w.violet}; padding-left: 33px; }}
    QSpinBox::up-button, QDoubleSpinBox::up-button {{ subcontrol-position: top right; width: 24px; border: none;
        margin: 3px 4px 0 0; background: transparent; }}
    QSpinBox::down-button, QDoubleSpinBox::down-button {{ subcontrol-position: bottom right; width: 24px;
        border: none; margin: 0 4px 3px 0; background: transparent; }}
    QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{ image: url({pictures["up"]}); width: 12px; height: 12px; }}
    QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{ image: url({pictures["down"]}); width: 12px;
        height: 12px; }}
    QComboBox {{ padding-right: 28px; }}
    QComboBox[empty="true"] {{ color: {w.faint}; }}
    QComboBox::drop-down {{ border: none; width: 28px; }}
    QComboBox::down-arrow {{ image: url({pictures["down"]}); width: 14px; height: 14px; }}
    QComboBox QAbstractItemView {{ background: {w.raised}; border: 1px solid {w.line};
        border-radius: {ROUND_SMALL}px; padding: 4px; outline: none; selection-background-color: {w.wash_strong};
        selection-color: {w.ink}; }}
    QComboBox QAbstractItemView::item {{ min-height: 30px; padding: 0 8px; border-radius: {ROUND_SMALL}px; }}
    """


def _choices(w: Tokens, pictures: dict[str, str]) -> str:
    return f"""
    QCheckBox, QRadioButton {{ spacing: 8px; min-height: 24px; background: transparent; }}
    QCheckBox::indicator {{ width: 18px; height: 18px; border-radius: 5px; border: 1px solid {w.outline};
        background: {w.raised}; }}
    QCheckBox::indicator:hover {{ border-color: {w.violet}; }}
    QCheckBox::indicator:focus {{ border: 2px solid {w.violet}; width: 16px; height: 16px; }}
    QCheckBox::indicator:checked {{ background: {w.violet}; border-color: {w.violet};
        image: url({pictures["check"]}); }}
    QCheckBox::indicator:checked:focus {{ border-color: {w.ink}; }}
    QSlider {{ min-height: 22px; background: transparent; }}
    QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {w.wash_strong}; }}
    QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {w.violet}; }}
    QSlider::handle:horizontal {{ width: 16px; height: 16px; margin: -7px 0; border-radius: 9px;
        background: {w.raised}; border: 2px solid {w.violet}; }}
    QSlider[kind="idle"]::sub-page:horizontal {{ background: {w.wash_strong}; }}
    QSlider[kind="idle"]::handle:horizontal {{ border-color: {w.outline}; }}
    QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus {{ background: {w.violet}; }}
    """


def _lists(w: Tokens, _: dict[str, str]) -> str:
    return f"""
    QListView, QTreeView, QTableView, QTextBrowser {{ background: transparent; border: none; outline: none; }}
    QTableView[kind="rows"] {{ selection-background-color: transparent; }}
    QTableView[kind="rows"] QHeaderView, QTableView[kind="rows"] QTableCornerButton::section {{
        background: transparent; border: none; }}
    QAbstractScrollArea::corner {{ background: transparent; border: none; }}
    QListView[kind="framed"] {{ background: {w.surface}; border: 1px solid {w.line}; border-radius: {ROUND}px; }}
    QListView:focus[kind="framed"] {{ border: 2px solid {w.violet}; }}
    QTextBrowser {{ selection-background-color: {w.violet}; selection-color: {w.on_violet}; }}
    """


def _bars(w: Tokens, _: dict[str, str]) -> str:
    return f"""
    QScrollBar:vertical {{ background: transparent; width: 12px; margin: 2px; }}
    QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 2px; }}
    QScrollBar::handle {{ background: {w.line}; border-radius: 4px; }}
    QScrollBar::handle:vertical {{ min-height: 32px; }}
    QScrollBar::handle:horizontal {{ min-width: 32px; }}
    QScrollBar::handle:hover {{ background: {w.outline}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QProgressBar {{ background: {w.wash_strong}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
    QProgressBar::chunk {{ background: {w.violet}; border-radius: 3px; }}
    """


def _rest(w: Tokens, _: dict[str, str]) -> str:
    return f"""
    QMenu {{ background: {w.raised}; border: 1px solid {w.line}; border-radius: {ROUND}px; padding: 6px; }}
    QMenu::item {{ padding: 6px 20px 6px 12px; border-radius: {ROUND_SMALL}px; }}
    QMenu::item:selected {{ background: {w.wash_strong}; color: {w.ink}; }}
    QMenu::item:disabled {{ color: {w.faint}; }}
    QMenu::separator {{ height: 1px; background: {w.line}; margin: 6px 4px; }}
    QToolTip {{ background: {w.raised}; color: {w.ink}; border: 1px solid {w.outline}; padding: 5px 8px;
        font-size: {SMALL + 1}px; }}
    """
