"""The files SillyTavern's cards come in: JSON, a PNG with the card in a chunk of text, and CHARX, which is a .zip.

What a file is, is told by its first bytes and not by its name. Nothing of it is run, and every size is bounded before it
is read. Of a PNG or a CHARX, the picture or the assets are kept by keeping the file (`source`), for an export.
"""

import base64
import binascii
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from zishu_app.character.card import Card, Lorebook
from zishu_app.character.foreign_json import MOST_JSON, parsed, spoilt, whole
from zishu_app.character.install import BROKEN
from zishu_app.character.tavern import card_in, card_out
from zishu_app.character.tavern_book import book_from
from zishu_app.core.errors import DataError
from zishu_app.core.files import whole_file
from zishu_app.core.texts import t

Form = Literal["json", "png", "charx"]
Written = Literal["json", "json-v2", "png", "charx"]

#: bytes of a file, files of a CHARX, bytes of all its assets, and chunks of a PNG
MOST_BYTES, MOST_FILES, MOST_ASSETS, MOST_CHUNKS = 60_000_000, 1_000, 60_000_000, 50_000
PNG = b"\x89PNG\r\n\x1a\n"
ZIP = b"PK\x03\x04"
#: chunks that hold a card, the better one first
CHUNKS = (b"ccv3", b"chara")
CARD, ICON = "card.json", "assets/icon/images/main.png"
#: how an address within the file begins
WITHIN = ("embeded://", "embedded://", "__asset:")
#: the one asset a CHARX of ours has where there was none
OURS = {"type": "icon", "uri": f"embeded://{ICON}", "name": "main", "ext": "png"}
_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Read:
    """A card that came in, and the form of its file."""

    card: Card
    form: Form


def read_tavern(path: Path) -> Read:
    """The card in a file. Blocks. Raises DataError that says what is wrong with it."""
    form, value = _value_of(path)
    if (
        isinstance(value, dict)
        and isinstance(data := value.get("data"), dict)
        and data.get("assets") == [OURS]
    ):
        del data["assets"]
    return Read(card_in(value, path), form)


def read_book(path: Path) -> Lorebook:
    """The lorebook in a file: of its own, or that of a card. Blocks. Raises DataError."""
    return book_from(_value_of(path)[1], path.name)


@dataclass(frozen=True, slots=True)
class Beside:
    """What goes into a file beside the card: a PNG of her, and the CHARX it came from, for its assets."""

    picture: bytes = b""
    source: Path | None = None


def is_card(path: Path) -> bool:
    """Whether a file is a card, by its name or, for a picture, by what is in it. Blocks."""
    suffix = path.suffix.lower()
    if suffix == ".png":
        try:
            return _value_of(path)[0] == "png"
        except DataError:
            return False
    return suffix in (".json", ".charx") or (suffix == ".toml" and path.stem.startswith("card"))


def write_tavern(card: Card, target: Path, form: Written, beside: Beside = Beside()) -> None:
    """Write a card; a PNG needs a picture. Blocks. Raises DataError where there is none, or the disk refuses."""
    if form == "png":
        data = _png(card, beside.picture)
    elif form == "charx":
        data = _charx(card, beside)
    else:
        data = _json(_without_files(card_out(card, "2" if form == "json-v2" else "3"), set()), indent=2)
    try:
        with whole_file(target) as file:
            file.write(data)
    except OSError as error:
        raise spoilt(target.name, error.strerror or str(error)) from error


def portrait(path: Path) -> bytes:
    """The picture of a PNG without the card in it; empty where the file is something else. Blocks."""
    try:
        data = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
    except OSError:
        return b""
    if not data.startswith(PNG):
        return b""
    return PNG + b"".join(raw for kind, body, raw in _chunks(data, path.name) if not _is_card(kind, body))


def _value_of(path: Path) -> tuple[Form, Any]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise spoilt(
                path.name, t(f"大于 {MOST_BYTES // 10**6} MB", f"larger than {MOST_BYTES // 10**6} MB")
            )
        data = path.read_bytes()
    except OSError as error:
        raise spoilt(path.name, error.strerror or str(error)) from error
    if data.startswith(PNG):
        return "png", parsed(_in_png(data, path.name), path.name)
    if data.startswith(ZIP):
        return "charx", parsed(_in_charx(data, path.name), path.name)
    return "json", parsed(data, path.name)


def _in_png(data: bytes, name: str) -> bytes:
    """The JSON in a PNG."""
    found: dict[bytes, bytes] = {}
    for kind, body, _ in _chunks(data, name):
        if _is_card(kind, body):
            found.setdefault(body.partition(b"\0")[0], _text_of(kind, body, name))
    for chunk in CHUNKS:
        if chunk in found:
            text = found[chunk]
            if text.lstrip()[:1] == b"{":  # some programs leave out the second wrapping
                return text
            try:
                return base64.b64decode(text, validate=False)
            except (binascii.Error, ValueError) as error:
                raise spoilt(name, t("卡片已损坏", "the card in it is damaged")) from error
    raise spoilt(name, t("这张图里没有角色卡", "there is no character card in this picture"))


