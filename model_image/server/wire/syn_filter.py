"""Closes a listening socket to new callers without losing those half-way through."""

import contextlib
import ctypes
import socket
import struct

_SO_ATTACH_FILTER = 26
_FLAGS, _SYN, _SYN_OR_ACK = 13, 0x02, 0x12
# Berkeley packet filter: code, jump if true, jump if false, operand.
_PROGRAM = (
    (0x30, 0, 0, _FLAGS),  # load the byte of the TCP header that has the flags
    (0x54, 0, 0, _SYN_OR_ACK),  # and
    (0x15, 0, 1, _SYN),  # skip one unless equal
    (0x06, 0, 0, 0),  # drop
    (0x06, 0, 0, 0xFFFF),  # keep
)


def refuse_new(listening: socket.socket) -> None:
    """
    Ignore whoever only begins to connect; whoever has an answer already gets through.

    Closing the socket would reset them all. Without TCP or Linux this does nothing.
    """
    code = b"".join(struct.pack("HBBI", *step) for step in _PROGRAM)
    held = ctypes.create_string_buffer(code)
    described = struct.pack("HP", len(_PROGRAM), ctypes.addressof(held))
    with contextlib.suppress(OSError):
        listening.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, described)
