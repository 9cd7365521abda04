"""The named strategies: settings that belong together, for a machine or an aim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.core.config import StudioConfig, nested, overlaid
from studio.core.errors import ConfigError
from studio.core.registry import nearest


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A named strategy.

    Attributes:
        slug: what the command line calls it.
        title: what its card says.
        help: one line for the person who chooses.
        icon: name of its Lucide icon.
        values: the settings that it decides, by dotted path.
        is_overlay: whether it changes the config at hand instead of starting from the defaults.
        needs_gpu: whether it is of no use without a graphics card.
    """

    slug: str
    title: str
    help: str
    icon: str
    values: Mapping[str, Any]
    is_overlay: bool = False
    needs_gpu: bool = False


ON_PAINTED_DIRT: Mapping[str, Any] = {
    "model.architecture": "efficientnet_lite0",
    "model.pretrained": True,
    "model.freeze": "backbone",
    "model.dropout": 0.0,
    # The head's problem has one solution, which these reach: a logistic regression with strong decay.
    "training.epochs": 40,
    "training.batch_size": 32,
    "training.optimizer": "sgd",
    "training.learning_rate": 0.005,
    "training.weight_decay": 0.5,
    "training.scheduler": "cosine",
    "training.min_lr": 0.0,
    # Accuracy on other people's photos still grows at a thousand pairs, and twenty photos times two are forty.
    "dirt.total": 600,
    "model.views": 1,
    "data.framing": "dish",
    "data.background": "grey",
    "augmentation.rotation_deg": 180.0,
    "augmentation.erasing": 0.0,
    # Each member leaves out another part of the photos, so that every one is judged by a network that never saw it.
    "ensemble.members": 5,
    "data.train_ratio": 0.8,
    "data.val_ratio": 0.2,
    "data.test_ratio": 0.0,
    "early_stopping.enabled": False,
    # Each epoch comes nearer to the head's solution; a few validation photos would choose an early one by chance.
    "checkpointing.save_best": False,
    "checkpointing.monitor": "val_loss",
}
"""What the strategies for painted dirt have in common."""

PRESETS: dict[str, Preset] = {
    preset.slug: preset
    for preset in (
        Preset(
            slug="cpu-only",
            title="CPU only",
            help="Small network, batches that fit two cores.",
            icon="cpu",
            values={
                "model.architecture": "mobilenet_v3",
                "training.epochs": 15,
                "training.batch_size": 8,
                "training.gradient_accumulation_steps": 4,
                "training.max_train_batches": 50,
                "data.workers": 2,
                "early_stopping.patience": 3,
                "hardware.device": "cpu",
                "hardware.precision": "float32",
            },
        ),
        Preset(
            slug="balanced",
            title="Balanced",
            help="A network from scratch, for a laptop or a small card.",
            icon="scale",
            values={
                "model.architecture": "custom_cnn",
                "training.epochs": 10,
                "training.batch_size": 16,
                "training.scheduler": "cosine",
                "data.workers": 4,
                "data.augmentation": "advanced",
                "class_weighting.enabled": True,
                "early_stopping.enabled": True,
                "hardware.precision": "auto",
            },
        ),
        Preset(
            slug="high-performance",
            title="High performance",
            help="ResNet-50, mixed precision, members that vote.",
            icon="rocket",
            values={
                "model.architecture": "resnet50",
                "training.epochs": 50,
                "training.batch_size": 64,
                "training.scheduler": "warmup_cosine",
                "training.warmup_epochs": 5,
                "training.gradient_clipping": 1.0,
                "data.workers": 8,
                "data.augmentation": "heavy",
                "hardware.precision": "auto",
                "ensemble.members": 3,
                "tta.enabled": True,
            },
            needs_gpu=True,
        ),
        Preset(
            slug="transfer",
            title="Transfer",
            help="Keeps a trained backbone and fits the last layer.",
            icon="zap",
            values={
                "model.input_size": [448, 448],
                **ON_PAINTED_DIRT,
            },
        ),
        Preset(
            slug="from-clean-photos",
            title="From clean photos",
            help="The most that photos of clean dishes alone can teach.",
            icon="sparkles",
            values={
                "model.input_size": [576, 576],
                **ON_PAINTED_DIRT,
                "dirt.total": 2400,
            },
        ),
        Preset(
            slug="against-overfitting",
            title="Against overfitting",
            help="Strong augmentation, dropout, early stop.",
            icon="shield",
            values={
                "model.dropout": 0.5,
                "training.weight_decay": 1e-3,
                "training.batch_size": 8,
                "training.learning_rate": 1e-4,
                "training.label_smoothing": 0.1,
                "mixup.alpha": 0.2,
                "data.augmentation": "heavy",
                "early_stopping.enabled": True,
                "early_stopping.patience": 3,
            },
            is_overlay=True,
        ),
    )
}

DEFAULT_PRESET = "transfer"
CLEAN_PRESET = "from-clean-photos"
"""The default where photos of clean dishes are all that is given."""

CONSTRAINTS: dict[str, Mapping[str, Any]] = {
    "low": {"model.architecture": "mobilenet_v3", "training.batch_size": 8, "training.epochs": 15},
    "medium": {"model.architecture": "custom_cnn", "training.batch_size": 16, "training.epochs": 10},
    "high": {"model.architecture": "resnet50", "training.batch_size": 32, "training.epochs": 20},
}


def apply_preset(slug: str, config: StudioConfig | None = None) -> StudioConfig:
    """The config of a named strategy.

    Args:
        slug: one of `PRESETS`.
        config: what an overlay changes; a full strategy starts from the defaults and ignores it.

    Raises:
        ConfigError: there is no such strategy.
    """
    if slug not in PRESETS:
        raise ConfigError(f"unknown preset {slug!r}{nearest(slug, tuple(PRESETS))}")
    preset = PRESETS[slug]
    base = config if config is not None and preset.is_overlay else StudioConfig()
    return base.with_values({**preset.values, "preset": slug})


def compose(
    *,
    preset: str | None = None,
    fallback: str = DEFAULT_PRESET,
    constraint: str | None = None,
    file_values: Mapping[str, Any] | None = None,
    file_name: str = "",
    flags: Mapping[str, Any] | None = None,
) -> StudioConfig:
    """The config that the command line asks for: defaults < preset < config file < flags.

    Args:
        preset: slug of a strategy; the file's own when omitted.
        fallback: the strategy without preset, constraint and file.
        constraint: low, medium or high: the choice of network, batch size and epochs by what the machine can do.
        file_values: sections read from a config file.
        file_name: the file's name, for errors.
        flags: settings by dotted path.

    Raises:
        ConfigError: an unknown preset, constraint or setting, or a value out of range.
    """
    if file_values is not None:
        StudioConfig.from_mapping(file_values, place=file_name)  # blames the file for its own mistakes
        preset = preset or file_values.get("preset")
    elif preset is None and constraint is None:
        preset = fallback
    base: dict[str, Any] = {}
    if preset is not None:
        if preset not in PRESETS:
            raise ConfigError(f"unknown preset {preset!r}{nearest(preset, tuple(PRESETS))}")
        base = {**nested(PRESETS[preset].values), "preset": preset}
    if constraint is not None:
        if constraint not in CONSTRAINTS:
            raise ConfigError(f"unknown constraint {constraint!r}{nearest(constraint, tuple(CONSTRAINTS))}")
        base = overlaid(base, nested(CONSTRAINTS[constraint]))
    if file_values is not None:
        base = overlaid(base, {key: value for key, value in file_values.items() if value is not None})
    return StudioConfig.from_mapping(overlaid(base, nested(flags or {})))
