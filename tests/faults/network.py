"""Cut the network off."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from studio.data.manifest import Manifest
from tests.data.pictures import save_dishes
from tests.faults._speech import strangers
from tests.faults.suite import fault
from tests.imports import ROOT

LIMIT_S = 400
#: How long the window stands open, from its first sample dishes on.
OPEN_S = 8.0
_QUICK = (
    *("--preset", "balanced", "--model.architecture", "custom_cnn", "--model.input_size", "32"),
    *("--training.epochs", "2", "--training.batch_size", "8", "--data.framing", "stretch"),
    *("--hardware.device", "cpu", "--hardware.threads", "1", "--split.cross_fit", "off", "--ensemble.members", "1"),
)
_KNOWN = ("--model.pretrained", "on", "--model.freeze", "backbone")
#: Serves TensorBoard as the window does, and reads its page as a browser would.
_BOARD = """
import sys, urllib.request
from studio.learn.tensorboard_host import make
address = make()(sys.argv[1])
assert b"TensorBoard" in urllib.request.urlopen(address, timeout=60).read(), address
"""


@dataclass(frozen=True)
class CutOff:
    """A machine with a loopback and no other network, in a namespace of its own for each command.

    Attributes:
        folder: where everything is kept.
    """

    folder: Path

    @property
    def audited(self) -> Path:
        """What Python saw of sockets and names."""
        return self.folder / "audited.jsonl"

    @property
    def traced(self) -> Path | None:
        """What the kernel saw of sockets, one log for all commands; None without strace."""
        return self.folder / "traced.log" if shutil.which("strace") else None

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start Python there."""
        traced = self.traced
        calls = "trace=connect,bind,sendto,sendmsg,sendmmsg"
        watch = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", calls, "-A", "-o", str(traced)] if traced else []
        cut = ["unshare", "-rn", sys.executable, "-m", "tests.faults._cut_off"]
        return subprocess.Popen(
            [*cut, *watch, sys.executable, *words],
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str) -> None:
        """Run Python there, which has to work."""
        process = self.start(*words)
        try:
            said, _ = process.communicate(timeout=LIMIT_S)
        finally:
            end(process)
        assert process.returncode == 0, f"{' '.join(words)} (exit code {process.returncode}):\n{said[-2000:]}"

    def _environment(self) -> dict[str, str]:
        watch = Path(__file__).parent / "watch"
        home = {name: str(self.folder / "home") for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
        return {
            **os.environ,
            **home,
            "PYTHONPATH": os.pathsep.join(map(str, (watch, ROOT))),
            "SPOTLESS_SPEECH": str(self.audited),
            "SPOTLESS_WORKSPACE": str(self.folder / "workspace"),
            "QT_QPA_PLATFORM": "offscreen",
            "OMP_NUM_THREADS": "1",
        }


def end(process: subprocess.Popen[str]) -> None:
    """End a command with all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@fault("offline", count=2)
def offline(number: int, folder: Path) -> str:
    """Every command, then the window, where the loopback is the only network: all work, nobody else is spoken to."""
    can = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    assert can.returncode == 0, f"needs namespaces of the network: {can.stderr.decode()}"
    machine = CutOff(folder)
    save_dishes(folder / "photos", 10)
    for label, first in (("clean", 20), ("dirty", 40)):
        save_dishes(folder / "labelled" / label, 3, first_seed=first)
    done = _main_job(machine, processes=number + 1)
    opened_s = _window(machine)
    spoken = strangers(machine.audited, machine.traced)
    assert not spoken, "spoken to:\n" + "\n".join(spoken)
    seen = "Python and kernel" if machine.traced else "Python alone (strace is not installed)"
    return f"{done} commands, the window open after {opened_s:.0f} s; nobody spoken to, as seen by {seen}"


def _main_job(machine: CutOff, *, processes: int) -> int:
    ranks = ("--hardware.processes", str(processes))
    commands: Sequence[Sequence[str]] = (
        ("generate", "photos", "--out", "data", "--total", "10"),
        ("train", "data", "--out", "run", *_QUICK, *ranks),
        # Weights that come with the studio, and a network of timm's, which would fetch its own if it were asked to.
        ("train", "data", "--out", "known", *_QUICK, "--model.architecture", "efficientnet_lite0", *_KNOWN),
        ("train", "data", "--out", "timm", *_QUICK, "--model.architecture", "timm/resnet10t"),
        ("evaluate", "labelled", "--model", "run", "--json", "evaluation.json"),
        ("classify", "labelled", "--model", "run", "--csv", "answers.csv"),
        ("threshold", "run", "--miss-cost", "5"),
        ("diagnose", "run", "--json", "diagnosis.json"),
        ("search", "data", "--trials", "2", "--out", "search", *_QUICK),
        ("report", "run", "--out", "report.html", "--pdf", "report.pdf"),
        ("export", "run", "--onnx", "model.onnx"),
        ("export", "run", "--bundle", "bundle.zip"),
        ("verify", "bundle.zip"),
        ("replay", "bundle.zip", "--out", "again", "--data", "data"),
        ("compare", "run", "again"),
    )
    for words in commands:
        machine.run("-m", "studio", *words)
    machine.run("-c", _BOARD, str(machine.folder))
    return len(commands)


def _window(machine: CutOff) -> float:
    """Open the window on sample dishes, and leave it open for a while; how long that took, in seconds."""
    began = time.monotonic()
    window = machine.start("-m", "studio", "--sample")
    try:
        while not _has_dishes(machine.folder / "workspace"):
            assert window.poll() is None, f"the window closed: {window.communicate()[0][-2000:]}"
            assert time.monotonic() - began < LIMIT_S, "no sample dishes in the window"
            time.sleep(0.2)
        opened_s = time.monotonic() - began
        time.sleep(OPEN_S)
        assert window.poll() is None, f"the window closed: {window.communicate()[0][-2000:]}"
    finally:
        end(window)
    return opened_s


def _has_dishes(workspace: Path) -> bool:
    return any(Manifest.load(file).samples for file in workspace.glob("datasets/*/manifest.json"))
