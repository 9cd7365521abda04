"""The two witnesses of `offline` notice strangers, and no one else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.faults._speech import strangers


def test_python_tells_whom_it_speaks_to(tmp_path: Path) -> None:
    code = """
        import socket, sys
        socket.getaddrinfo("127.0.0.1", 80)
        sys.audit("socket.getaddrinfo", "example.invalid", 80, 0, 0, 0)  # as if it were asked for
        sys.audit("urllib.Request", "http://127.0.0.1:6006/", None, {}, "GET")
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
            server.bind(("127.0.0.1", 0))
    """
    ledger = tmp_path / "audited.jsonl"
    watch = Path(__file__).parent / "watch"
    environment = {**os.environ, "PYTHONPATH": str(watch), "SPOTLESS_SPEECH": str(ledger)}
    subprocess.run([sys.executable, "-c", "if True:" + code], env=environment, check=True, timeout=60)
    (stranger,) = strangers(ledger, None)
    assert stranger.startswith("socket.getaddrinfo ['example.invalid'")


def test_the_kernels_log_is_read(tmp_path: Path) -> None:
    log = tmp_path / "traced.log"
    log.write_text(
        '12 connect(3, {sa_family=AF_UNIX, sun_path="/run/a"}, 110) = 0\n'
        '12 connect(3, {sa_family=AF_INET, sin_port=htons(5), sin_addr=inet_addr("127.0.0.1")}, 16) = 0\n'
        '12 bind(4, {sa_family=AF_INET6, sin6_port=htons(0), inet_pton(AF_INET6, "::1", &sin6_addr)}, 28) = 0\n'
        '13 connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("192.0.2.1")}, 16) = -1\n',
        encoding="utf-8",
    )
    (stranger,) = strangers(tmp_path / "none", log)
    assert "192.0.2.1" in stranger
