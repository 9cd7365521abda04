"""What tests of the window share: the theme, and a session in a workspace of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from studio.ui.session import Session
from studio.ui.theme import ThemeManager


@pytest.fixture
def theme(qapp: QApplication) -> ThemeManager:
    """The application's one theme, light."""
    known = qapp.findChild(ThemeManager)
    theme = known if known is not None else ThemeManager(qapp)
    theme.set_mode("light")
    return theme


@pytest.fixture
def session(qapp: QApplication, tmp_path: Path) -> Iterator[Session]:
    """A session whose workspace is empty."""
    session = Session(tmp_path / "workspace")
    yield session
    session.close()
