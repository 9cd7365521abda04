"""StudioConfig: what a person has set, checked at birth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pydantic
from pydantic import Field, model_validator

from studio.core import registry
from studio.core.bounded import read_text
from studio.core.errors import ConfigError
from studio.core.sections import (
    AugmentationSettings,
    CheckpointingSettings,
    ClassWeightingSettings,
    DataSettings,
    DecisionSettings,
    DirtSettings,
    EarlyStoppingSettings,
    EmaSettings,
    EnsembleSettings,
    HardwareSettings,
    MixupSettings,
    ModelSettings,
    MonitoringSettings,
    SearchSettings,
    Section,
    SplitSettings,
    TrainingSettings,
    TtaSettings,
)

SCHEMA_VERSION = 1
_MOST_SHOWN = 120


class StudioConfig(Section):
    """Everything that a person can set, in sections."""

    schema_version: int = Field(default=SCHEMA_VERSION, ge=1, le=SCHEMA_VERSION)
    preset: str | None = None
    model: ModelSettings = ModelSettings()
    training: TrainingSettings = TrainingSettings()
    data: DataSettings = DataSettings()
    augmentation: AugmentationSettings = AugmentationSettings()
    class_weighting: ClassWeightingSettings = ClassWeightingSettings()
    early_stopping: EarlyStoppingSettings = EarlyStoppingSettings()
    checkpointing: CheckpointingSettings = CheckpointingSettings()
    dirt: DirtSettings = DirtSettings()
    split: SplitSettings = SplitSettings()
    hardware: HardwareSettings = HardwareSettings()
    ema: EmaSettings = EmaSettings()
    mixup: MixupSettings = MixupSettings()
    ensemble: EnsembleSettings = EnsembleSettings()
    tta: TtaSettings = TtaSettings()
    decision: DecisionSettings = DecisionSettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    search: SearchSettings = SearchSettings()

    @model_validator(mode="after")
    def _settings_agree(self) -> StudioConfig:
        if self.model.freeze == "backbone" and not (self.model.pretrained or self.model.weights):
            raise ValueError(
                "model.freeze: a frozen backbone needs weights; set model.pretrained to true or name model.weights"
            )
        if self.split.cross_fit == "on" and self.ensemble.members < 2:
            raise ValueError(
                f"ensemble.members: {self.ensemble.members}, but cross-fitting holds each photo out from one of several"
                " members; set it to 2 or more, or split.cross_fit to auto"
            )
        return self

    @classmethod
    def from_mapping(cls, values: object, *, place: str = "") -> StudioConfig:
        """Check a nested mapping and make the config.

        Args:
            values: a mapping of sections with their settings; what is missing keeps its default.
            place: where the values came from, named first in an error.

        Raises:
            ConfigError: unknown keys, wrong types, values out of range; all of them in one message.
        """
        head = f"{place}: " if place else ""
        if not isinstance(values, Mapping):  # of a file that anybody may have written
            raise ConfigError(f"{head}holds no JSON object of sections")
        try:
            return cls.model_validate(migrate(values))
        except ConfigError as error:
            raise ConfigError(f"{head}{error}") from None
        except pydantic.ValidationError as error:
            raise ConfigError("; ".join(head + sentence for _, sentence in problems(error))) from None

    @classmethod
    def load(cls, file: Path) -> StudioConfig:
        """Read a config file.

        Raises:
            ConfigError: the file is missing, unreadable, no JSON, or holds a wrong setting.
        """
        return cls.from_mapping(read_json(file), place=str(file))

    def edited(self, **changes: Any) -> StudioConfig:
        """A new config with some settings changed.

        Args:
            changes: by path with `__` for the dot, such as `training__epochs=3`.

        Raises:
            ConfigError: as for `from_mapping`.
        """
        return self.with_values({name.replace("__", "."): value for name, value in changes.items()})

    def with_values(self, values: Mapping[str, Any]) -> StudioConfig:
        """A new config with the settings at these dotted paths changed.

        Raises:
            ConfigError: as for `from_mapping`.
        """
        return StudioConfig.from_mapping(overlaid(self.to_mapping(), nested(values)))

    def value(self, path: str) -> Any:
        """The value at a dotted path such as `training.epochs`."""
        section, _, name = path.partition(".")
        return getattr(getattr(self, section), name)

    def to_mapping(self) -> dict[str, Any]:
        """Plain values in sections, as in the JSON file."""
        return self.model_dump(mode="json")

    def to_json(self) -> str:
        """The text of the config file, indented by two, lists on one line."""
        text = json.dumps(self.to_mapping(), indent=2, ensure_ascii=False)
        height, width = self.model.input_size
        return text.replace(f"[\n      {height},\n      {width}\n    ]", f"[{height}, {width}]") + "\n"


def problems(error: pydantic.ValidationError) -> list[tuple[str, str]]:
    """What is wrong, one sentence for each setting.

    Returns:
        pairs of a dotted path (empty for the whole) and a sentence such as `training.epochs: 0 is below 1`.
    """
    return [_problem(item) for item in error.errors()]


def faults(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with a nested mapping; empty when it makes a config.

    Returns:
        pairs as for `problems`.
    """
    try:
        StudioConfig.model_validate(migrate(values))
    except pydantic.ValidationError as error:
        return problems(error)
    except ConfigError as error:
        return [("", str(error))]
    return []


