"""What SQLite complains of, in words of ours."""

import sqlite3
from pathlib import Path

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t

#: what a file is read with in vain
DAMAGED = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def code(error: BaseException) -> int:
    """SQLite's number for what went wrong, without its finer distinctions; 0: it is no error of SQLite."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _why(error: BaseException) -> str:
    """What SQLite complains of, in words; of all else it speaks itself."""
    match code(error):
        case sqlite3.SQLITE_FULL:
            return t("磁盘已满", "the disk is full")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return t("没有写入权限", "it may not be written to")
        case sqlite3.SQLITE_BUSY:
            return t("另一个程序一直在写入", "another program does not stop writing")
        case sqlite3.SQLITE_IOERR:
            return t("磁盘读写出错", "the disk does not read or write")
        case sqlite3.SQLITE_CORRUPT:
            return t("文件已损坏", "the file is damaged")
        case sqlite3.SQLITE_NOTADB:
            return t("这不是数据库文件", "the file is no database")
    return str(error)


def unopened(path: Path, names: tuple[str, str], error: sqlite3.Error) -> DataError:
    """The file cannot be opened. `names`: what it is called, in Chinese and in English."""
    return DataError(
        t(
            f"{names[0]} {path} 打不开：{_why(error)}。",
            f"The {names[1]} {path} cannot be opened: {_why(error)}.",
        ),
        t("磁盘可能满了：腾出空间再试。", "The disk may be full: make room, then try again.")
        if code(error) in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL)
        else t(
            "检查磁盘与权限；必要时把该文件移开再试。",
            "Check disk and permissions; move the file away if need be.",
        ),
    )


def unread(path: Path, names: tuple[str, str], error: BaseException) -> DataError:
    """The file cannot be read."""
    return DataError(
        t(
            f"{names[0]} {path} 读不出来：{_why(error)}。",
            f"The {names[1]} {path} cannot be read: {_why(error)}.",
        ),
        _copy(),
    )


def unwritten(names: tuple[str, str], error: sqlite3.Error) -> DataError:
    """The file cannot be written to."""
    runs = names[1] == "ledger"  # those of the other files are no runs
    again = (
        t("；中断的运行用 --continue 继续", "; a run that stopped goes on with --continue") if runs else ""
    )
    return DataError(
        t(f"{names[0]}写不进去：{_why(error)}。", f"The {names[1]} cannot be written: {_why(error)}."),
        _copy()
        if code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
        else t(
            f"检查磁盘空间与权限，然后再试{again}。",
            f"Check free space and permissions, then try again{again}.",
        ),
    )


def _copy() -> str:
    return t("先复制一份该文件，再检查磁盘。", "Copy the file first, then check the disk.")
