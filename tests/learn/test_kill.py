"""A training that is killed in the middle, and goes on."""

from __future__ import annotations

from pathlib import Path

from studio.core import jobs
from studio.core.events import JobEnded, RunFinished, RunStarted
from studio.core.requests import TrainRequest
from tests.learn.training import are_equal, draw_photos, quick_config, train_here


def test_a_run_killed_in_mid_epoch_resumes_to_the_weights_of_an_unbroken_one(tmp_path: Path):
    photos = draw_photos(tmp_path / "photos", {"clean": 30, "dirty": 30})
    config = quick_config(
        training__epochs=4, training__batch_size=4, model__input_size=64, data__augmentation="advanced"
    )
    request = TrainRequest(config=config, data=str(photos))
    said = list(jobs.start("tests.learn.killed_jobs:train_until_killed", request, tmp_path / "killed").events())
    assert isinstance(said[-1], JobEnded) and said[-1].exit_codes == (-9,)
    assert not any(isinstance(event, RunFinished) for event in said)

    resumed = train_here("", tmp_path / "killed", config, is_resumed=True)
    whole = train_here(photos, tmp_path / "whole", config)
    assert resumed.of(RunStarted)[0].first_epoch == 3
    assert are_equal(resumed.last_weights(), whole.last_weights())
    assert are_equal(resumed.weights(), whole.weights())
