"""Protocol buffers to test with, written by hand."""


def varint(value: int) -> bytes:
    """A number as protocol buffers write it."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def field(number: int, content: bytes | str | int) -> bytes:
    """A field of a message: a number, or bytes behind their length."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    raw = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(raw)) + raw


def saved_model(*operations: str, in_function: bool = False) -> bytes:
    """A SavedModel whose graph, or a function of it, has these operations."""
    nodes = b"".join(
        field(3 if in_function else 1, field(1, f"n{at}") + field(2, operation))
        for at, operation in enumerate(operations)
    )
    graph = field(2, field(1, nodes)) if in_function else nodes
    meta = field(1, field(5, "2.21.0")) + field(2, graph)
    return field(1, 1) + field(2, meta)
