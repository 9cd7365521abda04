"""The list of sample dishes: which shape, glaze, pattern, table and light each has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from studio.data.kitchen import shapes
from studio.data.kitchen.decor import (
    band,
    decorated,
    dots,
    embossed,
    flowers,
    gilded,
    lattice,
    strokes,
    swirl,
    vine,
    zigzag,
)  # fmt: skip
from studio.data.kitchen.glazes import (
    Glaze,
    celadon,
    dipped,
    enamel,
    glass,
    matt,
    porcelain,
    reactive,
    steel,
    stoneware,
    terracotta,
    tinted,
)  # fmt: skip
from studio.data.kitchen.shapes import Shape
from studio.data.kitchen.tables import Table, linen, marble, painted, slate, terrazzo, wood


@dataclass(frozen=True, kw_only=True)
class Dish:
    """One sample dish on its table.

    Attributes:
        shape: of the dish, or of the cup where there is a saucer.
        glaze: its surface.
        table: what it stands on.
        tilt: how far the camera leans from straight down, degrees.
        light: direction of the window, degrees; 90 is away from the viewer.
        height: elevation of the window, degrees.
        turn: by how much the dish is turned, degrees.
        table_turn: by how much the table is turned, degrees.
        fill: share of the picture that the dish spans.
        ambient: light from the rest of the room.
        warmth: of the window's light, -1 to 1.
        exposure: of the photo.
        saucer: surface of the saucer under a cup, if any.
        handle: colour of the cup's handle, none if empty.
    """

    shape: Shape
    glaze: Glaze
    table: Table
    tilt: float = 0
    light: float = 140
    height: float = 46
    turn: float = 0
    table_turn: float = 5
    fill: float = 0.78
    ambient: float = 0.32
    warmth: float = 0.2
    exposure: float = 0.86
    saucer: Glaze | None = None
    handle: str = ""


OAK = wood("b5946c", "7d5c3e")
WALNUT = wood("6b4f3b", "3c2a1e", plank=1.1, knots=0.3)
PINE = wood("d0b48b", "a88658", plank=0.75, knots=1.2)
GREY_WOOD = wood("9a9084", "675f55", plank=0.6, knots=0.8)
LINEN = linen("cfc4b0")
BLUE_LINEN = linen("8fa3b3", folds=1)
STRIPED = linen("e2dccf", "5f7690", folds=1)
GINGHAM = linen("ece7de", "a2483f", folds=1, check=True)
CHARCOAL = linen("55565a", folds=2)
MARBLE = marble()
GREEN_MARBLE = marble("3f5a50", "b9c6bd", density=0.7)
SLATE = slate()
PLASTER = slate("b9b2a6", rough=0.35, cloud=0.05)
TERRAZZO = terrazzo()
PALE_PAINT = painted()
TEAL_PAINT = painted("5f8c8a", worn=0.6)

PLATE, COUPE, BOWL = Shape(profile=shapes.PLATE), Shape(profile=shapes.COUPE), Shape(profile=shapes.BOWL)
DEEP, SOUP, PASTA = Shape(profile=shapes.DEEP), Shape(profile=shapes.SOUP), Shape(profile=shapes.PASTA)
CUP, ENAMEL, TRAY = Shape(profile=shapes.CUP), Shape(profile=shapes.ENAMEL), Shape(profile=shapes.TRAY)
PAN, THALI = Shape(profile=shapes.STEEL_BOWL), Shape(profile=shapes.STEEL_PLATE)


def dishes() -> tuple[Dish, ...]:
    """All sample dishes, in the order of their numbers."""
    blue_white = decorated(
        porcelain,
        lattice("24458f"),
        flowers("2f529c", "e9edf5", "4a68ad", rho=0.30, count=5, size=0.12),
        flowers("24458f", "e9edf5", "4a68ad", rho=0.0, count=1, size=0.13),
    )
    cream_bands = decorated(
        partial(porcelain, colour="efe6d2"), band("1f4f7a", 0.86, 0.885), band("1f4f7a", 0.955, 0.985)
    )
    garland = decorated(porcelain, vine("3d6b4f", "a8322d"), band("3d6b4f", 0.972, 0.988))
    roses = decorated(
        partial(porcelain, colour="f3ece4"),
        flowers("c4686f", "d9a441", "6f8a5c", count=8, size=0.085, scatter=0.06),
    )
    brushed = decorated(partial(stoneware, colour="e9e2d2", count=250), strokes("2f6f78"))
    saw = decorated(porcelain, zigzag("b5542f", low=0.80, high=0.93), dots("2b4c63", rho=0.74, count=40, size=0.012))
    sunny = decorated(
        partial(porcelain, colour="e8c468"), band("f6f3ea", 0.70, 0.80), dots("b0472f", rho=0.9, count=36)
    )
    meadow = decorated(
        partial(stoneware, colour="ede7da", count=120),
        flowers("3f62a3", "e0b13c", "59795a", rho=0.40, count=7, size=0.085, scatter=0.22),
    )
    racing_green = decorated(partial(tinted, colour="24382f", edge="8fa08a"), gilded(0.94, 0.985))
    return (
        Dish(shape=PLATE, glaze=porcelain, table=OAK),
        Dish(shape=BOWL, glaze=stoneware, table=LINEN, tilt=30, light=60),
        Dish(shape=PLATE, glaze=cream_bands, table=WALNUT, tilt=12, light=40),
        Dish(shape=COUPE, glaze=reactive, table=SLATE, tilt=18, light=150, exposure=0.95),
        Dish(shape=PAN, glaze=steel, table=PINE, tilt=10),
        Dish(shape=COUPE, glaze=matt, table=STRIPED, tilt=24, light=120),
        Dish(shape=PLATE, glaze=garland, table=PALE_PAINT, light=160),
        Dish(shape=CUP, glaze=porcelain, table=GREY_WOOD, tilt=33, light=130, saucer=porcelain, handle="f3f1ec"),
        Dish(shape=DEEP, glaze=celadon, table=WALNUT, tilt=34, light=125),
        Dish(shape=ENAMEL, glaze=enamel, table=GINGHAM, tilt=6, light=30, table_turn=20),
        Dish(
            shape=replace(COUPE, stretch=1.45), glaze=decorated(porcelain, gilded(0.930, 0.958)), table=BLUE_LINEN,
            tilt=15, turn=12, light=135, fill=0.84,
        ),
        Dish(
            shape=replace(PLATE, power=5.0), glaze=decorated(porcelain, embossed(count=44)), table=CHARCOAL,
            turn=8, light=150, fill=0.74,
        ),
        Dish(shape=PLATE, glaze=blue_white, table=MARBLE, tilt=9, light=50),
        Dish(shape=SOUP, glaze=partial(tinted, colour="1f3f8f"), table=OAK, tilt=26, light=155),
        Dish(shape=BOWL, glaze=terracotta, table=PLASTER, tilt=22, light=35),
        Dish(shape=THALI, glaze=partial(steel, spun=0.2), table=TEAL_PAINT, light=70, tilt=5),
        Dish(shape=replace(PLATE, lobes=16, lobe_depth=0.05), glaze=roses, table=LINEN, tilt=10, light=145),
        Dish(shape=COUPE, glaze=brushed, table=PINE, light=110, tilt=4),
        Dish(shape=PASTA, glaze=dipped, table=TERRAZZO, tilt=20, light=155),
        Dish(
            shape=replace(TRAY, stretch=1.35, power=7.0),
            glaze=partial(enamel, colour="3f6f68", lip="ece9e0", width=0.03), table=WALNUT, tilt=8, turn=-6, fill=0.82,
        ),
        Dish(shape=SOUP, glaze=partial(glass, ribs=40), table=WALNUT, tilt=14, exposure=0.95),
        Dish(shape=BOWL, glaze=saw, table=GREEN_MARBLE, tilt=28, light=60),
        Dish(
            shape=COUPE, glaze=partial(stoneware, colour="c9bca4", count=2600, rim="6b4423", speck="33241a"),
            table=GREY_WOOD, tilt=16,
        ),
        Dish(
            shape=CUP, glaze=partial(tinted, colour="b9503c", edge="e3bda2"), table=SLATE, tilt=30, light=45,
            saucer=partial(stoneware, colour="ddd0ba"), handle="b9503c", exposure=0.92,
        ),
        Dish(shape=PLATE, glaze=sunny, table=TEAL_PAINT, tilt=20, light=130),
        Dish(shape=PAN, glaze=partial(steel, polish=0.1, spun=0.05), table=MARBLE, tilt=22, light=165),
        Dish(
            shape=replace(COUPE, power=4.0), table=OAK, tilt=12, turn=20, light=55, fill=0.74,
            glaze=partial(reactive, colours=("d9cdb4", "a9744a", "5a3a28", "2c211c")),
        ),
        Dish(shape=DEEP, glaze=decorated(porcelain, swirl("2d4a86")), table=CHARCOAL, tilt=36, light=135),
        Dish(
            shape=replace(ENAMEL, stretch=1.4), table=PLASTER, tilt=7, turn=-15, light=35, fill=0.84,
            glaze=partial(enamel, colour="efeadd", lip="2a2a2c", width=0.045),
        ),
        Dish(shape=PLATE, glaze=racing_green, table=MARBLE, light=150, tilt=25),
        Dish(
            shape=replace(PASTA, lobes=9, lobe_depth=0.03), glaze=partial(porcelain, colour="deb5a7"),
            table=PALE_PAINT, tilt=18, light=45,
        ),
        Dish(shape=PLATE, glaze=meadow, table=PINE, tilt=14, light=165),
    )  # fmt: skip
