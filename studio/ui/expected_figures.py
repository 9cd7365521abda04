"""What to expect of 1,000 dishes: errors and looks with their ranges, the cost, what they rest on."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.core.words import count, percent
from studio.ui.decision import PER, Foretold, Outlook
from studio.ui.operating_parts import ExpectedCard, currency
from studio.ui.result import LOOK
from studio.ui.theme import ThemeManager
from studio.ui.widgets.class_glyph import class_look
from studio.ui.widgets.flow import column, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.plain import plain


class ExpectedFigures(QWidget):
    """Three cards under the cost, over where the figures come from."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self._positive = ""
        self.cards = {key: ExpectedCard(theme) for key in ("missed", "needless", "look")}
        self.note = Label("", "small", "text_3", wrap=True)
        self.cost = Label("", "small", "text", weight=600)
        title = Label(f"Expected in {count(PER)} dishes", "small", "text_2", weight=600)
        cards = row(gap=theme.space())
        for card in self.cards.values():
            cards.addWidget(card, 1)
        head = row(title, None, Label("cost", "small", "text_2"), self.cost, gap=4)
        self.setLayout(column(head, cards, self.note, gap=8))

    def set_compact(self, is_compact: bool) -> None:
        """Use less height."""
        for card in self.cards.values():
            card.set_compact(is_compact)

    def show_names(self, positive: str) -> None:
        """Call the errors after the class that the threshold is about."""
        self._positive = positive
        is_dirt = positive == "dirty"
        names = ("Missed", "Re-washed" if is_dirt else "Needless", "To look at")
        looks = (class_look(positive), class_look("clean" if is_dirt else LOOK), class_look(LOOK))
        for card, name, look in zip(self.cards.values(), names, looks, strict=True):
            card.set_title(name, look)

    def show_unknown(self, why: str, *, looked: int, answered: int) -> None:
        """Show what is known without an outlook: how many photos here ask for a look.

        Args:
            why: there is none, as a sentence.
            looked: photos here that ask for a look.
            answered: photos here.
        """
        for card in self.cards.values():
            card.show_figure("–", "")
        here = f"of {count(answered)} here" if answered else ""
        self.cards["look"].show_figure(count(looked) if answered else "–", here)
        self.cost.setText("–")
        self.note.setText(why)
        self.note.setToolTip("")

    def show_outlook(self, expected: Outlook, cost: float, *, looked: int, answered: int) -> None:
        """Show what to expect.

        Args:
            expected: the outlook.
            cost: of its errors, as money.
            looked: photos here that ask for a look.
            answered: photos here.
        """
        self.cards["missed"].show_figure(*_in_words(expected.missed))
        self.cards["needless"].show_figure(*_in_words(expected.needless))
        here = f"{count(looked)} of {count(answered)} here" if answered else ""
        self.cards["look"].show_figure(count(round(expected.look)), here)
        self.cost.setText(f"{currency()} {cost:,.0f}")
        line, whole = self._sources(expected)
        self.note.setText(line)
        self.note.setToolTip(plain(whole))

    def _sources(self, expected: Outlook) -> tuple[str, str]:
        """Where the figures come from: in a line, then in full."""
        positive, missed, needless = self._positive, expected.missed, expected.needless
        if missed.is_painted == needless.is_painted:
            kind = "painted" if missed.is_painted else "real"
            line = f"95 % ranges, from {missed.samples + needless.samples} {kind} validation photos."
        else:
            painted = "misses" if missed.is_painted else "needless ones"
            line = f"95 % ranges; {painted} from painted validation photos."
        told = [
            f"{one.samples} {'painted' if one.is_painted else 'real'} photos that are {name}"
            for one, name in ((missed, positive), (needless, f"not {positive}"))
        ]
        share = percent(expected.positive_share, 0)
        return line, f"Counted on {told[0]} and {told[1]}, for dishes of which {share} are {positive}."


def _in_words(foretold: Foretold) -> tuple[str, str]:
    return count(round(foretold.count)), f"{count(round(foretold.low))} – {count(round(foretold.high))}"
