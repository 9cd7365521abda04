"""Every setting, declared once with its default, range, unit and help.

The JSON file, the form, the command-line flag, the sentence of an error and the search range all come from the
fields below.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pydantic
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from studio.core import registry


def setting(
    default: Any,
    title: str,
    help: str,
    *,
    unit: str = "",
    ge: float | None = None,
    le: float | None = None,
    gt: float | None = None,
    search: tuple[Any, ...] | None = None,
    reach: tuple[float, float] | None = None,
    in_grid: bool = False,
    log: bool = False,
    advanced: bool = False,
    kinds: str | None = None,
    empty: str = "",
) -> Any:
    """Declare one setting.

    Args:
        default: the value in force when nobody says otherwise.
        title: what the form calls it.
        help: one short sentence under the title.
        unit: shown behind the value.
        ge, le, gt: the range that the check enforces.
        search: values that a hyper-parameter search tries.
        reach: lowest and highest value that a smart search tries, where it may try any number between.
        in_grid: whether a grid search crosses it with the others.
        log: whether its scale is logarithmic.
        advanced: whether the form folds it away.
        kinds: name of the registry in `core.registry` that lists its choices.
        empty: what the form shows where an optional setting is empty.
    """
    return Field(
        default,
        title=title,
        description=help,
        ge=ge,
        le=le,
        gt=gt,
        json_schema_extra={"unit": unit, "search": list(search) if search else None,
                           "reach": list(reach) if reach else None, "in_grid": in_grid, "log": log,
                           "advanced": advanced, "kinds": kinds, "empty": empty},
    )  # fmt: skip


class Section(BaseModel):
    """One section of the config: frozen, and closed to keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=(), allow_inf_nan=False)


Side = Annotated[int, Field(ge=32, le=1024)]


class ModelSettings(Section):
    """Model"""

    architecture: str = setting(
        "custom_cnn",
        "Architecture",
        "The network that looks at the photos; timm/NAME also works.",
        kinds="ARCHITECTURES",
    )
    num_classes: int | None = setting(
        None,
        "Classes",
        "Taken from the dataset when empty.",
        ge=2,
        le=10_000,
        advanced=True,
        empty="from the data",
    )
    input_size: tuple[Side, Side] = setting(
        (224, 224),
        "Input size",
        "Height and width of what the network sees.",
        unit="px",
    )
    pretrained: bool = setting(False, "Pretrained", "Start from weights that already know photos of many things.")
    weights: str | None = setting(
        None,
        "Weights file",
        "Start from this file instead of the weights that come with the studio.",
        advanced=True,
        empty="none",
    )
    freeze: Literal["none", "backbone"] = setting(
        "none", "Freeze", "Backbone: keep the pretrained layers as they are; only the head learns."
    )
    views: int = setting(
        4,
        "Views per sample",
        "With a frozen backbone: how many varied looks at each sample the head learns from.",
        unit="views",
        ge=1,
        le=64,
        advanced=True,
    )
    dropout: float = setting(
        0.2,
        "Dropout",
        "Share of the last layer's inputs hidden at each step, against overfitting.",
        ge=0,
        le=0.95,
        search=(0.0, 0.2, 0.5),
        reach=(0.0, 0.6),
    )

    @field_validator("input_size", mode="before")
    @classmethod
    def _one_number_means_a_square(cls, value: object) -> object:
        return (value, value) if isinstance(value, int) and not isinstance(value, bool) else value

    @field_validator("architecture")
    @classmethod
    def _architecture_exists(cls, value: str) -> str:
        return value if value.startswith("timm/") else _known(registry.ARCHITECTURES, value)


