"""Registries: how a new architecture, optimizer, loss or kind of dirt is one decorated function.

A registry knows by name which modules register into it and imports them at the first look, so `core` depends on
nobody and listing the kinds loads nothing heavy: those modules import torch inside their builders only.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from studio.core.errors import ConfigError

T = TypeVar("T", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class Entry(Generic[T]):
    """One registered kind.

    Attributes:
        name: what settings and files call it, such as `warmup_cosine`.
        title: what the window calls it, such as `Warm-up, then cosine`.
        help: one sentence for the person who chooses.
        build: the decorated function itself.
        traits: facts that a chooser needs before anything is built, such as `pretrained=True`.
    """

    name: str
    title: str
    help: str
    build: T
    traits: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


class Registry(Generic[T]):
    """Named kinds of one noun, in the order in which they were registered."""

    def __init__(self, noun: str, modules: tuple[str, ...]) -> None:
        """Args:
        noun: what an error calls a member, such as `optimizer`.
        modules: dotted names of the modules whose import registers members.
        """
        self.noun = noun
        self._modules = modules
        self._entries: dict[str, Entry[T]] = {}
        self._is_loaded = False

    def register(self, name: str, *, title: str, help: str, **traits: object) -> Callable[[T], T]:
        """Decorate the function that makes this kind.

        Raises:
            ValueError: `name` is taken, in which case two files claim the same kind.
        """

        def keep(build: T) -> T:
            if name in self._entries:
                raise ValueError(f"two functions register the {self.noun} {name!r}")
            self._entries[name] = Entry(
                name=name, title=title, help=help, build=build, traits=MappingProxyType(dict(traits))
            )
            return build

        return keep

    def names(self) -> tuple[str, ...]:
        """The names of all members."""
        self._load()
        return tuple(self._entries)

    def __iter__(self) -> Iterator[Entry[T]]:
        self._load()
        return iter(tuple(self._entries.values()))

    def __contains__(self, name: object) -> bool:
        self._load()
        return name in self._entries

    def __getitem__(self, name: str) -> Entry[T]:
        """The member called `name`.

        Raises:
            ConfigError: there is none; the sentence names the nearest one and all others.
        """
        self._load()
        try:
            return self._entries[name]
        except KeyError:
            raise ConfigError(f"unknown {self.noun} {name!r}{nearest(name, self._entries)}") from None

    def _load(self) -> None:
        if not self._is_loaded:
            for module in self._modules:
                importlib.import_module(module)
            self._is_loaded = True


def nearest(name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """The tail of an error about an unknown name: the likely right one, else all of them.

    Returns:
        text to append, such as `; did you mean 'adamw'?` or `; choose one of adam, adamw, sgd`.
    """
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; choose one of {', '.join(known)}"


ARCHITECTURES: Registry[Callable[..., Any]] = Registry("architecture", ("studio.learn.architectures",))
OPTIMIZERS: Registry[Callable[..., Any]] = Registry("optimizer", ("studio.learn.optimization",))
SCHEDULERS: Registry[Callable[..., Any]] = Registry("scheduler", ("studio.learn.optimization",))
LOSSES: Registry[Callable[..., Any]] = Registry("loss", ("studio.learn.losses",))
DIRT_KINDS: Registry[Callable[..., Any]] = Registry(
    "kind of dirt",
    (
        "studio.dirt.smears",
        "studio.dirt.films",
        "studio.dirt.crumbs",
        "studio.dirt.spots",
        "studio.dirt.wear",
    ),
)
LOOK_ALIKES: Registry[Callable[..., Any]] = Registry(
    "look-alike",
    (
        "studio.dirt.lookalikes.metals",
        "studio.dirt.lookalikes.materials",
        "studio.dirt.lookalikes.prints",
        "studio.dirt.lookalikes.lights",
        "studio.dirt.lookalikes.water",
        "studio.dirt.lookalikes.scars",
    ),
)
