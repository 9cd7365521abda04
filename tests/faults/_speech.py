"""Whom processes spoke to, as their own interpreters and the kernel saw it."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

#: Names that every system answers by itself, and what asks for an address to listen on.
_OWN_NAMES = {"localhost", "", None}


def strangers(audited: Path, traced: Path | None) -> list[str]:
    """Everybody but this machine who was spoken to, or whose name was asked for; empty when nobody was.

    Args:
        audited: what `watch/sitecustomize.py` wrote; lacks libraries that open sockets without Python.
        traced: what strace wrote of every process; None where it is not installed.
    """
    found = [*_audited(audited)] + ([] if traced is None else [*_traced(traced)])
    return sorted(set(found))


def _audited(ledger: Path) -> Iterator[str]:
    if not ledger.is_file():
        return
    for line in ledger.read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        event, about = said["event"], said["about"]
        host = about[0] if event in ("socket.getaddrinfo", "socket.gethostbyname", "urllib.Request") else about[-1]
        if isinstance(host, list):
            host = host[0]
        if event == "urllib.Request":
            host = urlsplit(host).hostname
        if host in _OWN_NAMES or (isinstance(host, str) and (host.startswith(("/", "\0")) or _is_own(host))):
            continue
        yield f"{event} {about}"


def _traced(log: Path) -> Iterator[str]:
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if "AF_INET" not in line:
            continue
        for host in re.findall(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"', line):
            if not _is_own(host[0] or host[1]):
                yield line.split(maxsplit=1)[-1]


def _is_own(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
