"""Starting programs that are not ours."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

#: Windows opens a console for a program that has none to share, unless told not to.
NO_CONSOLE: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)


def foreign_environment(own: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for a program of the system.

    A bundle points the loader at its own libraries; a program of the system must not get them, and finds the old
    value where the bundle has put it aside.
    """
    environment = dict(own)
    before = environment.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        environment["LD_LIBRARY_PATH"] = before
    elif getattr(sys, "frozen", False):
        environment.pop("LD_LIBRARY_PATH", None)
    return environment
