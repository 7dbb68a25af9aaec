"""libxcb by ctypes: as much of the X protocol as is asked here. Qt itself stands on it, so it is there wherever she is.

Not Xlib, whose errors end the process unless somebody catches them for all of it: a window that closes while it is asked
about is no accident. With xcb each answer says for itself whether it is one.
"""

import ctypes
import struct
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_size_t, c_uint8, c_uint32, c_void_p

#: properties are read up to so many words of four bytes
MOST_WORDS = 4096
_ANY = 0
#: as if an error had come back: the server does not know the extension
_NO_EXTENSION = -1


class _Cookie(Structure):
    _fields_ = (("sequence", c_uint32),)


class _Iovec(Structure):
    _fields_ = (("base", c_void_p), ("length", c_size_t))


class _Extension(Structure):
    _fields_ = (("name", c_char_p), ("id", c_int))


class _Request(Structure):
    _fields_ = (
        ("count", c_size_t),
        ("extension", POINTER(_Extension)),
        ("opcode", c_uint8),
        ("void", c_uint8),
    )


#: name -> (result, arguments)
_CALLS: dict[str, tuple[object, tuple[object, ...]]] = {
    "xcb_connect": (c_void_p, (c_char_p, POINTER(c_int))),
    "xcb_connection_has_error": (c_int, (c_void_p,)),
    "xcb_disconnect": (None, (c_void_p,)),
    "xcb_get_setup": (c_void_p, (c_void_p,)),
    "xcb_get_file_descriptor": (c_int, (c_void_p,)),
    "xcb_flush": (c_int, (c_void_p,)),
    "xcb_poll_for_event": (c_void_p, (c_void_p,)),
    "xcb_wait_for_reply": (c_void_p, (c_void_p, c_uint32, POINTER(c_void_p))),
    "xcb_request_check": (c_void_p, (c_void_p, _Cookie)),
    "xcb_send_request": (c_uint32, (c_void_p, c_int, POINTER(_Iovec), POINTER(_Request))),
}
_libraries: list[tuple[ctypes.CDLL, ctypes.CDLL]] = []


def _load() -> tuple[ctypes.CDLL, ctypes.CDLL]:
    """libxcb and the C library, whose `free` takes what libxcb gave. Raises OSError."""
    if not _libraries:
        xcb = ctypes.CDLL("libxcb.so.1")
        for name, (result, arguments) in _CALLS.items():
            call = getattr(xcb, name)
            call.restype, call.argtypes = result, arguments
        c = ctypes.CDLL(None)
        c.free.restype, c.free.argtypes = None, (c_void_p,)
        _libraries.append((xcb, c))
    return _libraries[0]


