"""Where a search's study lies: a journal of its own, or a database that machines share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from studio.core.disks import trouble_of
from studio.core.errors import UserError

_ATTEMPTS, _PAUSE_S, _PATIENCE_S = 4, 0.25, 60


def import_optuna() -> Any:
    """Optuna, speaking of nothing but trouble.

    Raises:
        UserError: it is not installed, or cannot be loaded.
    """
    try:
        import optuna
    except ImportError as error:
        raise UserError(
            f"A search needs the package optuna, which cannot be loaded ({error}); install it with"
            " `python -m pip install optuna`"
        ) from error
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna


def open_study(name: str, journal: Path, storage: str) -> Any:
    """Optuna's study, made when missing.

    Args:
        name: of the study.
        journal: the file where it lies unless `storage` names a database.
        storage: a database's URL, or empty.
    """
    import sqlalchemy.exc

    optuna = import_optuna()
    for attempt in range(_ATTEMPTS):
        try:
            return optuna.create_study(
                study_name=name, storage=_storage(journal, storage), direction="maximize", load_if_exists=True
            )
        except (sqlalchemy.exc.DBAPIError, optuna.exceptions.StorageInternalError):
            # Two that make the same tables at once get in each other's way, so once more.
            if attempt == _ATTEMPTS - 1:
                raise
            time.sleep(_PAUSE_S * 2**attempt)
    raise AssertionError("the loop returns or raises")


@contextmanager
def storage_errors(place: str, *others: type[Exception], is_shared: bool) -> Iterator[None]:
    """Say in words what a storage had to say.

    Args:
        place: its address or file, as it may stand in a message.
        others: kinds of errors that mean it, too: a torn file or a wrong address shows when it is opened.
        is_shared: whether it is a database.

    Raises:
        UserError: with the way out.
    """
    import sqlalchemy.exc

    kinds = (OSError, sqlalchemy.exc.SQLAlchemyError, import_optuna().exceptions.OptunaError, *others)
    try:
        yield
    except kinds as error:
        trouble = trouble_of(error, place)
        if trouble is not None:
            raise trouble from error
        way_out = (
            "check --storage: its address, that the database can be reached, and its driver is installed"
            if is_shared
            else "begin a new search in another folder; this one's runs stay as they are"
        )
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise UserError(f"{place}: the search's study cannot be used ({reason}); {way_out}") from error


def _storage(journal: Path, storage: str) -> Any:
    storages = import_optuna().storages
    if storage and not storage.startswith("journal:"):
        if storage.startswith("sqlite:"):  # its own patience of 5 s is too short on a slow shared disk
            return storages.RDBStorage(storage, engine_kwargs={"connect_args": {"timeout": _PATIENCE_S}})
        return storages.get_storage(storage)
    from studio.learn.search_journal import Journal

    file = Path(storage.removeprefix("journal:").removeprefix("//") or journal)
    file.parent.mkdir(parents=True, exist_ok=True)
    return storages.JournalStorage(Journal(file))
