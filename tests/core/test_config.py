"""Settings: declared once, checked at birth."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from studio.core.config import StudioConfig, salvaged
from studio.core.errors import ConfigError
from studio.core.presets import CONSTRAINTS, PRESETS, apply_preset, compose
from studio.core.settings import sections, settings

GUIDE = """{
    "model": {"architecture": "custom_cnn", "num_classes": 2, "input_size": [224, 224], "pretrained": false},
    "training": {"epochs": 10, "batch_size": 16, "learning_rate": 0.001, "weight_decay": 1e-4, "optimizer": "adam",
                 "scheduler": "step", "step_size": 5, "gamma": 0.1},
    "data": {"train_ratio": 0.8, "val_ratio": 0.1, "test_ratio": 0.1, "augmentation": true, "normalize": true},
    "class_weighting": {"enabled": true, "strategy": "inverse_frequency"},
    "early_stopping": {"enabled": true, "patience": 5, "min_delta": 0.001},
    "checkpointing": {"save_best": true, "save_last": true, "monitor": "val_accuracy"}
}"""


def test_the_guides_example_loads_unchanged_and_its_values_are_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(GUIDE)
    assert StudioConfig.load(file) == StudioConfig().edited(model__num_classes=2)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"training": {"epochs": 0}}, "training.epochs: 0 is below 1"),
        ({"training": {"learning_rate": 0}}, "training.learning_rate: 0 is not above 0"),
        ({"training": {"batch_size": 100000}}, "training.batch_size: 100000 is above 65,536"),
        ({"training": {"epochs": "ten"}}, "training.epochs: 'ten' is not a whole number"),
        ({"training": {"epochz": 3}}, "training.epochz: unknown setting; did you mean 'epochs'?"),
        ({"trainning": {}}, "trainning: unknown setting; did you mean 'training'?"),
        (
            {"training": {"optimizer": "adan"}},
            "training.optimizer: unknown optimizer 'adan'; did you mean 'adam'?",
        ),
        ({"hardware": {"device": "gpu"}}, "hardware.device: 'gpu' is not one of auto, cpu, cuda or mps"),
        ({"data": {"train_ratio": 0.9}}, "data: train_ratio + val_ratio + test_ratio is 1.1, but must be 1"),
        ({"model": {"input_size": [20, 224]}}, "model.input_size: 20 is below 32"),
        (
            {"dirt": {"kinds": {"smeer": 1}}},
            "dirt.kinds: unknown kind of dirt 'smeer'; did you mean 'smear'?",
        ),
        ({"dirt": {"kinds": {"smear": 2}}}, "dirt.kinds: smear: 2 is not between 0 and 1"),
        (
            {"model": {"freeze": "backbone"}},
            "model.freeze: a frozen backbone needs weights; set model.pretrained to true or name model.weights",
        ),
        (
            {"split": {"cross_fit": "on"}},
            "ensemble.members: 1, but cross-fitting holds each photo out from one of several members;"
            " set it to 2 or more, or split.cross_fit to auto",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_and_the_way_out(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        StudioConfig.from_mapping(values, place="lab.json")
    assert str(caught.value) == f"lab.json: {sentence}"


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigError, match="epochs: 0 is below 1; .*patience: 0 is below 1"):
        StudioConfig.from_mapping({"training": {"epochs": 0}, "early_stopping": {"patience": 0}})


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"training": {"learning_rate": NaN}}', "[" * 100_000])
def test_a_broken_file_is_a_clear_error_that_names_it(tmp_path: Path, text: str) -> None:
    file = tmp_path / "häßlich.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="häßlich.json: "):
        StudioConfig.load(file)


def test_a_missing_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="none.json: cannot be read"):
        StudioConfig.load(tmp_path / "none.json")


def test_a_file_of_a_newer_version_is_refused() -> None:
    with pytest.raises(ConfigError, match="newer Spotless Studio"):
        StudioConfig.from_mapping({"schema_version": 99})


def test_a_config_survives_its_own_json_and_a_pickle() -> None:
    config = apply_preset("transfer").edited(dirt__kinds={"smear": 0.5}, training__epochs=3)
    assert StudioConfig.from_mapping(json.loads(config.to_json())) == config
    assert pickle.loads(pickle.dumps(config)) == config


def test_augmentation_may_be_a_switch() -> None:
    levels = [StudioConfig().edited(data__augmentation=value).data.augmentation for value in (True, False)]
    assert levels == ["advanced", "none"]


def test_the_guides_strategies_have_all_their_values() -> None:
    cpu = apply_preset("cpu-only")
    assert (cpu.model.architecture, cpu.training.batch_size, cpu.training.epochs) == ("mobilenet_v3", 8, 15)
    assert (cpu.data.workers, cpu.hardware.precision, cpu.early_stopping.patience) == (2, "float32", 3)
    assert (cpu.training.gradient_accumulation_steps, cpu.training.max_train_batches) == (4, 50)
    balanced = apply_preset("balanced")
    assert (balanced.model.architecture, balanced.training.batch_size, balanced.training.epochs) == (
        "custom_cnn",
        16,
        10,
    )
    assert (balanced.training.scheduler, balanced.data.workers, balanced.data.augmentation) == (
        "cosine",
        4,
        "advanced",
    )
    high = apply_preset("high-performance")
    assert (high.model.architecture, high.training.batch_size, high.training.epochs) == ("resnet50", 64, 50)
    assert (high.data.workers, high.training.scheduler, high.data.augmentation) == (
        8,
        "warmup_cosine",
        "heavy",
    )
    assert high.training.gradient_clipping and high.tta.enabled and high.ensemble.members > 1


def test_against_overfitting_keeps_architecture_and_epochs() -> None:
    base = apply_preset("cpu-only")
    config = apply_preset("against-overfitting", base)
    assert (config.model.architecture, config.training.epochs) == ("mobilenet_v3", 15)
    assert (config.model.dropout, config.training.weight_decay, config.training.batch_size) == (0.5, 1e-3, 8)
    assert (config.training.learning_rate, config.training.label_smoothing, config.mixup.alpha) == (
        1e-4,
        0.1,
        0.2,
    )
    assert (config.data.augmentation, config.early_stopping.patience) == ("heavy", 3)


@pytest.mark.parametrize("slug", PRESETS)
def test_every_preset_is_a_valid_config_that_knows_its_name(slug: str) -> None:
    assert apply_preset(slug).preset == slug


def test_constraints_are_the_guides_table() -> None:
    table = {name: (c.model.architecture, c.training.batch_size, c.training.epochs)
             for name in CONSTRAINTS for c in [compose(constraint=name)]}  # fmt: skip
    assert table == {
        "low": ("mobilenet_v3", 8, 15),
        "medium": ("custom_cnn", 16, 10),
        "high": ("resnet50", 32, 20),
    }


def test_flags_win_over_the_file_and_the_file_over_the_preset() -> None:
    config = compose(
        preset="balanced",
        file_values={"training": {"epochs": 7, "batch_size": 4}},
        flags={"training.epochs": 3},
    )
    assert (config.training.epochs, config.training.batch_size, config.training.scheduler) == (3, 4, "cosine")


def test_without_preset_and_file_it_is_transfer() -> None:
    assert compose().preset == "transfer"
    assert compose(file_values={}).preset is None


def test_a_file_may_name_its_preset() -> None:
    config = compose(file_values={"preset": "balanced", "training": {"epochs": 7}})
    assert (config.preset, config.training.scheduler, config.training.epochs) == ("balanced", "cosine", 7)
    assert compose(preset="cpu-only", file_values={"preset": "balanced"}).model.architecture == "mobilenet_v3"
    with pytest.raises(ConfigError, match="unknown preset 'fast'"):
        compose(file_values={"preset": "fast"})


def test_gradient_clipping_is_also_a_switch() -> None:
    switched = [compose(flags={"training.gradient_clipping": on}).training.gradient_clipping for on in (True, False)]
    assert switched == [1.0, None]


def test_kinds_of_dirt_that_are_no_mapping_are_named() -> None:
    with pytest.raises(ConfigError, match="dirt.kinds: 'x' is not a mapping of kind to strength"):
        compose(flags={"dirt.kinds": "x"})


@pytest.mark.parametrize("asked", [{"preset": "fast"}, {"constraint": "tiny"}])
def test_an_unknown_strategy_is_refused_with_the_choices(asked: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="unknown"):
        compose(**asked)  # type: ignore[arg-type]


def test_every_setting_can_be_shown_in_a_form() -> None:
    known = {name for name, _ in sections()}
    for setting in settings():
        assert setting.section in known
        assert setting.title and setting.help.endswith("."), setting.path
        if setting.kind in ("whole", "number") and setting.default is not None:
            assert setting.low is not None and setting.high is not None, setting.path
        if setting.kind == "choice":
            assert setting.default in setting.choices, setting.path


def test_what_another_version_kept_is_taken_over_as_far_as_it_is_known() -> None:
    kept = StudioConfig().edited(training__epochs=7).to_mapping()
    kept["training"] |= {"batch_size": "many", "epoch_count": 3}
    kept["gone"] = {"setting": 1}
    config, told = salvaged(kept)
    assert config == StudioConfig().edited(training__epochs=7)
    assert [sentence.split(":")[0] for sentence in told] == ["training.batch_size", "training.epoch_count", "gone"]


@pytest.mark.parametrize(
    ("section", "wrong"),
    [("model", {"input_size": ["a", "b"]}), ("training", {"unknown" * 40: 1}), ("training", {"a.b": 1})],
)
def test_a_wrong_setting_takes_no_other_one_along(section: str, wrong: dict[str, object]) -> None:
    kept = StudioConfig().edited(model__num_classes=7, training__epochs=7).to_mapping()
    kept[section] |= wrong
    kept[f"{section}.unknown"] = 1
    config, _ = salvaged(kept)
    assert config == StudioConfig().edited(model__num_classes=7, training__epochs=7)


@pytest.mark.parametrize("kept", [{"schema_version": 99}, {"training": {"no_such_setting": 1}}, {"training": 3}])
def test_where_nothing_can_be_taken_over_that_is_said(kept: dict[str, object]) -> None:
    config, told = salvaged(kept)
    assert config is None
    assert told
