"""One meal: the foods and habits that all marks on one dish share.

Without it each mark would have a colour and a direction of its own, and the dish would look like a palette.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from studio.dirt.chance import Chance
from studio.dirt.palette import SAUCE_SHARES, SAUCES, SOLID_SHARES, SOLIDS, Tint, pick


@dataclass(frozen=True, kw_only=True)
class Meal:
    """What was eaten from a dish, with the way it was wiped.

    Attributes:
        sauces: liquids, the main one first.
        solids: what crumbs and lumps are of.
        is_round: wiped in arcs about the dish's centre, else to and fro.
        angle: direction of strokes to and fro, radians.
        side: direction of the dirtier side, radians.
        lopsidedness: 0 even, 2 nearly all on one side.
        groove: where the base meets the wall, as a share of the way to the rim.
        wetness: 0 dried, 1 fresh.
    """

    sauces: tuple[Tint, ...]
    solids: tuple[Tint, ...]
    is_round: bool
    angle: float
    side: float
    lopsidedness: float
    groove: float
    wetness: float

    @classmethod
    def plain(cls) -> Meal:
        """Tomato sauce and bread: the meal of a surface that was given none."""
        sauce, solid = SAUCES[0], SOLIDS[0]
        return cls(
            sauces=(Tint(food=sauce, lab=sauce.lab),),
            solids=(Tint(food=solid, lab=solid.lab),),
            is_round=True,
            angle=0.6,
            side=0.8,
            lopsidedness=0.6,
            groove=0.55,
            wetness=0.5,
        )

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Meal:
        """Any meal."""
        sauces = [Tint.draw(rng, pick(rng, SAUCES, SAUCE_SHARES)) for _ in range(1 + int(rng.integers(0, 2)))]
        solids = [Tint.draw(rng, pick(rng, SOLIDS, SOLID_SHARES)) for _ in range(1 + int(rng.integers(0, 3)))]
        return cls(
            sauces=tuple(sauces),
            solids=tuple(solids),
            is_round=bool(rng.random() < 0.6),
            angle=float(rng.uniform(0, math.pi)),
            side=float(rng.uniform(-math.pi, math.pi)),
            lopsidedness=float(rng.beta(1.2, 1.6) * 1.6),
            groove=float(rng.uniform(0.42, 0.68)),
            wetness=float(rng.beta(1.3, 1.3)),
        )

    def sauce(self, rng: Chance) -> Tint:
        """The liquid of one mark: mostly the main one, a little off its colour."""
        return _nudged(rng, self.sauces[0 if rng.random() < 0.72 else rng.whole(len(self.sauces))], 3.0)

    def solid(self, rng: Chance) -> Tint:
        """The food of one lump."""
        return _nudged(rng, self.solids[rng.whole(len(self.solids))], 3.0)

    def place(self, rng: Chance, rim_share: float = 0.12, groove_share: float = 0.25) -> tuple[float, float]:
        """Where one mark lies: the base, the groove around it or the rim, rather on the dirtier side.

        Returns:
            rho (0 centre, 1 rim) and theta in radians.
        """
        zone = rng.random()
        if zone < rim_share:
            rho = rng.normal(0.9, 0.05)
        elif zone < rim_share + groove_share:
            rho = rng.normal(self.groove, 0.04)
        else:
            rho = 0.86 * math.sqrt(rng.random())
        return min(max(rho, 0.0), 0.97), self.side + rng.angle(self.lopsidedness)


def _nudged(rng: Chance, tint: Tint, by: float) -> Tint:
    lightness, a, b = tint.lab
    return Tint(food=tint.food, lab=(rng.normal(lightness, by), rng.normal(a, by), rng.normal(b, by)))
