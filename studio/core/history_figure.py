"""The history of a run in four panels: loss, accuracy, learning rate, summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from studio.core.drawing import Drawing, Point
from studio.core.events import EpochFinished, RunFinished, Scores
from studio.core.figures import Axes, Line, around, percent, plain, plot

PANEL = (460.0, 290.0)
GAP = 20.0
Members = Mapping[int, Sequence[EpochFinished]]


def history_figure(title: str, members: Members, finished: RunFinished | None) -> Drawing:
    """All four panels.

    Args:
        title: the run's name.
        members: by number of the network, its epochs in order.
        finished: how it ended; None where it did not.
    """
    width, height = PANEL
    drawing = Drawing(2 * width + 3 * GAP, 2 * height + 3 * GAP, f"History of {title}")
    drawing.put(loss_plot(members, finished), (GAP, GAP))
    drawing.put(accuracy_plot(members, finished), (width + 2 * GAP, GAP))
    drawing.put(rate_plot(members), (GAP, height + 2 * GAP))
    drawing.put(_summary(title, members, finished), (width + 2 * GAP, height + 2 * GAP))
    return drawing


def loss_plot(members: Members, finished: RunFinished | None) -> Drawing:
    """Training and validation loss by epoch."""
    values = [value for _, value in (*_points(members, "loss"), *_points(members, "loss", "train"))]
    floor = 0.0 if min(values, default=0) >= 0 else None
    return _plot("Loss", "loss", members, finished, (around(values, floor=floor), plain))


def accuracy_plot(members: Members, finished: RunFinished | None) -> Drawing:
    """Training and validation accuracy by epoch, in percent."""
    values = [value for _, value in (*_points(members, "accuracy"), *_points(members, "accuracy", "train"))]
    return _plot("Accuracy", "accuracy", members, finished, (around(values, floor=0.0, ceiling=1.0), percent))


def parts_plot(members: Members) -> Drawing | None:
    """Validation accuracy of real and of painted samples apart; None where one of them is missing."""
    first = _first(members)
    real, painted = (
        [(epoch.epoch, scores.accuracy) for epoch in first if (scores := getattr(epoch, name)) is not None]
        for name in ("val_real", "val_painted")
    )
    if not real or not painted:
        return None
    axes = Axes(
        x=_span(members),
        y=around([value for _, value in real + painted], floor=0.0, ceiling=1.0),
        x_title="Epoch",
        say=percent,
        size=PANEL,
    )
    lines = [
        Line(name="Real photos", look="curve-real", points=real),
        Line(name="Painted", look="curve-painted", points=painted),
    ]
    return plot("Validation accuracy, real and painted apart", lines, axes)


def heat_plot(members: Members) -> Drawing | None:
    """How well heat maps fit the painted dirt by epoch; None where that was not asked."""
    told = [(epoch.epoch, epoch.heat) for epoch in _first(members) if epoch.heat is not None]
    if not told:
        return None
    pairs = (("Hottest place in the dirt", "real", "hits"), ("Heat in the dirt", "painted", "inside"))
    lines = [
        Line(name=name, look=f"curve-{look}", points=[(number, getattr(heat, field)) for number, heat in told])
        for name, look, field in pairs
    ]
    axes = Axes(x=_span(members), y=(0, 1), x_title="Epoch", say=percent, size=PANEL)
    return plot("Heat maps against the painted dirt", lines, axes)


def rate_plot(members: Members) -> Drawing:
    """The learning rate by epoch."""
    points = [(float(epoch.epoch), epoch.learning_rate) for epoch in _first(members)]
    y = around([value for _, value in points], floor=0.0)
    axes = Axes(x=_span(members), y=y, x_title="Epoch", say=plain, size=PANEL)
    return plot("Learning rate", [Line(name="", look="curve-learning_rate", points=points)], axes)


def best_of(members: Members, finished: RunFinished | None) -> EpochFinished | None:
    """The epoch whose weights the first network has."""
    first = _first(members)
    wanted = finished.best_epoch if finished is not None else first[-1].best_epoch if first else 0
    return next((epoch for epoch in first if epoch.epoch == wanted), None)


def _plot(
    title: str,
    figure: str,
    members: Members,
    finished: RunFinished | None,
    upright: tuple[tuple[float, float], Callable[[float], str]],
) -> Drawing:
    lines: list[Line] = []
    for member in sorted(members, reverse=True):  # the first one on top
        look = "curve" if member == min(members) else "faint"
        val, train = _points({member: members[member]}, figure), _points({member: members[member]}, figure, "train")
        named = look == "curve"
        lines.append(Line(name="Training" if named else "", look=f"{look}-train", points=train))
        if val:
            lines.append(Line(name="Validation" if named else "", look=f"{look}-validation", points=val))
    if len(members) > 1:
        title = f"{title}, {len(members)} networks"
    axes = Axes(x=_span(members), y=upright[0], x_title="Epoch", say=upright[1], size=PANEL)
    best = best_of(members, finished)
    return plot(title, lines, axes, marks=[best.epoch] if best is not None and best.val is not None else [])


def _summary(title: str, members: Members, finished: RunFinished | None) -> Drawing:
    drawing = Drawing(*PANEL, "Summary")
    drawing.words((46, 18), "Summary", "strong")
    for number, (name, value) in enumerate(_said(title, members, finished)):
        drawing.words((46, 62 + 32 * number), name)
        drawing.words((214, 62 + 32 * number), value, "figure")
    return drawing


def _said(title: str, members: Members, finished: RunFinished | None) -> list[tuple[str, str]]:
    first, best = _first(members), best_of(members, finished)
    said = [("Run", title if len(title) <= 34 else f"{title[:33]}…")]
    if best is not None and best.val is not None:
        said.append(("Best validation accuracy", _with_range(best.val)))
    if best is not None:
        said.append(("Best epoch", str(best.epoch)))
    if first:
        said.append(("Last training accuracy", f"{first[-1].train.accuracy:.1%}"))
        said.append(("Epochs", f"{len(first)} of {first[-1].epochs}"))
    if len(members) > 1:
        said.append(("Networks", f"{len(members)}; these figures are of the first"))
    said.append(("Ended", finished.outcome if finished is not None else "interrupted, or still running"))
    return said


def _with_range(scores: Scores) -> str:
    low, high = scores.accuracy_95
    return f"{scores.accuracy:.1%} ({low:.1%} to {high:.1%})"


def _first(members: Members) -> Sequence[EpochFinished]:
    return members[min(members)] if members else ()


def _span(members: Members) -> tuple[float, float]:
    last = max((epoch.epoch for epochs in members.values() for epoch in epochs), default=1)
    return (1.0, float(last)) if last > 1 else (0.5, 1.5)


def _points(members: Members, figure: str, side: str = "val") -> list[Point]:
    return [
        (float(epoch.epoch), float(getattr(scores, figure)))
        for epochs in members.values()
        for epoch in epochs
        if (scores := getattr(epoch, side)) is not None
    ]
