"""Qt's own words in the user's language: the menus of fields, the buttons of dialogs; and the few that its Chinese lacks."""

from PySide6.QtCore import QByteArray, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from zishu_app.core.texts import language
from zishu_app.ui.follow import LANGUAGE

#: what Qt 6 leaves in English where the system has no dialog of its own for files
LACKING = {
    "&Look in:": "位置(&L)：",
    "Files of &type:": "文件类型(&T)：",
    "Folder": "文件夹",
    "Drive": "磁盘",
    "File": "文件",
    "Shortcut": "快捷方式",
    "Unknown": "未知",
    "%1 File": "%1 文件",
}
_WHERE = ("QFileDialog", "QAbstractFileIconProvider", "QFileIconProvider")

#: PySide hands over what C++ has, which may be either
_Words = str | bytes | bytearray | memoryview | QByteArray


class _Lacking(QTranslator):
    def translate(self, context: _Words, source: _Words, _disambiguation: object = None, _n: int = -1) -> str:
        """See QTranslator; None is how "nothing is known" is said to C++."""
        return LACKING.get(str(source)) if str(context) in _WHERE else None  # type: ignore[return-value]

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        """It is asked."""
        return False


def translate_qt(app: QApplication) -> None:
    """From now on, and again whenever the language changes."""
    shipped, lacking = QTranslator(app), _Lacking(app)
    LANGUAGE.follow(app, lambda: _translate(app, shipped, lacking))


def _translate(app: QApplication, shipped: QTranslator, lacking: QTranslator) -> None:
    for one in (shipped, lacking):
        app.removeTranslator(one)
    is_chinese = language() == "zh"
    wanted = QLocale("zh_CN" if is_chinese else "en")
    QLocale.setDefault(wanted)
    if is_chinese:
        app.installTranslator(lacking)  # first, so that it is asked last
    where = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if shipped.load(wanted, "qtbase", "_", where):
        app.installTranslator(shipped)