class TrainingSettings(Section):
    """Training"""

    epochs: int = setting(10, "Epochs", "How often every sample is seen.", unit="epochs", ge=1, le=100_000)
    batch_size: int = setting(
        16,
        "Batch size",
        "Samples per step, over all processes. Smaller needs less memory.",
        unit="samples",
        ge=1,
        le=65_536,
        search=(8, 16, 32),
        in_grid=True,
    )
    learning_rate: float = setting(
        0.001,
        "Learning rate",
        "How far each step moves the weights.",
        gt=0,
        le=10,
        search=(0.001, 0.003, 0.01),
        reach=(1e-4, 0.03),
        in_grid=True,
        log=True,
    )
    weight_decay: float = setting(
        1e-4,
        "Weight decay",
        "Pulls weights towards zero, against overfitting.",
        ge=0,
        le=10,
        search=(1e-4, 1e-3, 1e-2),
        reach=(1e-6, 0.03),
        in_grid=True,
        log=True,
    )
    optimizer: str = setting(
        "adam",
        "Optimizer",
        "How gradients become steps.",
        kinds="OPTIMIZERS",
        search=("adam", "sgd"),
        in_grid=True,
    )
    momentum: float = setting(0.9, "Momentum", "How much of the last step SGD repeats.", ge=0, le=0.9999, advanced=True)
    scheduler: str = setting(
        "step",
        "Scheduler",
        "How the learning rate changes over the run.",
        kinds="SCHEDULERS",
        search=("step", "cosine"),
        in_grid=True,
    )
    step_size: int = setting(
        5,
        "Step size",
        "Step scheduler: epochs between two drops. Plateau: epochs without progress before a drop.",
        unit="epochs",
        ge=1,
        le=100_000,
    )
    gamma: float = setting(0.1, "Gamma", "The learning rate is multiplied by this at each drop.", gt=0, le=1)
    warmup_epochs: int = setting(
        1,
        "Warm-up",
        "Epochs until the full learning rate, where the scheduler warms up.",
        unit="epochs",
        ge=0,
        le=10_000,
    )
    min_lr: float = setting(
        1e-6,
        "Lowest learning rate",
        "Where the cosine ends, and below which plateau does not go.",
        ge=0,
        le=1,
        log=True,
        advanced=True,
    )
    loss: str = setting("cross_entropy", "Loss", "What training makes small.", kinds="LOSSES")
    focal_alpha: float = setting(1.0, "Focal alpha", "Overall weight of the focal loss.", gt=0, le=100, advanced=True)
    focal_gamma: float = setting(
        2.0,
        "Focal gamma",
        "How strongly the focal loss turns away from easy samples.",
        ge=0,
        le=10,
        advanced=True,
    )
    label_smoothing: float = setting(
        0.0,
        "Label smoothing",
        "How far labels are from certain, against over-confidence.",
        ge=0,
        le=0.5,
        search=(0.0, 0.05, 0.1),
        reach=(0.0, 0.15),
    )
    gradient_accumulation_steps: int = setting(
        1,
        "Accumulation",
        "Batches whose gradients are summed before a step: a larger batch in less memory.",
        unit="batches",
        ge=1,
        le=4096,
        advanced=True,
    )
    max_train_batches: int | None = setting(
        None,
        "Batches per epoch, at most",
        "Shortens the epochs of a large dataset; empty for all.",
        unit="batches",
        ge=1,
        le=10_000_000,
        advanced=True,
        empty="all",
    )
    gradient_clipping: float | None = setting(
        None,
        "Gradient clipping",
        "Longest gradient allowed; empty for no limit.",
        gt=0,
        le=1e6,
        advanced=True,
        empty="no limit",
    )
    seed: int = setting(
        0, "Seed", "The same seed, data and machine give the same run.", ge=0, le=2**31 - 1, advanced=True
    )

    @field_validator("gradient_clipping", mode="before")
    @classmethod
    def _switch_means_the_usual_limit(cls, value: object) -> object:
        return {True: 1.0, False: None}[value] if isinstance(value, bool) else value

    @field_validator("optimizer", "scheduler", "loss")
    @classmethod
    def _kind_exists(cls, value: str, info: pydantic.ValidationInfo) -> str:
        members = {
            "optimizer": registry.OPTIMIZERS,
            "scheduler": registry.SCHEDULERS,
            "loss": registry.LOSSES,
        }
        return _known(members[str(info.field_name)], value)


