"""What Qt says by itself is said in the user's language."""

from typing import cast

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton

from tests.house.source import LETTERS
from zishu_app.core.texts import Language
from zishu_app.ui.follow import speak
from zishu_app.ui.qt_words import translate_qt


def words(language: Language) -> list[str]:
    speak(language)
    dialog = QFileDialog()
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    said = [
        cast(QLabel, one).text()
        for kind in (QLabel, QPushButton)
        for one in dialog.findChildren(kind)
        if "&" in one.text()
    ]
    dialog.deleteLater()
    return said


def test_a_dialog_for_files_speaks_chinese_whole_and_english_again(app: QApplication) -> None:
    translate_qt(app)
    try:
        said = [one.partition("(&")[0] for one in words("zh")]
        assert len(said) >= 4
        assert not [one for one in said if LETTERS.search(one)]
        assert QCoreApplication.translate("QAbstractFileIconProvider", "Folder") == "文件夹"
        assert QCoreApplication.translate("Anything", "Folder") == "Folder"
        assert "&Look in:" in words("en")
    finally:
        speak("en")
