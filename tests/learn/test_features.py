"""Features of a frozen network: dealt evenly, measured once, kept, shared among ranks."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.core import jobs
from studio.core.children import never
from studio.core.events import JobEnded, PhaseStarted, Progress
from studio.core.presets import PRESETS
from studio.data.dice import keys_of
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest
from studio.learn import feature_store
from studio.learn.assignment import Assignment
from studio.learn.feature_source import FeatureSource, standardise
from studio.learn.features import PLAIN, plan_looks
from studio.learn.losses import build_loss
from studio.learn.pooling import PooledHead
from studio.learn.trainer import Trainer
from tests.data.pictures import save_dishes, silent
from tests.learn.frozen import Bench, frozen, table_of
from tests.learn.tiny import Memory, alone
from tests.learn.training import draw_photos, quick_config, train_here


def test_each_side_of_a_pair_is_seen_in_each_of_its_variations_once():
    keys = keys_of(["a"] * 4 + ["b"] * 2)
    labels = np.array([0, 1, 1, 1, 0, 1])  # one clean photo with three dirty children, one with one
    looks = plan_looks(keys, labels, 2)
    for key in np.unique(keys):
        for label in (0, 1):
            own = np.isin(looks.samples_L, np.flatnonzero((keys == key) & (labels == label)))
            assert sorted(looks.rounds_L[own]) == list(range(1, 1 + 2 * int((keys == key).sum() - 1)))
    assert Counter(labels[looks.samples_L].tolist()) == {0: 8, 1: 8}
    assert Counter(looks.samples_L.tolist()) == {0: 6, 1: 2, 2: 2, 3: 2, 4: 2, 5: 2}


def test_photos_without_children_get_their_views():
    looks = plan_looks(keys_of(["a", "b"]), np.array([0, 1]), 3)
    assert Counter(looks.samples_L.tolist()) == {0: 3, 1: 3}


def test_without_views_every_sample_is_looked_at_once_as_it_is():
    looks = plan_looks(keys_of(["a", "a", "b"]), np.array([0, 1, 0]), 0)
    assert looks.samples_L.tolist() == [0, 1, 2] and set(looks.rounds_L.tolist()) == {PLAIN}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    folder = tmp_path_factory.mktemp("features")
    save_dishes(folder / "photos", 4)
    made = import_manifest([folder / "photos"], folder / "dataset", emit=silent, should_stop=never, workers=0)
    assert made is not None
    return made


def test_features_are_those_of_the_network_for_the_same_pictures(manifest: Manifest, tmp_path: Path):
    bench = Bench(manifest, frozen(tmp_path), tmp_path / "cache")
    source = bench.measure(0)
    assert source is not None and len(source) == 4
    (batch,) = bench.pictures.plain([np.arange(4)])
    wanted = bench.network.pooled(*batch.inputs)
    (given,) = source.plain([np.arange(4)])
    torch.testing.assert_close(given.inputs[0], wanted, atol=1e-4, rtol=1e-3)
    assert given.labels_B.tolist() == [0, 1, 0, 1]


def test_a_pair_is_varied_alike_and_views_differ(manifest: Manifest, tmp_path: Path):
    bench = Bench(manifest, frozen(tmp_path), tmp_path / "cache")
    source = bench.measure(2)
    assert source is not None and len(source) == 8
    assert sorted(Counter(source.keys_N.tolist()).values()) == [1, 1, 1, 1, 2, 2]
    assert len(np.unique(table_of(source).round(4), axis=0)) == 8


def test_fewer_bits_are_for_the_network_alone_not_for_its_pictures(manifest: Manifest, tmp_path: Path):
    exact, coarse = (
        Bench(manifest, frozen(tmp_path), None).measure(2, ranks=alone(bits)) for bits in ("float32", "bfloat16")
    )
    assert exact is not None and coarse is not None
    assert np.abs(table_of(coarse) - table_of(exact)).mean() < 0.05 * table_of(exact).std()


def test_what_was_measured_once_is_read_again(manifest: Manifest, tmp_path: Path):
    first = Bench(manifest, frozen(tmp_path), tmp_path / "cache")
    again = Bench(manifest, frozen(tmp_path), tmp_path / "cache")
    one, two = first.measure(2), again.measure(2)
    assert one is not None and two is not None
    assert (first.looked, again.looked) == (8, 0)
    assert np.array_equal(table_of(one), table_of(two))
    assert again.measure(3) is not None and again.looked == 4


def test_another_network_measures_anew(manifest: Manifest, tmp_path: Path):
    Bench(manifest, frozen(tmp_path), tmp_path / "cache").measure(1)
    other = Bench(manifest, frozen(tmp_path, seed=1), tmp_path / "cache")
    other.measure(1)
    assert other.looked == 4


def test_without_a_folder_or_room_features_stay_in_memory(
    manifest: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    stored = Bench(manifest, frozen(tmp_path), tmp_path / "cache").measure(1)
    in_memory = Bench(manifest, frozen(tmp_path), None).measure(1)
    monkeypatch.setattr(feature_store, "SPARE_BYTES", 10**18)
    without_room = Bench(manifest, frozen(tmp_path), tmp_path / "full").measure(1)
    assert stored is not None and in_memory is not None and without_room is not None
    assert np.array_equal(table_of(stored), table_of(in_memory))
    assert np.array_equal(table_of(stored), table_of(without_room))


def test_a_stop_keeps_what_was_seen(manifest: Manifest, tmp_path: Path):
    stopped = Bench(manifest, frozen(tmp_path), tmp_path / "cache")
    assert stopped.measure(2, should_stop=lambda: True) is None
    rest = Bench(manifest, frozen(tmp_path), tmp_path / "cache")
    assert rest.measure(2) is not None
    assert 0 < rest.looked < 8


def test_progress_is_told_up_to_the_end(manifest: Manifest, tmp_path: Path):
    bench = Bench(manifest, frozen(tmp_path), None)
    bench.measure(2)
    told = [event for event in bench.events if isinstance(event, Progress)]
    assert (told[-1].phase, told[-1].done, told[-1].total) == ("looking", 8, 8)


def test_two_ranks_measure_what_one_measures(manifest: Manifest, tmp_path: Path):
    alone_here = Bench(manifest, frozen(tmp_path / "alone"), None).measure(2)
    *_, last = jobs.start("tests.learn.feature_rank_jobs:measure", str(manifest.folder), tmp_path, ranks=2).events()
    assert last == JobEnded(outcome="done", exit_codes=(0, 0)), last
    assert alone_here is not None
    for rank in (0, 1):
        table = torch.load(tmp_path / f"rank{rank}.pt", weights_only=True)
        torch.testing.assert_close(table, torch.from_numpy(table_of(alone_here)), atol=1e-4, rtol=1e-3)


def test_the_head_gets_mean_and_spread_of_all_looks(manifest: Manifest, tmp_path: Path):
    network = frozen(tmp_path)
    source = Bench(manifest, network, None).measure(2)
    assert source is not None and network.head is not None
    standardise(network.head, source)
    table = table_of(source)
    torch.testing.assert_close(network.head.mean_F, torch.from_numpy(table.mean(0)), atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(network.head.spread_F, torch.from_numpy(table.std(0)) + 1e-3, atol=1e-4, rtol=1e-3)


def test_the_transfer_settings_reach_the_head_s_solution():
    """The trainer's steps against the minimum that L-BFGS finds."""
    values = {name: value for name, value in PRESETS["transfer"].values.items() if name.startswith("training.")}
    config = quick_config().with_values(values)
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 320)
    mixing = rng.normal(size=(12, 60)) * np.linspace(4, 0.1, 12)[:, None]  # correlated, as features are
    table = (rng.normal(size=(320, 12)) @ mixing + 0.4 * labels[:, None] * rng.normal(size=60)).astype(np.float32)
    table = (table - table.mean(0)) / table.std(0)
    source = FeatureSource(
        labels_N=torch.from_numpy(labels),
        keys_N=keys_of(map(str, range(320))),
        samples_N=np.arange(320),
        table=table,
        rows_N=np.arange(320),
    )
    head = PooledHead(60, 2)
    assignment = Assignment(
        config=config, seed=0, member=1, classes=2, score_class=1, loss=build_loss(config.training, (1.0, 1.0))
    )
    Trainer(
        head, source, None, assignment, ranks=alone(), keeper=Memory(), emit=lambda event: None, should_stop=never
    ).fit()

    def loss_of(weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        logits = torch.from_numpy(table) @ weight.T + bias
        decay = config.training.weight_decay / 2 * weight.square().sum()
        return torch.nn.functional.cross_entropy(logits, torch.from_numpy(labels)) + decay

    weight, bias = torch.zeros(2, 60, requires_grad=True), torch.zeros(2, requires_grad=True)
    solver = torch.optim.LBFGS([weight, bias], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        solver.zero_grad()
        loss = loss_of(weight, bias)
        loss.backward()
        return loss

    solver.step(closure)
    with torch.no_grad():
        gap = loss_of(head.linear.weight, head.linear.bias) / loss_of(weight, bias) - 1
    assert 0 <= float(gap) + 1e-6 < 0.01
    assert torch.cosine_similarity(head.linear.weight.flatten(), weight.flatten(), dim=0) > 0.99


def test_a_frozen_backbone_trains_through_the_job(tmp_path: Path):
    frozen(tmp_path)
    config = quick_config(
        model__weights=str(tmp_path / "weights.pt"), model__freeze="backbone", model__views=2, training__epochs=3
    )
    training = train_here(draw_photos(tmp_path / "photos", {"clean": 8, "dirty": 8}), tmp_path / "run", config)
    assert training.finished.outcome == "finished"
    assert "looking" in [event.phase for event in training.of(PhaseStarted)]
    again = train_here(tmp_path / "run" / "dataset", tmp_path / "again", config)
    assert all(torch.equal(value, again.weights()[name]) for name, value in training.weights().items())