class DataSettings(Section):
    """Data"""

    train_ratio: float = setting(0.8, "Train share", "Share of the photos that the network learns from.", gt=0, le=1)
    val_ratio: float = setting(0.1, "Validation share", "Share that judges each epoch.", ge=0, le=0.9)
    test_ratio: float = setting(0.1, "Test share", "Share kept away until the end.", ge=0, le=0.9)
    augmentation: Literal["none", "basic", "advanced", "heavy"] = setting(
        "advanced",
        "Augmentation",
        "How much training photos are varied: turned, shifted, recoloured, blurred.",
        search=("basic", "advanced", "heavy"),
    )
    normalize: bool = setting(True, "Normalise", "Give colours the scale that the weights expect.", advanced=True)
    framing: Literal["dish", "fit", "crop", "stretch"] = setting(
        "dish",
        "Framing",
        "Which part of a photo the network sees: the dish, all with a border, the centre, or all stretched.",
    )
    background: Literal["keep", "grey", "vary"] = setting(
        "keep", "Background", "What the network sees around the dish."
    )
    workers: int | None = setting(
        None,
        "Loader workers",
        "Processes that read photos; chosen for this machine when empty.",
        unit="processes",
        ge=0,
        le=128,
        advanced=True,
        empty="automatic",
    )
    cache: bool = setting(True, "Cache", "Decode every photo once and keep the pixels.", advanced=True)
    cache_limit_gb: float = setting(
        20.0,
        "Cache limit",
        "Photos are read from their files when the cache would need more.",
        unit="GB",
        gt=0,
        le=10_000,
        advanced=True,
    )

    @field_validator("augmentation", mode="before")
    @classmethod
    def _switch_means_a_level(cls, value: object) -> object:
        return {True: "advanced", False: "none"}[value] if isinstance(value, bool) else value

    @model_validator(mode="after")
    def _shares_fit(self) -> DataSettings:
        total = self.train_ratio + self.val_ratio + self.test_ratio
        if not math.isclose(total, 1.0, abs_tol=1e-6):
            raise ValueError(f"train_ratio + val_ratio + test_ratio is {total:g}, but must be 1")
        return self


class AugmentationSettings(Section):
    """Augmentation"""

    horizontal_flip: float = setting(0.5, "Mirror", "How often left and right are swapped.", ge=0, le=1)
    vertical_flip: float = setting(0.0, "Flip", "How often up and down are swapped.", ge=0, le=1)
    rotation_deg: float = setting(15.0, "Rotation", "Largest turn to either side.", unit="°", ge=0, le=180)
    zoom: float = setting(
        1.1,
        "Random crop",
        "The photo is enlarged by this before a random part of it is taken.",
        unit="×",
        ge=1,
        le=2,
    )
    brightness: float = setting(0.2, "Brightness", "Largest change to either side.", ge=0, le=1)
    contrast: float = setting(0.2, "Contrast", "Largest change to either side.", ge=0, le=1)
    saturation: float = setting(0.2, "Saturation", "Largest change to either side.", ge=0, le=1)
    hue: float = setting(0.1, "Hue", "Largest turn of the colour circle to either side.", unit="turns", ge=0, le=0.5)
    blur: float = setting(0.2, "Blur", "How often a photo is blurred.", ge=0, le=1)
    blur_sigma_max: float = setting(
        2.0, "Strongest blur", "Its standard deviation.", unit="px", gt=0, le=20, advanced=True
    )
    affine: float = setting(
        0.3, "Shift, scale, shear", "How often a photo is also shifted, scaled and sheared.", ge=0, le=1
    )
    translate: float = setting(0.1, "Shift", "Largest shift, as a share of the side.", ge=0, le=0.5, advanced=True)
    scale: float = setting(0.1, "Scale", "Largest change of size to either side.", ge=0, le=0.9, advanced=True)
    shear_deg: float = setting(5.0, "Shear", "Largest shear to either side.", unit="°", ge=0, le=45, advanced=True)
    erasing: float = setting(0.1, "Erasing", "How often a rectangle is hidden.", ge=0, le=1)
    erasing_area_max: float = setting(0.1, "Largest hidden part", "Share of the photo.", ge=0.02, le=0.9, advanced=True)
    noise: float = setting(
        0.0, "Noise", "Largest standard deviation of camera noise.", unit="of 255", ge=0, le=64, advanced=True
    )


class ClassWeightingSettings(Section):
    """Class weighting"""

    enabled: bool = setting(True, "Weigh classes", "Rare classes count more in the loss.")
    strategy: Literal["inverse_frequency", "effective_number"] = setting(
        "inverse_frequency", "Rule", "How a class's weight follows from its count.", advanced=True
    )


class EarlyStoppingSettings(Section):
    """Early stopping"""

    enabled: bool = setting(True, "Stop early", "End the run when validation no longer improves.")
    patience: int = setting(
        5, "Patience", "Epochs without progress before the run ends.", unit="epochs", ge=1, le=100_000
    )
    min_delta: float = setting(0.001, "Least progress", "A smaller gain does not count.", ge=0, le=1, advanced=True)


