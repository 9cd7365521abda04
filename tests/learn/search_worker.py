"""Runs a search in a process of its own: folder, data, storage, trials."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.learn.searching import Searching, search_config

if __name__ == "__main__":
    folder, data, storage, trials = sys.argv[1:]
    Searching(Path(data), Path(folder), search_config(search__trials=int(trials)), storage=storage)
