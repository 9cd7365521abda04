"""EfficientNet-Lite0: inverted bottlenecks without squeeze or swish, for weights that come with the studio.

timm has the same network, by the same names of its layers; importing timm, and with it torchvision and the compiler of
torch, takes longer than loading torch itself, and every answer from a cold start would wait for it.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from typing_extensions import override

EPS = 1e-3
"""Of the batch norms, as in TensorFlow's release."""
STEM, HEAD = 32, 1280
STAGES = (
    # blocks, kernel, stride of the first, growth within, channels
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


class EfficientNetLite0(nn.Module):
    """EfficientNet-Lite0 (Tan, Le, 2019; the Lite variant of TensorFlow's release, 2020)."""

    def __init__(self, *, num_classes: int, dropout: float) -> None:
        """Args:
        num_classes: how many classes it tells apart.
        dropout: share of the features that the last layer does not see in training, 0..1.
        """
        super().__init__()
        self.conv_stem = _Convolution(3, STEM, 3, stride=2)
        self.bn1 = nn.BatchNorm2d(STEM, eps=EPS)
        self.act1 = nn.ReLU6(inplace=True)
        channels, stages = STEM, []
        for blocks, kernel, stride, growth, width in STAGES:
            parts: list[nn.Module] = []
            for number in range(blocks):
                step = stride if number == 0 else 1
                parts.append(
                    _Separable(channels, width, kernel, step)
                    if growth == 1
                    else _Bottleneck(channels, width, kernel, step, channels * growth)
                )
                channels = width
            stages.append(nn.Sequential(*parts))
        self.blocks = nn.Sequential(*stages)
        self.conv_head = nn.Conv2d(channels, HEAD, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(HEAD, eps=EPS)
        self.act2 = nn.ReLU6(inplace=True)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(HEAD, num_classes)
        self.apply(_begin)

    @override
    def forward(self, images_N3HW: Tensor) -> Tensor:
        """Logits, N x classes."""
        maps = self.act1(self.bn1(self.conv_stem(images_N3HW)))
        maps = self.act2(self.bn2(self.conv_head(self.blocks(maps))))
        logits: Tensor = self.classifier(self.dropout(self.pool(maps).flatten(1)))
        return logits


class _Convolution(nn.Conv2d):
    """Padded as TensorFlow does: where the border cannot be even, the lower right gets more."""

    def __init__(self, taken: int, given: int, kernel: int, *, stride: int, groups: int = 1) -> None:
        even = kernel // 2 if stride == 1 else 0
        super().__init__(taken, given, kernel, stride=stride, padding=even, groups=groups, bias=False)

    @override
    def forward(self, input: Tensor) -> Tensor:
        if self.padding != (0, 0):
            return super().forward(input)
        is_even = input.shape[2] % 2 == input.shape[3] % 2 == 0
        if is_even and not (torch.is_grad_enabled() or torch.compiler.is_exporting()):
            # A kernel with a row and a column of zeros before it takes an even border, and the maps need no copy;
            # with gradients its own would take twice as long.
            wider = F.pad(self.weight, (1, 0, 1, 0))
            return F.conv2d(input, wider, self.bias, self.stride, self.kernel_size[0] // 2, 1, self.groups)
        # ONNX's optimizer loses a kernel that is padded, and onnxruntime takes the border into the convolution itself.
        border: list[int] = []
        for size in (input.shape[3], input.shape[2]):
            kernel, stride = self.kernel_size[0], self.stride[0]
            missing = max(0, (math.ceil(size / stride) - 1) * stride + kernel - size)
            border += [missing // 2, missing - missing // 2]
        return super().forward(F.pad(input, border))


class _Separable(nn.Module):
    """A depthwise convolution, then a pointwise one."""

    def __init__(self, taken: int, given: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.conv_dw = _Convolution(taken, taken, kernel, stride=stride, groups=taken)
        self.bn1 = nn.BatchNorm2d(taken, eps=EPS)
        self.act1 = nn.ReLU6(inplace=True)
        self.conv_pw = nn.Conv2d(taken, given, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(given, eps=EPS)

    @override
    def forward(self, maps: Tensor) -> Tensor:
        depthwise = self.act1(self.bn1(self.conv_dw(maps)))
        result: Tensor = self.bn2(self.conv_pw(depthwise))
        return result


class _Bottleneck(nn.Module):
    """More channels, a depthwise convolution, fewer channels; what came in is added where it fits."""

    def __init__(self, taken: int, given: int, kernel: int, stride: int, within: int) -> None:
        super().__init__()
        self.conv_pw = nn.Conv2d(taken, within, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(within, eps=EPS)
        self.act1 = nn.ReLU6(inplace=True)
        self.conv_dw = _Convolution(within, within, kernel, stride=stride, groups=within)
        self.bn2 = nn.BatchNorm2d(within, eps=EPS)
        self.act2 = nn.ReLU6(inplace=True)
        self.conv_pwl = nn.Conv2d(within, given, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(given, eps=EPS)
        self._is_residual = stride == 1 and taken == given

    @override
    def forward(self, maps: Tensor) -> Tensor:
        inner = self.act2(self.bn2(self.conv_dw(self.act1(self.bn1(self.conv_pw(maps))))))
        result: Tensor = self.bn3(self.conv_pwl(inner))
        return result + maps if self._is_residual else result


def _begin(part: nn.Module) -> None:
    """First weights as in TensorFlow's release."""
    if isinstance(part, nn.Conv2d):
        fan_out = part.kernel_size[0] * part.kernel_size[1] * part.out_channels // part.groups
        nn.init.normal_(part.weight, 0.0, math.sqrt(2.0 / fan_out))
    elif isinstance(part, nn.Linear):
        reach = 1.0 / math.sqrt(part.out_features)
        nn.init.uniform_(part.weight, -reach, reach)
        nn.init.zeros_(part.bias)