class CheckpointingSettings(Section):
    """Checkpoints"""

    save_best: bool = setting(True, "Keep the best", "Keep the weights of the best epoch.")
    save_last: bool = setting(True, "Keep the last", "Keep what is needed to continue after each epoch.")
    monitor: Literal[
        "val_accuracy", "val_loss", "val_balanced_accuracy", "val_auroc", "train_accuracy", "train_loss"
    ] = setting("val_accuracy", "Best by", "The figure that decides which epoch is best.")


class DirtSettings(Section):
    """Dirt"""

    ratio: float = setting(
        2.0,
        "Dirty to clean",
        "Dirty samples per clean photo; dirty photos that you have count.",
        unit=": 1",
        ge=0,
        le=1000,
    )
    variations: int | None = setting(
        None,
        "Variations",
        "Paint exactly this many on each clean photo instead.",
        unit="per photo",
        ge=1,
        le=1000,
        advanced=True,
        empty="by the ratio",
    )
    total: int | None = setting(
        None,
        "In total",
        "Paint this many dirty samples in all instead, whatever the number of photos.",
        unit="samples",
        ge=1,
        le=1_000_000,
        advanced=True,
        empty="by the ratio",
    )
    light: float = setting(0.3, "Light", "Share of lightly dirty samples.", ge=0, le=1)
    medium: float = setting(0.5, "Medium", "Share of samples of medium dirt.", ge=0, le=1)
    heavy: float = setting(0.2, "Heavy", "Share of heavily dirty samples.", ge=0, le=1)
    seed: int = setting(0, "Seed", "Another seed paints other dirt.", ge=0, le=2**31 - 1)
    size_px: int = setting(
        640, "Painted size", "Longest side of the painted picture.", unit="px", ge=64, le=8192, advanced=True
    )
    kinds: Mapping[str, float] = setting(
        {}, "Kinds of dirt", "Strength of each kind from 0 (off) to 1; a kind not named keeps its own."
    )
    vary: float = setting(
        0.7,
        "Vary the dish",
        "Share of painted samples whose dish is also made of steel, recoloured, wet or lit; their clean twin likewise.",
        ge=0,
        le=1,
    )
    ahead: bool = setting(
        True,
        "Paint ahead",
        "Paint pictures before training, on all cores; off paints each when it is read, the very same, and keeps none.",
        advanced=True,
    )
    pairs: bool = setting(
        True,
        "Clean twins",
        "Every painted sample brings the same picture without dirt, so that nothing but the dirt tells them apart.",
        advanced=True,
    )
    look_alikes: Mapping[str, float] = setting(
        {}, "Look-alikes", "How often each takes part in a varied dish, 0 (never) to 1; one not named keeps its own."
    )

    @field_validator("kinds", "look_alikes")
    @classmethod
    def _kinds_exist(cls, value: Mapping[str, float], info: pydantic.ValidationInfo) -> Mapping[str, float]:
        members = registry.DIRT_KINDS if info.field_name == "kinds" else registry.LOOK_ALIKES
        for name, strength in value.items():
            _known(members, name)
            if not 0 <= strength <= 1:
                raise ValueError(f"{name}: {strength:g} is not between 0 and 1")
        return dict(value)  # a plain one: configs travel to child processes by pickle

    @pydantic.field_serializer("kinds", "look_alikes")
    def _plain(self, value: Mapping[str, float]) -> dict[str, float]:
        return dict(value)

    @model_validator(mode="after")
    def _some_share(self) -> DirtSettings:
        if self.light + self.medium + self.heavy <= 0:
            raise ValueError("light, medium and heavy are all 0; give at least one of them a share")
        return self


FEW_PHOTOS = 200
"""Source photos below which a validation share is too small to choose a threshold on."""


class SplitSettings(Section):
    """Splits"""

    seed: int = setting(0, "Seed", "Another seed deals the photos anew.", ge=0, le=2**31 - 1)
    group_near_duplicates: bool = setting(
        True, "Keep look-alikes together", "Near-duplicates never stand on two sides.", advanced=True
    )
    cross_fit: Literal["auto", "on", "off"] = setting(
        "auto",
        "Cross-fit",
        f"Each photo is held out from one member, and the model learns from all; auto below {FEW_PHOTOS} photos.",
        advanced=True,
    )


