"""The Train tab as tests of what it shows open it."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from studio.ui.dashboard_tab import DashboardTab
from studio.ui.session import Session
from studio.ui.theme import ThemeManager


def opened_train_tab(session: Session, theme: ThemeManager, qtbot: QtBot) -> DashboardTab:
    """In sight, as wide as in a large window."""
    tab = DashboardTab(session, theme)
    qtbot.addWidget(tab)
    tab.resize(1280, 712)
    tab.set_compact(False)
    tab.show()
    return tab
