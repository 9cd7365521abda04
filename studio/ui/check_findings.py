"""What to do about a check that fired: a finding for each thing that a model has learnt beside the dirt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studio.core.config import StudioConfig
from studio.core.events import Check
from studio.ui.findings import Finding

_ROUND_PX = 32
_LARGER = 1.25
_MOST_PX = 768
_SURE_TO_VARY = 0.7


def check_findings(checks: Sequence[Check], config: StudioConfig) -> list[Finding]:
    """A finding for each check that fired, with what would help in the settings at hand.

    Args:
        checks: of a run's model.
        config: the settings for the next run.
    """
    fired = {check.name: check for check in checks if check.state == "fired"}
    found = []
    for name, title in (
        ("steps", "It takes traces of saving for dirt"),
        ("patch", "It takes traces of pasting for dirt"),
    ):
        if name in fired:
            found.append(Finding(key=name, title=title, text=fired[name].sentence, **_against_traces(config)))
    if "beside" in fired:
        title = "It looks at more than the dish"
        found.append(Finding(key="beside", title=title, text=fired["beside"].sentence, **_on_the_dish(config)))
    blind = [fired[name].sentence for name in ("pointing", "energy") if name in fired]
    if blind:
        title = "Its heat maps do not point at the dirt"
        found.append(Finding(key="heat", title=title, text=" ".join(blind), **_sharper(config)))
    return found


def _against_traces(config: StudioConfig) -> Mapping[str, Any]:
    """Both sides must carry the same traces."""
    if not config.dirt.pairs:
        return {"fix": "Paint with clean twins", "changes": {"dirt.pairs": True}}
    if config.model.freeze == "backbone" and config.model.views == 1:
        return {"fix": "Learn from 4 varied views", "changes": {"model.views": 4}}
    if config.data.augmentation != "heavy":
        return {"fix": "Vary training photos more", "changes": {"data.augmentation": "heavy"}}
    if config.dirt.vary < _SURE_TO_VARY:
        return {"fix": "Vary more dishes", "changes": {"dirt.vary": _SURE_TO_VARY}}
    return {"fix": "Paint other dirt", "tab": "dataset"}


def _on_the_dish(config: StudioConfig) -> Mapping[str, Any]:
    """What is not the dish must not be seen."""
    data = config.data
    if data.framing != "dish" or data.background == "keep":
        return {
            "fix": "Show it the dish alone, on grey",
            "changes": {"data.framing": "dish", "data.background": "grey"},
        }
    return {"fix": "See how the dishes were found", "tab": "dataset"}


def _sharper(config: StudioConfig) -> Mapping[str, Any]:
    """Small marks vanish in small pictures."""
    sides = [
        max(side, min(_MOST_PX, round(side * _LARGER / _ROUND_PX) * _ROUND_PX)) for side in config.model.input_size
    ]
    if tuple(sides) != config.model.input_size:
        size = " × ".join(str(side) for side in dict.fromkeys(sides))
        return {"fix": f"Look at {size} px", "changes": {"model.input_size": sides}}
    return {"fix": "Paint other dirt", "tab": "dataset"}
