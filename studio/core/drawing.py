"""Drawing: lines, marks and words as SVG whose colours are named, not chosen."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from html import escape

from studio.core import resources

FONT = "Inter, Segoe UI, SF Pro Text, Noto Sans, DejaVu Sans, sans-serif"
LINES = ("train", "validation", "learning_rate")
"""Curves that the theme has colours for; those of real and painted samples take the first colours of laid-over runs."""

Point = tuple[float, float]


class Drawing:
    """Collects shapes, in px, y downwards.

    Every shape has a class, whose colours stand in the page's style sheet; so one drawing suits light and dark.
    """

    def __init__(self, width: float, height: float, title: str) -> None:
        """Args:
        width, height: in px.
        title: what a screen reader says.
        """
        self.width, self.height, self.title = width, height, title
        self._parts: list[str] = []

    def line(self, start: Point, end: Point, look: str) -> None:
        """A straight line."""
        (x1, y1), (x2, y2) = start, end
        self._parts.append(f'<line class="{look}" x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"/>')

    def curve(self, points: Sequence[Point], look: str) -> None:
        """A line through points; a single one is a dot."""
        if len(points) == 1:
            self.dot(points[0], look.replace("curve", "dot"))
        else:
            places = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
            self._parts.append(f'<polyline class="{look}" points="{places}"/>')

    def box(self, corner: Point, width: float, height: float, look: str, *, opacity: float = 1.0) -> None:
        """A filled rectangle."""
        x, y = corner
        faint = "" if opacity == 1 else f' fill-opacity="{opacity:.3f}"'
        size = f'width="{_n(width)}" height="{_n(height)}"'
        self._parts.append(f'<rect class="{look}" x="{_n(x)}" y="{_n(y)}" {size}{faint}/>')

    def dot(self, place: Point, look: str, radius: float = 3.0) -> None:
        """A filled circle."""
        self._parts.append(f'<circle class="{look}" cx="{_n(place[0])}" cy="{_n(place[1])}" r="{_n(radius)}"/>')

    def words(self, place: Point, text: str, look: str = "words", *, anchor: str = "start") -> None:
        """Text.

        Args:
            place: on its base line.
            text: anything; escaped here.
            look: class.
            anchor: start, middle or end.
        """
        x, y = place
        said = escape(text)
        self._parts.append(f'<text class="{look}" x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{said}</text>')

    def put(self, other: Drawing, corner: Point) -> None:
        """Lay another drawing onto this one."""
        self._parts.append(f'<g transform="translate({_n(corner[0])} {_n(corner[1])})">{"".join(other._parts)}</g>')

    def inline(self) -> str:
        """For a page whose style sheet has the colours."""
        return f"{self._opening()}<title>{escape(self.title)}</title>{''.join(self._parts)}</svg>"

    def standalone(self) -> str:
        """A file of its own, on white."""
        style = f"<style>{drawing_rules(colors('light'))}</style>"
        ground = f'<rect width="{_n(self.width)}" height="{_n(self.height)}" fill="#FFFFFF"/>'
        title = f"<title>{escape(self.title)}</title>"
        return f"{self._opening()}{title}{style}{ground}{''.join(self._parts)}</svg>\n"

    def _opening(self) -> str:
        width, height = _n(self.width), _n(self.height)
        size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'


def colors(mode: str) -> dict[str, str]:
    """The theme's colours by name, those of the curves among them.

    Args:
        mode: light or dark.
    """
    tokens = json.loads(resources.path("theme/tokens.json").read_text(encoding="utf-8"))
    found: dict[str, str] = dict(tokens["colors"][mode])
    for name in LINES:
        found[f"curve_{name}"] = tokens["curves"][name][mode]
    for name, run in zip(("real", "painted"), tokens["curves"]["overlay_runs"], strict=False):
        found[f"curve_{name}"] = run[mode]
    return found


def drawing_rules(values: Mapping[str, str]) -> str:
    """The style sheet of drawings.

    Args:
        values: a colour for each name, literal or `var(--name)`.
    """
    text = f"text{{font-family:{FONT};font-size:11px;fill:{values['text_2']}}}"
    rules = [
        text,
        f".words{{fill:{values['text_2']}}}",
        f".strong{{fill:{values['text']};font-size:13px;font-weight:600}}",
        f".figure{{fill:{values['text']};font-size:12px}}",
        f".tick{{fill:{values['plot_axis']};font-size:10px}}",
        f".on-top{{fill:{values['on_accent']};font-size:12px;font-weight:600}}",
        f".grid{{stroke:{values['plot_grid']};stroke-width:1}}",
        f".axis{{stroke:{values['control_line']};stroke-width:1}}",
        f".mark{{stroke:{values['text_3']};stroke-width:1;stroke-dasharray:3 3}}",
        f".cell{{fill:{values['matrix_top']}}}",
        f".empty{{fill:{values['sunken']}}}",
    ]
    looks = {name: values[f"curve_{name}"] for name in (*LINES, "real", "painted")}
    looks |= {name: values[name] for name in ("clean", "dirty", "accent")}
    for name, color in looks.items():
        rules.append(f".curve-{name}{{fill:none;stroke:{color};stroke-width:1.75;stroke-linejoin:round}}")
        rules.append(f".faint-{name}{{fill:none;stroke:{color};stroke-width:1;stroke-opacity:0.35}}")
        rules.append(f".dot-{name}{{fill:{color}}}")
    rules.append(".curve-train{stroke-dasharray:6 4}")
    return "".join(rules)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers within a range, at most so many of them."""
    if not high > low:
        return [low]
    rough = (high - low) / most
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return [number * step for number in range(first, math.floor(high / step + 1e-9) + 1)]


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
