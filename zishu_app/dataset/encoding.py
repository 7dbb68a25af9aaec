"""Which encoding a text file has, found without holding the file in memory.

Talks come from anywhere: Windows Notepad writes UTF-16 or a BOM, older Chinese programs write GB18030. Order: BOM,
strict UTF-8, strict GB18030, a clear error. Nearly every Big5 or Shift-JIS file also decodes as GB18030, into
nonsense; so charset-normalizer must agree before a file is taken for GB18030.
"""

import codecs
from pathlib import Path

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins with UTF-16's mark, so it comes first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLOCK = 1 << 20  # bytes
_SAMPLE = 20_000  # characters shown to charset-normalizer: some tens of milliseconds


def find_encoding(path: Path) -> str:
    """The Python codec that reads the whole of `path`. Raises DataError when there is none, or no file."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
        marked = next((codec for mark, codec in _MARKS if head.startswith(mark)), None)
        if marked:
            return _require(path, marked)
        if b"\0" in head:
            raise _unreadable(
                path, t("它是二进制文件，或没有 BOM 的 UTF-16", "it is binary, or UTF-16 without a BOM")
            )
        bad_byte = _first_bad_byte(path, "utf-8")
        return "utf-8" if bad_byte is None else _require_gb18030(path, bad_byte)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(
            t(f"打不开文件 {path}：{reason}。", f"The file {path} cannot be opened: {reason}."),
            t("检查路径和权限。", "Check the path and its permissions."),
        ) from error


def _require(path: Path, codec: str) -> str:
    bad_byte = _first_bad_byte(path, codec)
    if bad_byte is not None:
        raise _unreadable(
            path,
            t(
                f"开头标明是 {codec}，但第 {bad_byte} 字节附近不是",
                f"it is marked as {codec}, but is not near byte {bad_byte}",
            ),
        )
    return codec


def _require_gb18030(path: Path, bad_byte: int) -> str:
    """GB18030, if the bytes allow it and the text looks like it."""
    looks_like = None
    if _first_bad_byte(path, "gb18030") is None:
        with path.open(encoding="gb18030") as file:
            looks_like = _guess(file.read(_SAMPLE).encode("gb18030"))
        if looks_like is None:
            return "gb18030"
    reason = t(f"第 {bad_byte} 字节附近不是 UTF-8", f"near byte {bad_byte} it is not UTF-8")
    if looks_like:
        reason += t(f"，看起来是 {looks_like}", f"; it looks like {looks_like}")
    else:
        reason += t("，也不是 GB18030", " and not GB18030 either")
    raise _unreadable(path, reason)


def _guess(sample: bytes) -> str | None:
    """What charset-normalizer takes `sample` for; None when it may well be GB18030."""
    from charset_normalizer import from_bytes  # 40 ms that a UTF-8 file does not pay

    found = from_bytes(sample)
    best = found.best()
    candidates = {match.encoding for match in found}
    return None if best is None or candidates & {"gb18030", "gbk", "gb2312"} else best.encoding


def _first_bad_byte(path: Path, codec: str) -> int | None:
    """Roughly where `path` stops being `codec` (to a few bytes); None when all of it is."""
    decoder = codecs.getincrementaldecoder(codec)()
    done = 0
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return done + error.start
            if not block:
                return None
            done += len(block)


def _unreadable(path: Path, reason: str) -> DataError:
    return DataError(
        t(f"无法确定文件 {path} 的编码：{reason}。", f"The encoding of {path} is not known: {reason}."),
        t("用文本编辑器把它另存为 UTF-8。", "Save it as UTF-8 with a text editor."),
    )
