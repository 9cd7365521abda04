"""Addresses of databases, with their passwords and without."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from studio.core.errors import UserError

VARIABLE = "SPOTLESS_STORAGE_PASSWORD"
"""Environment variable from which a password that an address leaves out is taken."""

MASK = "***"
_FILES = ("sqlite:", "journal:")
# A password reaches to the last @ before the path; one with a bare slash in it to the first. Rather mask too much.
_LOGIN = re.compile(r"^([\w+.-]+://[^:/?@]*:)([^/?]*|[^@]*)(?=@)")
_QUERY = re.compile(r"([?&](?:password|passwd|pwd|sslpassword)=)([^&]*)", re.IGNORECASE)


def without_password(address: str) -> str:
    """An address as it may stand in a file, or in a message: `postgresql://me:***@host/studies`."""
    if address.startswith(_FILES):
        return address
    return _QUERY.sub(rf"\1{MASK}", _LOGIN.sub(rf"\1{MASK}", address))


def with_password(address: str, environment: Mapping[str, str]) -> str:
    """An address that can be opened: what is masked in it is taken from the environment.

    Args:
        address: of a database; one without a mask stays as it is.
        environment: such as `os.environ`.

    Raises:
        UserError: the password is masked, and the environment has none.
    """
    if address.startswith(_FILES) or MASK not in [found[2] for found in _passwords(address)]:
        return address
    password = environment.get(VARIABLE)
    if not password:
        raise UserError(
            f"{address}: its password is written down nowhere; set the environment variable {VARIABLE}, or name the"
            " whole address with --storage"
        )

    def filled(found: re.Match[str]) -> str:
        return found[1] + (quote(password, safe="") if found[2] == MASK else found[2])

    return _QUERY.sub(filled, _LOGIN.sub(filled, address))


def _passwords(address: str) -> list[re.Match[str]]:
    return [*_LOGIN.finditer(address), *_QUERY.finditer(address)]
