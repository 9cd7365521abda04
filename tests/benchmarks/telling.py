"""Where a benchmark's figures go."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any


def asking(description: str | None) -> argparse.ArgumentParser:
    """The parser that every benchmark starts from: its docstring, and `--json FILE|-`."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", default="-", metavar="FILE")
    return parser


def tell(figures: Any, place: str) -> None:
    """Write figures as JSON to a file, or to standard output for `-`."""
    text = json.dumps(figures, indent=1)
    if place == "-":
        print(text)
    else:
        Path(place).write_text(text + "\n", encoding="utf-8")
