"""Whether a picture somebody made may be shown: SVG without scripts, outside links and tricks; PNG of a sane size.

Packs come from strangers. Qt draws SVG without running anything in it, but a picture may still name files and
addresses, be a bomb of entities, or be so large that the machine stands still: it is looked at before it is kept.
"""

import re
import struct
from pathlib import Path
from xml.parsers import expat

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t

#: bytes of one picture, elements of an SVG, how deep they may lie, and pixels of a side
MOST_BYTES, MOST_ELEMENTS, DEEPEST, MOST_PIXELS = 1_000_000, 4_000, 40, 4_096

_ELEMENTS = {
    "svg", "g", "defs", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon",
    "linearGradient", "radialGradient", "stop", "clipPath", "use", "symbol", "metadata",
}  # fmt: skip
#: attributes that name something else
_LINKS = ("href", "src", "xlink:href")
_URL = re.compile(r"url\s*\(\s*['\"]?\s*(?!#)", re.IGNORECASE)
_PNG = b"\x89PNG\r\n\x1a\n"


def check_picture(path: Path) -> None:
    """Raises DataError that says what is wrong with the picture at `path`."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise _wrong(path, error.strerror or str(error)) from error
    if size > MOST_BYTES:
        raise _wrong(path, t(f"大于 {MOST_BYTES // 1000} kB", f"larger than {MOST_BYTES // 1000} kB"))
    if path.suffix.lower() == ".png":
        _check_png(path, data)
    elif path.suffix.lower() == ".svg":
        _check_svg(path, data)
    else:
        raise _wrong(path, t("只能是 SVG 或 PNG", "only SVG and PNG can be used"))


def _check_png(path: Path, data: bytes) -> None:
    if not data.startswith(_PNG) or len(data) < 33 or data[12:16] != b"IHDR":
        raise _wrong(path, t("不是 PNG", "it is no PNG"))
    width, height = struct.unpack(">II", data[16:24])
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        raise _wrong(path, t(f"边长超过 {MOST_PIXELS} 像素", f"a side is longer than {MOST_PIXELS} pixels"))


def _check_svg(path: Path, data: bytes) -> None:
    reader = expat.ParserCreate()
    found = _Elements(path)
    reader.StartElementHandler = found.start
    reader.EndElementHandler = found.end
    reader.StartDoctypeDeclHandler = found.doctype
    reader.ProcessingInstructionHandler = found.instruction
    try:
        reader.Parse(data, True)
    except expat.ExpatError as error:
        raise _wrong(path, t(f"不是有效的 SVG（{error}）", f"it is no valid SVG ({error})")) from error
    except (LookupError, ValueError, TypeError) as error:  # an encoding Python does not know
        raise _wrong(path, t("编码看不懂", "its encoding is not known")) from error
    if not found.count:
        raise _wrong(path, t("里面没有图", "there is no picture in it"))


class _Elements:
    """Looks at each element as it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._depth = 0
        self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins. Raises DataError where it may not be there."""
        local = name.rpartition(":")[2]
        self.count += 1
        self._depth += 1
        if self.count == 1 and local != "svg":
            raise _wrong(self._path, t("最外层不是 svg", "the outermost element is not svg"))
        if self.count > MOST_ELEMENTS or self._depth > DEEPEST:
            raise _wrong(self._path, t("太复杂", "too complex"))
        if ":" not in name and local not in _ELEMENTS:
            raise _wrong(self._path, t(f"不允许 <{local}>", f"<{local}> is not allowed"))
        for key, value in attributes.items():
            self._attribute(key, value)

    def end(self, _name: str) -> None:
        """An element ends."""
        self._depth -= 1

    def doctype(self, *_: object) -> None:
        """Entities can be bombs, and a picture needs none."""
        raise _wrong(self._path, t("不允许 DOCTYPE", "a DOCTYPE is not allowed"))

    def instruction(self, target: str, _data: str) -> None:
        """A style sheet from elsewhere, for example."""
        raise _wrong(self._path, t(f"不允许 <?{target}", f"<?{target} is not allowed"))

    def _attribute(self, key: str, value: str) -> None:
        local = key.rpartition(":")[2].lower()
        if local.startswith("on"):
            raise _wrong(self._path, t(f"不允许脚本（{key}）", f"scripts are not allowed ({key})"))
        linked = key.lower() in _LINKS or local in ("href", "src")
        if (linked and not value.strip().startswith("#")) or _URL.search(value):
            raise _wrong(self._path, t("不允许指向外面的链接", "links to the outside are not allowed"))


def _wrong(path: Path, reason: str) -> DataError:
    return DataError(
        t(f"图片 {path.name}：{reason}。", f"The picture {path.name}: {reason}."),
        t("改好这张图再试。", "Mend this picture and try again."),
    )
