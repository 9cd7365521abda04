"""What travels to jobs and warm processes and back, besides settings and events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.core.config import StudioConfig
from studio.core.sections import DataSettings, DecisionSettings, DirtSettings, SplitSettings


class Request(BaseModel):
    """What a job is asked; frozen, and closed to keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ImportRequest(Request):
    """Make a dataset of photos, or add photos to one.

    Attributes:
        paths: files and folders as they were dropped.
        name: what the window calls the dataset.
        label: class of all the photos; None reads it off the folders' names.
        is_addition: whether the dataset in the folder keeps what it has.
        is_correction: whether a model was wrong about these photos and a person said so: they are learned from, and
            never judge.
    """

    paths: tuple[str, ...]
    name: str = ""
    label: str | None = None
    is_addition: bool = False
    is_correction: bool = False


class SampleDishesRequest(Request):
    """Draw the sample dishes and make a dataset of them.

    Attributes:
        photos: the folder for the drawn pictures.
        name: what the window calls the dataset.
    """

    photos: str
    name: str = "Sample dishes"


class SynthesisRequest(Request):
    """Paint dirt on a dataset's clean photos."""

    dirt: DirtSettings = DirtSettings()


class TrainRequest(Request):
    """Train, or go on with a run.

    Attributes:
        config: the settings; for a resumed run those of the run, with at most `training.epochs` changed.
        data: a dataset's folder, or photos.
        is_resumed: whether to go on where the last whole epoch ended.
        splits: file of the splits to use; dealt anew when empty.
    """

    config: StudioConfig
    data: str
    is_resumed: bool = False
    splits: str = ""


class AdaptRequest(Request):
    """Teach a run's model a place from photos of it that nobody has labelled.

    Attributes:
        run: the run's folder; it stays as it is.
        photos: files and folders from the place of use; names of folders say nothing here.
        rounds: how often the model guesses and learns from its surest guesses, at most.
    """

    run: str
    photos: tuple[str, ...]
    rounds: int = Field(default=2, ge=1, le=5)


class BenchRequest(Request):
    """Measure how fast networks train here.

    Attributes:
        architectures: their names.
        config: device, precision, batch size and input size; the rest is chosen for measuring.
        epochs: of each measurement, at most.
        seconds: about how long one measurement of the steps alone lasts.
    """

    architectures: tuple[str, ...]
    config: StudioConfig
    epochs: int = Field(default=10, ge=1)
    seconds: float = Field(default=15.0, gt=0)


class SearchRequest(Request):
    """Look for better settings by many short trainings.

    Attributes:
        config: what every trial starts from; its section `search` says how to look and how long.
        data: a dataset's folder, or photos.
        storage: a database's URL that several machines share; the journal file in the search's folder when empty.
    """

    config: StudioConfig
    data: str
    storage: str = ""


class DiagnoseRequest(Request):
    """Find out what is wrong with a run, by figures and by short probes.

    Attributes:
        run: the run's folder.
        gradient_low, gradient_high: norms of a layer's gradient outside of which it is told.
    """

    run: str
    gradient_low: float = Field(default=1e-6, gt=0)
    gradient_high: float = Field(default=100.0, gt=0)


class ReportRequest(Request):
    """Write a run's report.

    Attributes:
        run: the run's folder.
        file: where to; `report.html` in the run when empty.
    """

    run: str
    file: str = ""


class ExportRequest(Request):
    """Write a model in another form, or a run as one file.

    Attributes:
        model: a run's folder, or a model file where no bundle is wanted.
        kind: `onnx`, `torch` or `bundle`.
        file: where to.
        photos: to compare the export with the studio on; the run's own when empty.
    """

    model: str
    kind: Literal["onnx", "torch", "bundle"]
    file: str
    photos: tuple[str, ...] = ()


class VerifyRequest(Request):
    """Compare a run or a bundle with what it says of itself.

    Attributes:
        path: the run's folder or the bundle.
    """

    path: str


class ReplayRequest(Request):
    """Train again exactly what a bundle holds.

    Attributes:
        bundle: the file.
        data: the dataset's folder where it now is; where the bundle says when empty.
    """

    bundle: str
    data: str = ""


class EvaluateRequest(Request):
    """Judge a model on a folder whose sub-folders are classes.

    Attributes:
        photos: the labelled folder, or a dataset's.
        model: a run's folder or a model file.
        views: how often the model looks at each photo: as its settings say, once, with the mirror image, or with all
            flips.
    """

    photos: str
    model: str
    views: Literal["model", "one", "mirror", "flips"] = "model"


class ThresholdRequest(Request):
    """Choose a run's threshold anew, and keep it in its model.

    Attributes:
        run: the run's folder.
        decision: the costs and the prevalence that it follows from.
        threshold: this one instead, 0..1.
        band: probabilities between which a person should look instead of the one that follows from `decision`.
    """

    run: str
    decision: DecisionSettings = DecisionSettings()
    threshold: float | None = Field(default=None, ge=0, le=1)
    band: tuple[float, float] | None = None


