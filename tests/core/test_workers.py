"""Warm processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from studio.core.workers import Answer, Worker


@pytest.fixture
def doubler() -> Iterator[Worker]:
    worker = Worker("tests.core.job_targets:make_doubler")
    yield worker
    worker.close()


def test_a_worker_says_when_it_is_ready_and_then_answers(doubler: Worker) -> None:
    answers = doubler.answers()
    assert next(answers) == Answer(number=0)
    number = doubler.ask(21)
    assert next(answers) == Answer(number=number, value=42)


def test_bad_input_leaves_the_worker_alive(doubler: Worker) -> None:
    answers = doubler.answers()
    doubler.ask(-1)
    doubler.ask(1)
    next(answers)
    assert next(answers) == Answer(number=1, error="-1 is negative; give a positive number", is_user_error=True)
    assert next(answers) == Answer(number=2, value=2)


def test_a_request_that_newer_ones_replace_is_dropped() -> None:
    worker = Worker("tests.core.job_targets:make_slow_echo")
    try:
        answers = worker.answers()
        next(answers)
        last = [worker.ask(value, channel="preview") for value in range(20)][-1]
        heard = []
        for answer in answers:
            heard.append(answer.number)
            if answer.number == last:
                break
        assert len(heard) < 20
    finally:
        worker.close()


def test_answers_end_when_the_worker_has_died(doubler: Worker) -> None:
    answers = doubler.answers()
    next(answers)
    doubler.close()
    doubler.ask(1)
    assert list(answers) == []