def salvaged(values: Mapping[str, Any]) -> tuple[StudioConfig | None, list[str]]:
    """Take over what another version kept, as far as this one knows it.

    Args:
        values: sections with their settings.

    Returns:
        the config, with the default for each setting that cannot be taken over, or None when nothing can; and what is
        wrong with those, a sentence for each.
    """
    kept = {section: dict(inside) if isinstance(inside, Mapping) else inside for section, inside in values.items()}
    told: list[str] = []
    while wrong := faults(kept):
        told += [sentence for _, sentence in wrong]
        taken_out = [_take_out(kept, path) for path in dict(wrong)]  # a list may be wrong in several places
        if not any(taken_out):
            return None, told
    return (StudioConfig.from_mapping(kept) if any(kept.values()) else None), told


def _take_out(values: dict[str, Any], path: str) -> bool:
    """Remove the setting at a path, or what should be a section; whether there was one."""
    section, _, name = path.partition(".")
    inside = values if path in values else values.get(section)
    key = path if path in values else name
    if not isinstance(inside, dict) or key not in inside:
        return False
    del inside[key]
    return True


def _problem(item: Any) -> tuple[str, str]:
    whole = ".".join(str(part) for part in item["loc"][:2])
    return whole, _sentence(item, _short(whole))


def _sentence(item: Any, path: str) -> str:
    kind, given, context = item["type"], item["input"], item.get("ctx", {})
    shown = _short(json.dumps(given, default=str) if not isinstance(given, str) else repr(given))
    match kind:
        case "extra_forbidden":
            known = _keys_at(item["loc"][:-1])
            return f"{path}: unknown setting{registry.nearest(str(item['loc'][-1]), known)}"
        case "greater_than_equal":
            return f"{path}: {shown} is below {context['ge']:g}"
        case "greater_than":
            return f"{path}: {shown} is not above {context['gt']:g}"
        case "less_than_equal":
            return f"{path}: {shown} is above {context['le']:,g}"
        case "literal_error":
            return f"{path}: {shown} is not one of {context['expected'].replace(chr(39), '')}"
        case "value_error":
            text = str(context["error"])
            return text if not path or text.startswith(path) else f"{path}: {text}"
        case _:
            wanted = _WANTED.get(kind)
            return f"{path}: {shown} is not {wanted}" if wanted else f"{path}: {item['msg']}"


def _short(text: str) -> str:
    """A value in a sentence: anybody may have written it, at any length."""
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


_WANTED = {
    "int_parsing": "a whole number", "int_type": "a whole number", "int_from_float": "a whole number",
    "float_parsing": "a number", "float_type": "a number", "finite_number": "a finite number",
    "bool_parsing": "true or false", "bool_type": "true or false", "string_type": "text",
    "tuple_type": "a pair [height, width]", "missing": "a pair [height, width]", "too_long": "a pair [height, width]",
    "mapping_type": "a mapping of kind to strength", "dict_type": "a mapping of kind to strength",
    "model_type": "a section with settings",
}  # fmt: skip


def _keys_at(location: tuple[Any, ...]) -> tuple[str, ...]:
    if not location:
        return tuple(StudioConfig.model_fields)
    model = StudioConfig.model_fields[str(location[0])].annotation
    return tuple(model.model_fields) if isinstance(model, type) and issubclass(model, Section) else ()


def migrate(values: Mapping[str, Any]) -> dict[str, Any]:
    """Bring a mapping that an older version wrote to today's schema.

    Raises:
        ConfigError: a newer version of the studio wrote it.
    """
    version = values.get("schema_version", SCHEMA_VERSION)
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise ConfigError(
            f"schema_version: {_short(str(version))} was written by a newer Spotless Studio;"
            f" this one reads up to {SCHEMA_VERSION}"
        )
    return dict(values)


def read_json(file: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        ConfigError: it cannot be read, or is not a JSON object.
    """
    try:
        values = json.loads(read_text(file))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror or error})") from None
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{file}: is not valid JSON ({error})") from None
    if not isinstance(values, dict):
        raise ConfigError(f"{file}: holds no JSON object of sections")
    return values


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """`{"training.epochs": 3}` as `{"training": {"epochs": 3}}`.

    Raises:
        ConfigError: a path names no setting.
    """
    result: dict[str, Any] = {}
    for path, value in values.items():
        section, dot, name = path.partition(".")
        if dot:
            result.setdefault(section, {})[name] = value
        else:
            result[section] = value
    return result


def overlaid(base: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with the settings of `top` laid over, section by section."""
    result = dict(base)
    for key, value in top.items():
        below = result.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            result[key] = {**below, **value}
        else:
            result[key] = value
    return result