class ContinueRequest(Request):
    """Go on learning from where a run ended, with the corrected photos that its dataset has by now.

    Attributes:
        run: the run's folder; it stays as it is.
        epochs: how long; as long as the run when empty.
    """

    run: str
    epochs: int | None = Field(default=None, ge=1)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Pixels on their way to the window: 8-bit RGB rows without padding.

    Attributes:
        width, height: in px.
        rgb: `3 * width * height` bytes.
    """

    width: int
    height: int
    rgb: bytes


@dataclass(frozen=True, kw_only=True)
class PaintRequest:
    """Show one photo with dirt, by the very function that generates.

    Attributes:
        photo: its file.
        sha1: its content's hash, from the manifest; read off the file when empty.
        outline: the dish as the manifest keeps it (JSON), or None to look for it.
        dirt: what to paint.
        variant: number of the variation, from 0; another one gives other dirt.
        level: light, medium or heavy; None draws one.
        longest_px: the picture is made no larger than this for the screen; dirt is the same at any size.
        framing, background, input_px: how the network will see it.
        look_alike: name of one to show by itself on the photo as it was taken, without dirt; None paints as ever.
        look_alike_strength: how strongly, 0..1.
    """

    photo: str
    sha1: str = ""
    outline: dict[str, object] | None = None
    dirt: DirtSettings = field(default_factory=DirtSettings)
    variant: int = 0
    level: str | None = None
    longest_px: int = 640
    framing: str = "dish"
    background: str = "keep"
    input_px: tuple[int, int] = (224, 224)
    look_alike: str | None = None
    look_alike_strength: float = 0.7


@dataclass(frozen=True, kw_only=True)
class Painting:
    """The answer to a `PaintRequest`.

    Attributes:
        before, after: the clean twin and its dirty child; of a single look-alike the photo without and with it.
        mask: where dirt lies; white on black.
        seen: the dirty one as the network sees it.
        coverage: share of the dish under dirt, 0..1.
        level: light, medium or heavy; empty where no dirt was painted.
        has_dish: whether a dish was found.
        ms: how long it took.
        look_alikes: names of what was done to the dish.
    """

    before: Picture
    after: Picture
    mask: Picture
    seen: Picture
    coverage: float
    level: str
    has_dish: bool
    ms: float
    look_alikes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ThumbnailRequest:
    """Make the thumbnail of a picture that is painted when it is read.

    Attributes:
        picture: the file that says what to paint.
        thumbnail: the file to write.
    """

    picture: str
    thumbnail: str


@dataclass(frozen=True, kw_only=True)
class SplitsRequest:
    """Deal a dataset's samples to the splits as a run would, to show the counts beforehand.

    Attributes:
        folder: the dataset's.
        data: the shares.
        split: the seed, whether look-alikes stay together, whether every photo is held out once.
        members: networks of the model.
    """

    folder: str
    data: DataSettings = field(default_factory=DataSettings)
    split: SplitSettings = field(default_factory=SplitSettings)
    members: int = 1


@dataclass(frozen=True, kw_only=True)
class SplitCounts:
    """The answer to a `SplitsRequest`.

    Attributes:
        train, val, test: samples on each side.
        folds: parts of `train` that are held out once each; 0 without cross-fitting.
        certificate: one sentence on what keeps the sides apart.
        notes: sentences on what had to bend.
        obstacle: why the samples cannot be dealt; then all counts are 0.
    """

    train: int = 0
    val: int = 0
    test: int = 0
    folds: int = 0
    certificate: str = ""
    notes: tuple[str, ...] = ()
    obstacle: str = ""


@dataclass(frozen=True, kw_only=True)
class ClassifyRequest:
    """Answer for some photos with a model.

    Attributes:
        model: a run's folder or a model file; loaded once and kept.
        photos: files; empty only loads the model.
        with_heat_map: whether to show where the network looked.
        threshold: probability of the positive class from which it wins; None takes the model's own.
    """

    model: str
    photos: tuple[str, ...]
    with_heat_map: bool = False
    threshold: float | None = None


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """What a model says of one photo.

    Attributes:
        path: the photo.
        chosen: the class that won, at the threshold.
        look: whether a person should look for themselves.
        probabilities: one for each class, in the model's order; they add up to 1.
        heat_map: where the evidence lies, over the whole upright photo: brightness 0..255 in all three channels;
            None unless asked for.
        ms: time for this photo, in milliseconds.
        parts: what each network said of each view, views outermost, before the mean; empty unless asked for.
    """

    path: str
    chosen: str
    look: bool
    probabilities: dict[str, float]
    heat_map: Picture | None
    ms: float
    parts: tuple[tuple[tuple[float, ...], ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class RejectedPhoto:
    """A file that could not be answered for.

    Attributes:
        path: the file.
        reason: one sentence for its owner.
        kind: `unreadable`, `duplicate` or `conflict`.
    """

    path: str
    reason: str
    kind: Literal["unreadable", "duplicate", "conflict"] = "unreadable"


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """What a model file says of itself.

    Attributes:
        classes: in order.
        positive: the class that the threshold is about, if there is one.
        threshold: probability of it from which it wins; None for more than two classes.
        title: the run that made it.
        band: probabilities of the positive class between which a person should look; None where nobody is asked to.
        miss_cost, rewash_cost, prevalence: what the threshold was chosen for, as in `DecisionSettings`.
    """

    classes: tuple[str, ...]
    positive: str | None
    threshold: float | None
    title: str
    band: tuple[float, float] | None = None
    miss_cost: float = 1.0
    rewash_cost: float = 1.0
    prevalence: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Classified:
    """The answer to a `ClassifyRequest`: each photo is in one of the two lists."""

    model: ModelFacts
    predictions: tuple[Prediction, ...]
    rejected: tuple[RejectedPhoto, ...]
