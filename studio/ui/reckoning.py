"""What a training would cost, reckoned from how fast networks train here."""

from __future__ import annotations

from collections.abc import Iterable

from studio.core.config import StudioConfig
from studio.core.events import EstimateReady
from studio.core.speeds import Speed

_JUDGED_COST = 1 / 3
"""Of a sample that is only looked at: the way back through a network takes twice as long as the way there."""

_SPREAD = 0.2
"""How far off it may be: photos differ, and a network's time does not grow quite like its pictures."""


def reckoned(samples: int, config: StudioConfig, speed: Speed) -> EstimateReady:
    """The time that a training takes at a known speed, and how much memory at most.

    Batches of more pixels than were measured take more memory; nobody knows how much.

    Args:
        samples: in the dataset, clean twins included.
        config: settings of which the speed is.
        speed: what was measured, perhaps at another size of the pictures.
    """
    height, width = config.model.input_size
    sample_s = speed.sample_s * height * width / (speed.height * speed.width)
    learned, judged = (samples * share for share in (config.data.train_ratio, config.data.val_ratio))
    learned = min(learned, (config.training.max_train_batches or samples) * config.training.batch_size)
    epoch_s = sample_s * (learned + _JUDGED_COST * judged)
    reading_s = speed.caching_s * samples
    run_s = reading_s + epoch_s * config.ensemble.members * config.training.epochs
    measured_px = speed.height * speed.width * speed.batch_size
    is_no_larger = height * width * config.training.batch_size <= measured_px
    return EstimateReady(
        epoch_s=epoch_s,
        run_s=run_s,
        spread_s=_SPREAD * run_s,
        reading_s=reading_s,
        memory_bytes=speed.memory_bytes if is_no_larger else 0,
        memory_total_bytes=speed.memory_total_bytes,
        device=speed.device_name,
        precision=speed.precision,
    )


def nearest(speeds: Iterable[Speed], config: StudioConfig) -> Speed | None:
    """The speed that says most about these settings: of the nearest size, then batch, the latest of those."""
    (height, width), batch = config.model.input_size, config.training.batch_size

    def distance(speed: Speed) -> tuple[float, ...]:
        area = abs(speed.height * speed.width - height * width)
        return area, abs(speed.batch_size - batch), -speed.measured_s

    return min((speed for speed in speeds if speed.is_of(config)), key=distance, default=None)
