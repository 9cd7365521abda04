"""The ways in which sauce gets wiped."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Style:
    """One way in which sauce gets wiped; every pair is a range from which a stroke draws.

    Attributes:
        share: how often it is met.
        length, width: dish radii.
        load: thickness of the sauce.
        combed: share of stripes, against blotches, in its texture.
        dry: how much the stroke breaks up towards its end.
        soft: how gradually the sauce thins out at its edges.
        flecked: how far it is broken into specks dragged along.
        relief: height in dish radii of thickness 1.
    """

    share: float
    length: tuple[float, float]
    width: tuple[float, float]
    load: tuple[float, float]
    combed: tuple[float, float]
    dry: tuple[float, float]
    soft: tuple[float, float]
    flecked: tuple[float, float] = (0.0, 0.0)
    relief: tuple[float, float] = (0.0, 0.0)


STYLES = (
    # A thin wash over much of the dish, with lines wiped through.
    Style(
        share=0.13, length=(0.6, 1.9), width=(0.16, 0.5), load=(0.14, 0.42), combed=(0.6, 1.0), dry=(0.2, 0.7),
        soft=(0.3, 0.6),
    ),
    # A film that bread left.
    Style(
        share=0.19, length=(0.25, 0.9), width=(0.07, 0.24), load=(0.25, 0.75), combed=(0.4, 0.9), dry=(0.2, 0.8),
        soft=(0.2, 0.5),
    ),
    # A loaded stroke that runs dry.
    Style(
        share=0.28, length=(0.14, 0.7), width=(0.025, 0.1), load=(0.5, 1.6), combed=(0.5, 0.95), dry=(0.3, 1.0),
        soft=(0.06, 0.25), relief=(0.004, 0.014),
    ),
    # Specks dragged through a thin sauce.
    Style(
        share=0.18, length=(0.15, 0.7), width=(0.05, 0.2), load=(0.6, 1.6), combed=(0.2, 0.7), dry=(0.0, 0.6),
        soft=(0.1, 0.3), flecked=(0.6, 1.0), relief=(0.0, 0.01),
    ),
    # A dab where the tool stopped.
    Style(
        share=0.22, length=(0.04, 0.14), width=(0.02, 0.055), load=(0.8, 2.6), combed=(0.0, 0.4), dry=(0.0, 0.25),
        soft=(0.06, 0.2), relief=(0.006, 0.016),
    ),
)  # fmt: skip
