"""The four tabs, each built when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from typing_extensions import override

from studio.ui.session import Session
from studio.ui.theme import ThemeManager

if TYPE_CHECKING:
    from studio.ui.classify_tab import ClassifyTab
    from studio.ui.config_tab import ConfigTab
    from studio.ui.dashboard_tab import DashboardTab
    from studio.ui.dataset_tab import DatasetTab

    Tab: TypeAlias = DatasetTab | ConfigTab | DashboardTab | ClassifyTab


class LazyTabs(Mapping[str, "Tab"]):
    """Tabs by key, in the order of the work.

    The window is in sight once the tab that was left open is built; building all four first, with what they import,
    takes three times as long. A tab built later shows what the session holds by then.
    """

    def __init__(self, session: Session, theme: ThemeManager, built: Callable[[str, Tab], None]) -> None:
        """Args:
        session: where the tabs meet.
        theme: the look.
        built: hears of each tab that was built, before anybody gets it.
        """
        self._session = session
        self._theme = theme
        self._told = built
        self._tabs: dict[str, Tab] = {}

    @property
    def missing(self) -> tuple[str, ...]:
        """Keys of the tabs that are not built yet."""
        return tuple(key for key in _KINDS if key not in self._tabs)

    @property
    def built(self) -> tuple[Tab, ...]:
        """The tabs that are built."""
        return tuple(self._tabs.values())

    @staticmethod
    def load(key: str) -> str:
        """Import what a tab consists of, in any thread.

        Returns:
            the key.
        """
        _KINDS[key]()
        return key

    @override
    def __getitem__(self, key: str) -> Tab:
        if key not in self._tabs:
            tab = self._tabs[key] = _KINDS[key]()(self._session, self._theme)
            self._told(key, tab)
        return self._tabs[key]

    @override
    def __contains__(self, key: object) -> bool:
        return key in _KINDS  # the inherited one asks for the tab itself, which builds it

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(_KINDS)

    @override
    def __len__(self) -> int:
        return len(_KINDS)


def _dataset() -> Callable[[Session, ThemeManager], Tab]:
    from studio.ui.dataset_tab import DatasetTab

    return DatasetTab


def _configure() -> Callable[[Session, ThemeManager], Tab]:
    from studio.ui.config_tab import ConfigTab

    return ConfigTab


def _train() -> Callable[[Session, ThemeManager], Tab]:
    from studio.ui.dashboard_tab import DashboardTab

    return DashboardTab


def _classify() -> Callable[[Session, ThemeManager], Tab]:
    from studio.ui.classify_tab import ClassifyTab

    return ClassifyTab


_KINDS: dict[str, Callable[[], Callable[[Session, ThemeManager], Tab]]] = {
    "dataset": _dataset,
    "configure": _configure,
    "train": _train,
    "classify": _classify,
}
