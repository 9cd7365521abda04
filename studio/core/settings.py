"""The settings as the form, the command line, a search and the README see them."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic.fields import FieldInfo

from studio.core import registry
from studio.core.config import StudioConfig
from studio.core.sections import Section


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One setting as the form, the command line and the README see it.

    Attributes:
        path: `section.name`.
        kind: `switch`, `whole`, `number`, `text`, `choice`, `size` (two whole numbers) or `kinds` (name -> strength).
        low, high: the range, where there is one; `low_is_open` when `low` itself is not allowed.
        choices: the values of a choice, in order.
        titles: what the form calls them.
        empty: what the form shows where it is empty.
        is_optional: whether it may be empty (null).
        search: values that a hyper-parameter search tries.
        reach: lowest and highest number that a smart search tries.
        is_in_grid: whether a grid search crosses it with the others.
    """

    path: str
    title: str
    help: str
    kind: Literal["switch", "whole", "number", "text", "choice", "size", "kinds"]
    default: Any
    unit: str
    low: float | None
    high: float | None
    low_is_open: bool
    choices: tuple[str, ...]
    titles: tuple[str, ...]
    empty: str
    is_optional: bool
    is_advanced: bool
    is_log: bool
    search: tuple[Any, ...]
    reach: tuple[float, float] | None = None
    is_in_grid: bool = False

    @property
    def section(self) -> str:
        """The section's key, such as `training`."""
        return self.path.partition(".")[0]

    @property
    def name(self) -> str:
        """The key within the section, such as `epochs`."""
        return self.path.partition(".")[2]


def sections() -> Iterator[tuple[str, str]]:
    """Keys and titles of the sections, in order."""
    for name, info in StudioConfig.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, Section):
            yield name, str(info.annotation.__doc__)


def settings() -> Iterator[Setting]:
    """Every setting, in order, read off the declarations above."""
    for section, _ in sections():
        model = StudioConfig.model_fields[section].annotation
        assert isinstance(model, type) and issubclass(model, Section)
        for name, info in model.model_fields.items():
            yield _read_field(f"{section}.{name}", info)


def _read_field(path: str, info: FieldInfo) -> Setting:
    extra = typing.cast("dict[str, Any]", info.json_schema_extra)
    options = typing.get_args(info.annotation) if _is_union(info.annotation) else (info.annotation,)
    plain = next(option for option in options if option is not type(None))
    choices: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    if extra["kinds"]:
        choices, titles = zip(*((entry.name, entry.title) for entry in getattr(registry, extra["kinds"])), strict=True)
    elif typing.get_origin(plain) is Literal:
        choices = typing.get_args(plain)
        titles = tuple(_title(choice) for choice in choices)
    kind: Any = {bool: "switch", int: "whole", float: "number", str: "text"}.get(plain, "kinds")
    if choices:
        kind = "choice"
    elif typing.get_origin(plain) is tuple:
        kind = "size"
    limits = {type(limit).__name__: limit for limit in _limits(info, plain)}
    low = getattr(limits.get("Ge"), "ge", getattr(limits.get("Gt"), "gt", None))
    return Setting(
        path=path,
        title=str(info.title),
        help=str(info.description),
        kind=kind,
        default=info.default,
        unit=extra["unit"],
        low=low,
        high=getattr(limits.get("Le"), "le", None),
        low_is_open="Gt" in limits,
        choices=choices,
        titles=titles,
        empty=extra["empty"],
        is_optional=type(None) in options,
        is_advanced=extra["advanced"],
        is_log=extra["log"],
        search=tuple(extra["search"] or ()),
        reach=tuple(extra["reach"]) if extra["reach"] else None,
        is_in_grid=extra["in_grid"],
    )


_TITLES = {
    "cpu": "CPU",
    "cuda": "CUDA",
    "mps": "MPS",
    "bfloat16": "bfloat16",
    "float16": "float16",
    "float32": "float32",
}


def _title(choice: str) -> str:
    """A choice as the form shows it: `inverse_frequency` as `Inverse frequency`."""
    words = choice.replace("_", " ").replace("val ", "validation ").replace("auroc", "AUROC")
    return _TITLES.get(choice, words[:1].upper() + words[1:])


def _is_union(annotation: Any) -> bool:
    return typing.get_origin(annotation) in (typing.Union, types.UnionType)


def _limits(info: FieldInfo, plain: Any) -> list[Any]:
    if typing.get_origin(plain) is not tuple:
        return list(info.metadata)
    side = typing.get_args(plain)[0]
    return [limit for field in side.__metadata__ for limit in field.metadata]