class HardwareSettings(Section):
    """Hardware"""

    device: Literal["auto", "cpu", "cuda", "mps"] = setting("auto", "Device", "Where the network runs.")
    processes: int = setting(
        1,
        "Processes",
        "Training processes that share the batch; one for each graphics card.",
        unit="processes",
        ge=1,
        le=1024,
    )
    precision: Literal["auto", "float32", "float16", "bfloat16"] = setting(
        "auto", "Precision", "Fewer bits are faster where the machine is good at them."
    )
    threads: int | None = setting(
        None,
        "Threads",
        "Threads of each process on a CPU; chosen for this machine when empty.",
        unit="threads",
        ge=1,
        le=1024,
        advanced=True,
        empty="automatic",
    )
    compile: bool = setting(
        False,
        "Compile",
        "Translate the network before training; pays on long runs on a graphics card.",
        advanced=True,
    )


class EmaSettings(Section):
    """Weight averaging"""

    enabled: bool = setting(False, "Average weights", "Classify with a moving average of the weights.")
    decay: float = setting(0.999, "Decay", "How slowly the average follows.", ge=0, le=0.999999, advanced=True)


class MixupSettings(Section):
    """Mixup"""

    alpha: float = setting(
        0.0,
        "Mixup",
        "How strongly pairs of samples are blended; 0 is off.",
        ge=0,
        le=10,
        search=(0.0, 0.2),
        reach=(0.0, 0.4),
    )


class EnsembleSettings(Section):
    """Ensemble"""

    members: int = setting(
        1,
        "Members",
        "Networks trained from different seeds whose answers are averaged.",
        unit="networks",
        ge=1,
        le=64,
    )


class TtaSettings(Section):
    """Test-time views"""

    enabled: bool = setting(False, "Look several times", "Average the answers for the photo and its mirror images.")
    views: Literal["mirror", "flips"] = setting(
        "mirror", "Views", "Mirror: left and right swapped. Flips: also up and down, and both.", advanced=True
    )


class DecisionSettings(Section):
    """Decision"""

    miss_cost: float = setting(
        1.0,
        "Cost of a miss",
        "What a dirty dish called clean costs; with the cost of a needless re-wash it moves the threshold.",
        unit="×",
        gt=0,
        le=1000,
        log=True,
        advanced=True,
    )
    rewash_cost: float = setting(
        1.0,
        "Cost of a re-wash",
        "What a clean dish called dirty costs, in the same unit.",
        unit="×",
        gt=0,
        le=1000,
        log=True,
        advanced=True,
    )
    prevalence: float = setting(
        0.5,
        "Dirty dishes",
        "Share of dirty ones among the dishes to come; rare dirt calls for a higher threshold.",
        gt=0.0,
        le=0.999,
        advanced=True,
    )
    look_cost: float | None = setting(
        None,
        "Cost of a look",
        "What it costs to look yourself; dishes for which that is cheaper than a guess ask for it. Empty for never.",
        unit="×",
        gt=0,
        le=1000,
        log=True,
        advanced=True,
        empty="never look",
    )


class MonitoringSettings(Section):
    """Monitoring"""

    tensorboard: bool = setting(True, "TensorBoard", "Also write the curves for TensorBoard.")
    log_dir: str | None = setting(
        None, "TensorBoard folder", "Inside the run's folder when empty.", advanced=True, empty="in the run's folder"
    )
    heat_samples: int = setting(
        8,
        "Heat maps per epoch",
        "Painted validation samples of which each epoch is told whether the network looks at their dirt; 0 for none.",
        unit="samples",
        ge=0,
        le=1000,
        advanced=True,
    )


class SearchSettings(Section):
    """Search"""

    mode: Literal["grid", "smart"] = setting(
        "smart",
        "Search",
        "Grid: every combination. Smart: learn from the trials so far.",
    )
    trials: int = setting(20, "Trials", "Trainings that a smart search may use.", unit="trials", ge=1, le=100_000)
    quick_epochs: int = setting(3, "Epochs per trial", "Length of one trial.", unit="epochs", ge=1, le=100_000)
    quick_batches: int | None = setting(
        10,
        "Batches per epoch",
        "Each trial's epochs are cut to this; empty for all.",
        unit="batches",
        ge=1,
        le=10_000_000,
        empty="all",
    )
    timeout_s: float | None = setting(
        None,
        "Time limit",
        "No trial starts after this many seconds; empty for none.",
        unit="s",
        gt=0,
        advanced=True,
        empty="none",
    )


def _known(members: registry.Registry[Any], name: str) -> str:
    if name not in members:
        members[name]  # raises, naming the nearest
    return name