class Connection:
    """A connection to the X server, for one thread at a time. Raises OSError where nobody answers."""

    def __init__(self, display: str | None = None) -> None:
        self._xcb, self._c = _load()
        number = c_int()
        self._at = c_void_p(self._xcb.xcb_connect(display.encode() if display else None, byref(number)))
        if self.broken:
            self.close()
            raise OSError("no X server answers")
        setup = _bytes(self._xcb.xcb_get_setup(self._at), 40)
        length = 8 + 4 * struct.unpack_from("=H", setup, 6)[0]
        #: the screen of the display's name, the window that holds all others, and the first and last key code
        self.screen = number.value
        self.setup = _bytes(self._xcb.xcb_get_setup(self._at), length)
        self.roots = _roots(self.setup)
        self.root = self.roots[min(self.screen, len(self.roots) - 1)]
        self.keys: tuple[int, int] = (self.setup[34], self.setup[35])
        self._atoms: dict[str, int] = {}

    @property
    def broken(self) -> bool:
        """Whether the server is gone."""
        return self._at.value is None or self._xcb.xcb_connection_has_error(self._at) != 0

    @property
    def fileno(self) -> int:
        """What becomes readable when something comes."""
        return int(self._xcb.xcb_get_file_descriptor(self._at))

    def close(self) -> None:
        """Let go of it; closing again does no harm."""
        if self._at.value is not None:
            self._xcb.xcb_disconnect(self._at)
            self._at = c_void_p(None)

    def ask(self, opcode: int, body: bytes, *, data: int = 0, extension: str = "") -> bytes:
        """Send a request and return its reply, at least 32 bytes; b"" where the server refused it.

        `data` is the second byte, which an extension uses for its own number instead.
        """
        sequence = self._send(opcode, body, data, extension, void=False)
        if not sequence:
            return b""
        error = c_void_p()
        reply = self._xcb.xcb_wait_for_reply(self._at, sequence, byref(error))
        if error.value is not None:
            self._c.free(error)
        if not reply:
            return b""
        length = 32 + 4 * struct.unpack("=I", _bytes(reply, 8)[4:])[0]
        found = _bytes(reply, length)
        self._c.free(reply)
        return found

    def tell(self, opcode: int, body: bytes, *, data: int = 0, extension: str = "") -> int:
        """Send a request without a reply; 0, or the code of the error. See `ask`."""
        sequence = self._send(opcode, body, data, extension, void=True)
        if not sequence:
            return _NO_EXTENSION
        error = self._xcb.xcb_request_check(self._at, _Cookie(sequence))
        if not error:
            return 0
        code = _bytes(error, 2)[1]
        self._c.free(error)
        return code

    def event(self) -> bytes:
        """What has come, 32 bytes; b"" when nothing has."""
        at = self._xcb.xcb_poll_for_event(self._at)
        if not at:
            return b""
        found = _bytes(at, 32)
        self._c.free(at)
        return found

    def atom(self, name: str) -> int:
        """The number of a name."""
        if not self._atoms.get(name):
            reply = self.ask(16, struct.pack("=HH", len(name), 0) + name.encode())
            self._atoms[name] = struct.unpack_from("=I", reply, 8)[0] if reply else 0
        return self._atoms[name]

    def property_of(self, window: int, name: str) -> bytes:
        """A property's bytes; b"" where window or property is gone."""
        body = struct.pack("=IIIII", window, self.atom(name), _ANY, 0, MOST_WORDS)
        reply = self.ask(20, body)
        if not reply or not reply[1]:
            return b""
        count = struct.unpack_from("=I", reply, 16)[0] * (reply[1] // 8)
        return reply[32 : 32 + count]

    def words(self, window: int, name: str) -> tuple[int, ...]:
        """A property of numbers: atoms, windows, cardinals."""
        found = self.property_of(window, name)
        return struct.unpack(f"={len(found) // 4}I", found[: len(found) // 4 * 4])

    def _send(self, opcode: int, body: bytes, data: int, extension: str, *, void: bool) -> int:
        body += b"\0" * (-len(body) % 4)
        head = struct.pack("=BBH", 0, data, 1 + len(body) // 4)
        whole = ctypes.create_string_buffer(head + body, len(head) + len(body))
        # libxcb uses the two entries before the first one
        parts = (_Iovec * 4)()
        parts[2] = _Iovec(ctypes.cast(whole, c_void_p), len(head) + len(body))
        known = _EXTENSIONS.setdefault(extension, _Extension(extension.encode(), 0)) if extension else None
        request = _Request(1, ctypes.pointer(known) if known else None, opcode, int(void))
        first = ctypes.cast(byref(parts, 2 * ctypes.sizeof(_Iovec)), POINTER(_Iovec))
        checked = 1  # errors come to whoever waits for the reply, and not among the events
        return int(self._xcb.xcb_send_request(self._at, checked, first, byref(request)))


#: libxcb numbers them by their address, so each is made once
_EXTENSIONS: dict[str, _Extension] = {}


def _bytes(at: int, length: int) -> bytes:
    return ctypes.string_at(at, length)


def _roots(setup: bytes) -> list[int]:
    """The root window of each screen, out of what the server said first."""
    vendor, screens, formats = struct.unpack_from("=H2xBB", setup, 24)
    at, found = 40 + (vendor + 3) // 4 * 4 + formats * 8, []
    for _ in range(screens):
        found.append(struct.unpack_from("=I", setup, at)[0])
        depths, at = setup[at + 39], at + 40
        for _ in range(depths):
            at += 8 + 24 * struct.unpack_from("=H", setup, at + 2)[0]
    return found
