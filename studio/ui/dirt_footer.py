"""The foot of the dirt laboratory: what painting would come to, and the button that paints."""

from __future__ import annotations

from studio.core.words import sentence_case, time_left
from studio.ui.dirt_plan import PlanWords
from studio.ui.progress import JobProgress
from studio.ui.theme import ThemeManager
from studio.ui.widgets.flow import column
from studio.ui.widgets.labels import ElidedLabel
from studio.ui.widgets.panels import PanelFooter
from studio.ui.widgets.primary_action import PrimaryAction


class DirtFooter(PanelFooter):
    """Three lines and the primary button; progress and Cancel in its place while a job runs."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__(theme)
        self.action = PrimaryAction(theme, "Generate", icon="paintbrush", keys="Ctrl+G")
        self._headline = ElidedLabel("", "body", weight=600)
        self._twins = ElidedLabel("", "small", "text_2")
        self._cost = ElidedLabel("", "small", "text_2")
        self.row.addLayout(column(None, self._headline, self._twins, self._cost, None, gap=0), 1)
        self.row.addWidget(self.action)

    @property
    def headline(self) -> str:
        """What the button will do, in words."""
        return self._headline.text()

    @property
    def twins(self) -> str:
        """Which of the samples will show another dish than the photo."""
        return self._twins.text()

    @property
    def cost(self) -> str:
        """What that takes, or what stands in the way."""
        return self._cost.text()

    def show_plan(self, words: PlanWords) -> None:
        """Say what painting would come to; nothing while a job's progress is shown."""
        if self.action.is_running:
            return
        self._say(words.headline, words.twins, words.cost)
        self.action.button.set_text(words.button)
        self.action.button.set_blocked(words.obstacle)
        self.action.updateGeometry()

    def show_progress(self, progress: JobProgress | None, doing: str) -> None:
        """Show how far a job has come; None brings the button back.

        Args:
            progress: how far.
            doing: what the job is called.
        """
        if progress is None:
            self.action.show_button()
            return
        words = sentence_case(progress.words)
        self.action.show_progress(words, progress.share, time_left(progress.remaining_s))
        self._say(doing, "", "You can go on looking around.")

    def _say(self, headline: str, twins: str, cost: str) -> None:
        self._headline.setText(headline)
        self._twins.setText(twins)
        self._twins.setVisible(bool(twins))
        self._cost.setText(cost)
