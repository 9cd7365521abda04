"""Where inside a network its spatial maps are: found by watching it look at one picture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import torch
from torch import Tensor, nn

from studio.core.errors import ConfigError

STRIDES = (8, 16, 32)

Layout: TypeAlias = Literal["NCHW", "NHWC", "tokens"]


@dataclass(frozen=True, kw_only=True)
class Tap:
    """A place in a network where a spatial map passes.

    Attributes:
        stride: pixels of the picture for each cell of the map.
        module: dotted name of the module beside it.
        side: whether the map goes into that module or comes out of it.
        layout: order of the map's axes; `tokens` are N x length x channels.
        grid: rows and columns of the map, for a picture of the probed size.
    """

    stride: int
    module: str
    side: Literal["in", "out"]
    layout: Layout
    grid: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Anatomy:
    """What one look at a network taught.

    Attributes:
        taps: maps at strides 8, 16 and 32, as far as there are such, shallow ones first.
        last: the map right before the network pools; may be the last of `taps`. None where nothing is spatial.
        heads: dotted names of the linear layers that give the logits; a distilled network has two.
    """

    taps: tuple[Tap, ...]
    last: Tap | None
    heads: tuple[str, ...]


@dataclass
class _Call:
    """One module's turn in the forward pass."""

    name: str
    taken: Tensor | None
    given: Tensor | None
    layout_in: Layout | None = None
    layout_out: Layout | None = None
    stride_in: int | None = None
    stride_out: int | None = None


@dataclass
class _Watch:
    size: tuple[int, int]
    calls: list[_Call] = field(default_factory=list)

    def note(self, name: str, taken: Any, given: Any) -> None:
        call = _Call(name=name, taken=_first_tensor(taken), given=_first_tensor(given))
        if call.taken is not None:
            call.layout_in, call.stride_in = _layout(call.taken, self.size)
        if call.given is not None:
            call.layout_out, call.stride_out = _layout(call.given, self.size)
        self.calls.append(call)


def study(network: nn.Module, *, num_classes: int, input_size: tuple[int, int]) -> Anatomy:
    """Watch one forward pass.

    The map at stride s is what goes into the outermost module that turns stride s into 2 s, which is the deepest map of
    that size. A transformer has one map, the tokens that go into its last block: behind it only the class token counts.

    Args:
        network: logits of pictures; left in the mode it was in.
        num_classes: length of the logits.
        input_size: height and width of its pictures.

    Raises:
        ConfigError: it cannot take pictures of this size.
    """
    calls = _watched(network, input_size)
    heads = _heads(network, calls, num_classes)
    tokens = _token_tap(network, calls)
    if tokens is not None:
        return Anatomy(taps=(tokens,), last=tokens, heads=heads)
    maps = [call for call in calls if call.stride_out is not None and not _is_pooling(network, call)]
    if not maps:
        return Anatomy(taps=(), last=None, heads=heads)
    taps = [tap for stride in STRIDES if (tap := _before_step(maps, stride)) is not None]
    deepest_stride = max(call.stride_out or 0 for call in maps)
    last_call = [call for call in maps if call.stride_out == deepest_stride][-1]
    last = _tap(last_call, "out")
    if all(tap.stride != deepest_stride for tap in taps):
        deep_call = _outermost(
            [
                call
                for call in maps
                if call.stride_out == deepest_stride and (call.stride_in or deepest_stride) < deepest_stride
            ]
        )
        taps.append(_tap(deep_call, "out") if deep_call and deep_call.given is not last_call.given else last)
    return Anatomy(taps=tuple(taps), last=last, heads=heads)


@contextmanager
def watching(network: nn.Module, taps: tuple[Tap, ...]) -> Iterator[dict[Tap, Tensor]]:
    """Catch the maps at these places while the network runs inside the `with`.

    Yields:
        a mapping that fills during the pass: each map as N x channels x rows x columns.
    """
    caught: dict[Tap, Tensor] = {}
    handles = [_listen(network.get_submodule(tap.module), tap, caught) for tap in taps]
    try:
        yield caught
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def grafted(network: nn.Module, tap: Tap) -> Iterator[dict[Tap, Tensor]]:
    """Cut the pass at a place, so that gradients reach this map and go no deeper.

    Yields:
        a mapping that gets the map during the pass, in the network's own layout, ready for `torch.autograd.grad`.
    """
    caught: dict[Tap, Tensor] = {}
    module = network.get_submodule(tap.module)

    def leaf(values: Any) -> Any:
        caught[tap] = _the_tensor(values).detach().requires_grad_()
        rest = values[1:] if isinstance(values, tuple) else ()
        # What follows may work in place, which no leaf allows.
        return (caught[tap].clone(), *rest) if isinstance(values, tuple) else caught[tap].clone()

    if tap.side == "in":
        handle = module.register_forward_pre_hook(lambda _, taken: leaf(taken))
    else:
        handle = module.register_forward_hook(lambda _, taken, given: leaf(given))
    try:
        yield caught
    finally:
        handle.remove()


def _listen(module: nn.Module, tap: Tap, caught: dict[Tap, Tensor]) -> Any:
    def before(_: nn.Module, taken: Any) -> None:
        caught[tap] = unfolded(_the_tensor(taken), tap)

    def after(_: nn.Module, taken: Any, given: Any) -> None:
        caught[tap] = unfolded(_the_tensor(given), tap)

    return module.register_forward_pre_hook(before) if tap.side == "in" else module.register_forward_hook(after)


