"""Which process works on a trial."""

from __future__ import annotations

import os
import socket

import psutil


def worker_name() -> str:
    """This process, told from all others on all machines that share a study."""
    process = psutil.Process()
    return f"{socket.gethostname()} {os.getpid()} {process.create_time():.0f}"


def is_gone(worker: str) -> bool:
    """Whether a process of this machine has ended; of one on another machine nobody knows."""
    host, _, rest = worker.partition(" ")
    number, _, born = rest.partition(" ")
    if host != socket.gethostname() or not number:
        return False
    try:
        return f"{psutil.Process(int(number)).create_time():.0f}" != born
    except psutil.NoSuchProcess:
        return True