def _chunks(data: bytes, name: str) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Kind, content and all bytes of each chunk. Raises DataError where the file does not hold together."""
    at = len(PNG)
    for _ in range(MOST_CHUNKS):
        if at + 12 > len(data):
            break
        (size,) = struct.unpack_from(">I", data, at)
        kind, end = data[at + 4 : at + 8], at + 12 + size
        if end > len(data):
            break
        yield kind, data[at + 8 : end - 4], data[at:end]
        if kind == b"IEND":
            return
        at = end
    raise spoilt(name, t("图片不完整", "the picture is not whole"))


def _is_card(kind: bytes, body: bytes) -> bool:
    return kind in (b"tEXt", b"zTXt", b"iTXt") and body.partition(b"\0")[0] in CHUNKS


def _text_of(kind: bytes, body: bytes, name: str) -> bytes:
    """What a chunk of text says; see the PNG specification, 11.3.3."""
    rest = body.partition(b"\0")[2]
    if kind == b"tEXt":
        return rest
    if kind == b"zTXt":
        return _inflated(rest[1:], name)
    packed, rest = rest[:1] == b"\x01", rest[2:]
    text = rest.partition(b"\0")[2].partition(b"\0")[2]
    return _inflated(text, name) if packed else text


def _inflated(data: bytes, name: str) -> bytes:
    most = MOST_JSON * 4 // 3 + 4
    try:
        reader = zlib.decompressobj()
        text = reader.decompress(data, most)
    except zlib.error as error:
        raise spoilt(name, t("卡片已损坏", "the card in it is damaged")) from error
    if reader.unconsumed_tail:
        raise spoilt(name, t("卡片太大", "the card in it is too large"))
    return text


def _in_charx(data: bytes, name: str) -> bytes:
    """The JSON in a CHARX."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if len(archive.infolist()) > MOST_FILES:
                raise spoilt(name, t(f"文件多于 {MOST_FILES} 个", f"more than {MOST_FILES} files"))
            with archive.open(CARD) as file:
                return file.read(MOST_JSON + 1)
    except KeyError as error:
        raise spoilt(name, t("里面没有 card.json", "there is no card.json in it")) from error
    except BROKEN as error:
        raise spoilt(name, t("不是完好的 CHARX", "it is no whole CHARX")) from error


def _png(card: Card, picture: bytes) -> bytes:
    """The picture with the card in it, as V2 and as V3: programs read the one they know."""
    if not picture.startswith(PNG):
        raise spoilt("PNG", t("没有可用的图片", "there is no picture to put the card into"))
    chunks = [(kind, body, raw) for kind, body, raw in _chunks(picture, "PNG")]
    parts = [raw for kind, body, raw in chunks if kind != b"IEND" and not _is_card(kind, body)]
    cards = ((b"chara", card_out(card, "2")), (b"ccv3", card_out(card, "3")))
    for chunk, value in cards:
        parts.append(_chunk(b"tEXt", chunk + b"\0" + base64.b64encode(_json(_without_files(value, set())))))
    return PNG + b"".join([*parts, _chunk(b"IEND", b"")])


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _charx(card: Card, beside: Beside) -> bytes:
    assets = _assets(beside.source) if beside.source is not None else {}
    value = card_out(card, "3")
    if beside.picture and not assets:
        assets[ICON] = beside.picture
        value["data"].setdefault("assets", [OURS])
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(CARD, _DATE), _json(_without_files(value, set(assets)), indent=2))
        for name, data in assets.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), data)
    return made.getvalue()


def _assets(source: Path) -> dict[str, bytes]:
    """The other files of a CHARX. Raises DataError."""
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(source) as archive:
            members = [one for one in archive.infolist() if not one.is_dir() and one.filename != CARD]
            if len(members) > MOST_FILES or sum(one.file_size for one in members) > MOST_ASSETS:
                raise spoilt(
                    source.name, t("里面的文件太多或太大", "the files in it are too many or too large")
                )
            for one in members:
                with archive.open(one) as file:
                    found[one.filename] = file.read(one.file_size + 1)
    except BROKEN as error:
        raise spoilt(source.name, t("不是完好的 CHARX", "it is no whole CHARX")) from error
    return found


def _without_files(value: dict[str, Any], there: set[str]) -> dict[str, Any]:
    """Without assets whose file does not go along."""
    assets = value["data"].get("assets")
    if isinstance(assets, list):
        value["data"]["assets"] = [one for one in assets if _is_there(one, there)]
    return value


def _is_there(asset: object, there: set[str]) -> bool:
    uri = asset.get("uri") if isinstance(asset, Mapping) else None
    if not isinstance(uri, str):
        return True
    start = next((one for one in WITHIN if uri.startswith(one)), None)
    return start is None or uri.removeprefix(start) in there


def _json(value: Mapping[str, Any], indent: int | None = None) -> bytes:
    try:
        return whole(json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)).encode("utf-8")
    except ValueError as error:
        raise DataError(t("这张卡存不成 JSON。", "This card cannot be written as JSON.")) from error
