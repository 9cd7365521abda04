"""Runs a program on a machine whose only network is itself: `unshare -rn python -m tests.faults._cut_off WORDS...`."""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import sys

_SET_FLAGS, _UP = 0x8914, 0x1


def main() -> None:
    """Bring the loopback up, make sure that nothing else is there, then become the program."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))
    networks = [name for _, name in socket.if_nameindex()]
    if networks != ["lo"]:
        sys.exit(f"not cut off: {networks}")
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
