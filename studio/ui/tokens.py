"""The design tokens: the one file of colours, sizes, radii."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from studio.core import resources


@lru_cache(maxsize=1)
def design_tokens() -> Mapping[str, Any]:
    """The parsed token file: the only source of colours, sizes, radii."""
    tokens: dict[str, Any] = json.loads(resources.path("theme/tokens.json").read_text(encoding="utf-8"))
    return tokens
