"""Is the server in this container ready? `python -m model_image.server.health`."""

import os
import sys

from .address import connect, shown


def main() -> int:
    """0 where the server says it is ready, else 1 and a word on why."""
    try:
        with connect(os.environ) as connection:
            connection.sendall(b"GET /v2/health/ready HTTP/1.0\r\n\r\n")
            status_line = connection.recv(64).partition(b"\r\n")[0]
    except (OSError, ValueError) as error:
        print(f"nothing answers on {shown(os.environ)}: {error}")
        return 1
    print(status_line.decode("latin-1"))
    return 0 if status_line.split()[1:2] == [b"200"] else 1


if __name__ == "__main__":
    sys.exit(main())
