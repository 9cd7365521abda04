"""Writes down whom a process speaks to: Python imports this at its start wherever this folder is on PYTHONPATH."""

from __future__ import annotations

import json
import os
import sys

_WATCHED = {
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.getnameinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
    "urllib.Request",
}
_LEDGER = os.environ["SPOTLESS_SPEECH"]


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event in _WATCHED:
        about = [one if isinstance(one, (str, int, tuple, type(None))) else str(one) for one in arguments]
        line = json.dumps({"event": event, "about": about, "process": os.getpid()}, default=str)
        # Opened anew each time, so that forked and killed processes write whole lines too.
        place = os.open(_LEDGER, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(place, line.encode() + b"\n")
        os.close(place)


sys.addaudithook(_note)