def unfolded(values: Tensor, tap: Tap) -> Tensor:
    """A map as N x channels x rows x columns, whatever order the network keeps it in."""
    if tap.layout == "NCHW":
        return values
    if tap.layout == "NHWC":
        return values.permute(0, 3, 1, 2)
    rows, columns = tap.grid
    patches = values[:, values.shape[1] - rows * columns :]  # class and register tokens come first
    return patches.transpose(1, 2).reshape(len(values), -1, rows, columns)


@torch.no_grad()
def _watched(network: nn.Module, size: tuple[int, int]) -> list[_Call]:
    watch = _Watch(size)
    handles = [
        module.register_forward_hook(lambda _, taken, given, name=name: watch.note(name, taken, given))
        for name, module in network.named_modules()
    ]
    was_training = network.training
    network.eval()
    try:
        picture = torch.zeros(1, 3, *size)
        network(picture)
    except (RuntimeError, ValueError, AssertionError) as error:
        raise ConfigError(
            f"model.input_size: this network cannot look at pictures of {size[0]} × {size[1]} px ({error})"
        ) from error
    finally:
        for handle in handles:
            handle.remove()
        network.train(was_training)
    return [call for call in watch.calls if call.given is not picture]  # a layer that does nothing makes no map


def _heads(network: nn.Module, calls: list[_Call], num_classes: int) -> tuple[str, ...]:
    heads = tuple(
        call.name
        for call in calls
        if isinstance(network.get_submodule(call.name), nn.Linear)
        and call.given is not None
        and call.given.shape[1:] == (num_classes,)
    )
    if not heads:
        raise ConfigError("model.architecture: this network does not end in a linear layer, which the studio needs")
    return heads


def _is_pooling(network: nn.Module, call: _Call) -> bool:
    is_one_cell = call.given is not None and call.given.shape[2:] == (1, 1)
    return is_one_cell and not any(True for _ in network.get_submodule(call.name).parameters())


def _tap(call: _Call, side: Literal["in", "out"]) -> Tap:
    values, layout, stride = (
        (call.taken, call.layout_in, call.stride_in) if side == "in" else (call.given, call.layout_out, call.stride_out)
    )
    assert values is not None and stride is not None and layout is not None
    rows, columns = values.shape[2:] if layout == "NCHW" else values.shape[1:3]
    return Tap(stride=stride, module=call.name, side=side, layout=layout, grid=(int(rows), int(columns)))


def _outermost(calls: list[_Call]) -> _Call | None:
    return min(calls, key=lambda call: call.name.count("."), default=None)


def _before_step(calls: list[_Call], stride: int) -> Tap | None:
    step = _outermost([call for call in calls if call.stride_in == stride and call.stride_out == 2 * stride])
    return _tap(step, "in") if step else None


def _token_tap(network: nn.Module, calls: list[_Call]) -> Tap | None:
    patches = next((call for call in calls if call.stride_out is not None), None)
    if patches is None:
        return None
    blocks = [
        call
        for call in calls
        if call.taken is not None
        and call.given is not None
        and call.taken.ndim == 3
        and call.taken.shape == call.given.shape
        and isinstance(network.get_submodule(call.name.rpartition(".")[0]), nn.Sequential | nn.ModuleList)
    ]
    if not blocks:
        return None
    depth = min(call.name.count(".") for call in blocks)
    last = [call for call in blocks if call.name.count(".") == depth][-1]
    sown = _tap(patches, "out")
    if last.taken is None or last.taken.shape[1] < sown.grid[0] * sown.grid[1]:
        return None
    return Tap(stride=sown.stride, module=last.name, side="in", layout="tokens", grid=sown.grid)


def _first_tensor(value: Any) -> Tensor | None:
    if isinstance(value, Tensor):
        return value
    if isinstance(value, tuple | list) and value:
        return _first_tensor(value[0])
    return None


def _the_tensor(value: Any) -> Tensor:
    tensor = _first_tensor(value)
    assert tensor is not None
    return tensor


def _layout(values: Tensor, size: tuple[int, int]) -> tuple[Layout | None, int | None]:
    if values.ndim != 4:
        return None, None
    grids: tuple[tuple[Layout, int, int], ...] = (("NCHW", *values.shape[2:]), ("NHWC", *values.shape[1:3]))
    for is_strict in (True, False):
        for layout, rows, columns in grids:
            stride = _stride(size, rows, columns, is_strict=is_strict)
            if stride is not None:
                return layout, stride
    return None, None


def _stride(size: tuple[int, int], rows: int, columns: int, *, is_strict: bool) -> int | None:
    for stride in (1, 2, 4, 8, 16, 32, 14):
        if all(_covers(side, cells, stride, is_strict) for side, cells in zip(size, (rows, columns), strict=True)):
            return stride
    return None


def _covers(side: int, cells: int, stride: int, is_strict: bool) -> bool:
    if is_strict:  # sides that are no multiple are rounded up or down
        return cells in (side // stride, -(-side // stride))
    return stride != 14 and 0.6 < cells * stride / side <= 1  # convolutions without padding lose the border
