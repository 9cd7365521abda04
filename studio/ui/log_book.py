"""Writes into the log what a window tells and does."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject

from studio.core import log
from studio.core.events import JobEnded
from studio.ui.admin import window_facts
from studio.ui.job_runner import JobInfo
from studio.ui.session import Session

_LEVELS = {"danger": logging.ERROR, "warning": logging.WARNING}


class LogBook(QObject):
    """Hears the session: messages with their details, jobs with their ends."""

    def __init__(self, session: Session, parent: QObject) -> None:
        """Args:
        session: what is heard.
        parent: owner.
        """
        super().__init__(parent)
        session.message.connect(self._note_message)
        session.job_started.connect(self._note_start)
        session.job_ended.connect(self._note_end)
        facts = "; ".join(f"{name} {value}" for name, value in window_facts())
        log.logger().info("the window opens on %s; %s", session.workspace, facts)
        session.in_background(_machine, session.workspace, done=self._note_machine)

    def note_device(self, words: str) -> None:
        """Say what the machine computes with."""
        log.logger().info("device: %s", words)

    def _note_machine(self, facts: str) -> None:
        log.logger().info("machine: %s", facts)

    def _note_message(self, kind: str, text: str, details: str) -> None:
        log.logger().log(_LEVELS.get(kind, logging.INFO), "%s", f"{text}\n{details}" if details else text)

    def _note_start(self, job: JobInfo) -> None:
        log.logger().info("job begins: %s (%s) in %s", job.title, job.kind, job.folder)

    def _note_end(self, job: JobInfo, ending: JobEnded) -> None:
        codes = ", ".join(map(str, ending.exit_codes))
        log.logger().info("job ends: %s, %s, exit codes %s", job.title, ending.outcome, codes or "none")


def _machine(workspace: Path) -> str:
    from studio.core import about  # the window opens without it

    return "; ".join(f"{name} {value}" for name, value in about.machine_facts(workspace))
