from __future__ import annotations

import multiprocessing
import sys
from pathlib import Path

import psutil
import pytest

from studio.core.children import never
from studio.core.errors import UserError
from studio.data.pool import spread
from tests.data.pictures import stop_after
from tests.data.pool_tasks import fail, hold_a_pool, refuse, square, square_or_die
from tests.waiting import until


@pytest.mark.parametrize("workers", [0, 2])
def test_every_item_is_done_once(workers: int) -> None:
    done = list(spread(square, range(50), workers=workers, should_stop=never))
    assert sorted((end.number, end.value) for end in done) == [(n, n * n) for n in range(50)]


def test_a_stop_ends_it_between_items() -> None:
    assert len(list(spread(square, range(50), workers=0, should_stop=stop_after(3)))) == 3


@pytest.mark.parametrize("workers", [0, 1])
def test_a_persons_error_comes_through_as_it_is(workers: int) -> None:
    with pytest.raises(UserError, match="^7: is refused$"):
        list(spread(refuse, [7], workers=workers, should_stop=never))


def test_our_own_failure_comes_with_its_traceback() -> None:
    with pytest.raises(RuntimeError, match=r"ZeroDivisionError.*(?s:.)*in fail"):
        list(spread(fail, [1], workers=1, should_stop=never))


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_a_process_that_dies_loses_its_item_alone() -> None:
    done = list(spread(square_or_die, range(8), workers=2, should_stop=never))
    assert {end.number for end in done if end.is_lost} == {3}
    assert {end.number: end.value for end in done if not end.is_lost} == {n: n * n for n in range(8) if n != 3}


def test_leaving_early_ends_the_processes() -> None:
    for _ in spread(square, range(1000), workers=1, should_stop=never):
        break  # what is left behind fails the test by itself


def test_helpers_end_when_their_starter_is_killed(tmp_path: Path) -> None:
    starter = multiprocessing.get_context("spawn").Process(target=hold_a_pool, args=(str(tmp_path),))
    starter.start()
    files = [tmp_path / "0.txt", tmp_path / "1.txt"]
    until(lambda: all(file.is_file() and file.read_text() for file in files))
    helpers = [psutil.Process(int(file.read_text())) for file in files]
    starter.kill()
    starter.join()
    _, alive = psutil.wait_procs(helpers, timeout=20)
    assert not alive
