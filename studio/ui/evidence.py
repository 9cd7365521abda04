"""What a model's threshold and figures rest on, read from a run's reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.core.config import read_json
from studio.core.errors import UserError
from studio.core.events import VALIDATION
from studio.core.intervals import no_narrower
from studio.core.runs import RunFolder
from studio.core.words import area_interval, interval, percent, plural

Interval = tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Samples that a model never learned from, by which its threshold was chosen and its figures were counted.

    Attributes:
        photos: how many source photos they stem from.
        samples: how many there are.
        folds: parts that were held out in turn, each once; 0 where a split was kept away from training.
        balanced_accuracy: mean recall over the classes at the model's threshold, 0..1.
        auroc: area under the ROC curve; None where no class is scored.
        balanced_accuracy_95, auroc_95: their 95 % ranges if other photos had been taken; None with too few.
        gains: what averaging several networks or several views brings, a sentence each.
    """

    photos: int
    samples: int
    folds: int
    balanced_accuracy: float
    auroc: float | None
    balanced_accuracy_95: Interval
    auroc_95: Interval
    gains: tuple[str, ...] = ()

    @property
    def basis(self) -> str:
        """What was held out, in a line."""
        if self.folds:
            return f"Held out once each: {plural(self.photos, 'photo')}, {self.folds} folds"
        return f"Held out: {plural(self.photos, 'photo')}, {plural(self.samples, 'sample')}"

    @property
    def has_ranges(self) -> bool:
        """Whether there are photos enough to say how far the figures may be off."""
        return self.balanced_accuracy_95 is not None

    @property
    def explained(self) -> str:
        """What that means, in full."""
        how = (
            f"Each of {plural(self.photos, 'photo')}, with all that was painted on it, was judged once, by members of "
            f"the model that never saw it."
            if self.folds
            else f"{plural(self.samples, 'sample')} of {plural(self.photos, 'photo')} were kept away from training."
        )
        ending = "Temperature and threshold were chosen on these answers. The ranges say what other photos might give."
        return f"{how} {ending}"

    @property
    def figures(self) -> list[tuple[str, str, str]]:
        """Name, figure and 95 % range of what is known."""
        found = [("Balanced accuracy", percent(self.balanced_accuracy), interval(self.balanced_accuracy_95))]
        if self.auroc is not None:
            found.append(("AUROC", f"{self.auroc:.3f}", area_interval(self.auroc_95)))
        return found


def read_evidence(run: RunFolder) -> Evidence | None:
    """Read what a run's model was judged by.

    Args:
        run: the run; a model file's path has no reports beside it.

    Returns:
        None where the model was judged on nothing that was kept from training, or by a version that did not count
        the photos.

    Raises:
        UserError: a report is there and cannot be read.
    """
    file = run.evaluation / f"{VALIDATION}.json"
    if not file.is_file():
        return None
    report: Mapping[str, Any] = read_json(file)
    if not report.get("source_photos"):
        return None
    folds: list[object] = read_json(run.split).get("folds", []) if report.get("cross_fitted") else []
    try:
        return Evidence(
            photos=int(report["source_photos"]),
            samples=sum(int(number) for number in report["counts"].values()),
            folds=len(folds),
            balanced_accuracy=float(report["balanced_accuracy"]),
            auroc=None if report["auroc"] is None else float(report["auroc"]),
            balanced_accuracy_95=no_narrower(
                _ends(report.get("balanced_accuracy_95_by_photo")), report.get("confusion", ())
            ),
            auroc_95=_ends(report.get("auroc_95_by_photo")),
            gains=_gains(run, report),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise UserError(f"{file}: holds no figures ({error}); evaluate the run again") from None


def _gains(run: RunFolder, report: Mapping[str, Any]) -> tuple[str, ...]:
    """What is known of it; photos that were held out in turn had one judge each, so the test split tells of members."""
    test = run.evaluation / "test.json"
    found = {gain["of"]: _gain(gain, "") for gain in report.get("gains", ())}
    later = read_json(test).get("gains", ()) if test.is_file() else ()
    told = {gain["of"]: _gain(gain, ", test photos") for gain in later} | found
    return tuple(told[name] for name in ("members", "views") if name in told)


def _gain(gain: Mapping[str, Any], where: str) -> str:
    whole = f"{int(gain['count'])} networks" if gain["of"] == "members" else f"{int(gain['count'])} views"
    points = 100 * (float(gain["together"]) - float(gain["single"]))
    ends = _ends(gain["gain_95"])
    sure = f"{100 * ends[0]:+.1f} to {100 * ends[1]:+.1f}" if ends is not None else "too few photos for a range"
    return f"{whole} together: {points:+.1f} points over one ({sure}){where}"


def _ends(values: Any) -> Interval:
    return None if values is None else (float(values[0]), float(values[1]))
