"""Threads that take photos from file to answer."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from studio.learn.desks import ahead_of, desks


def test_results_come_in_the_order_of_the_items() -> None:
    with ThreadPoolExecutor(3) as threads:
        assert list(ahead_of(lambda number: number * number, range(20), threads, ahead=4)) == [n * n for n in range(20)]


def test_no_more_is_begun_than_was_asked_for_ahead() -> None:
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        return number

    with ThreadPoolExecutor(2) as threads:
        results = ahead_of(work, range(100), threads, ahead=3)
        assert [next(results), next(results)] == [0, 1]
        results.close()  # type: ignore[attr-defined]
    assert len(begun) <= 5


def test_an_error_reaches_who_takes_the_results() -> None:
    def work(number: int) -> int:
        raise ValueError(f"photo {number}")

    with ThreadPoolExecutor(2) as threads, pytest.raises(ValueError, match="photo 0"):
        list(ahead_of(work, range(3), threads, ahead=2))


def test_the_cores_are_shared_and_given_back() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(4)
    try:
        with desks(2) as threads:
            seen = {threads.submit(torch.get_num_threads).result() for _ in range(4)}
        assert seen == {2}
        assert torch.get_num_threads() == 4
    finally:
        torch.set_num_threads(before)


def test_its_threads_end_with_it() -> None:
    with desks(2) as threads:
        threads.submit(int).result()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("photos")]
