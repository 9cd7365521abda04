"""Passwords leave an address before it is written down, and come back from the environment."""

from __future__ import annotations

import pytest

from studio.core.errors import UserError
from studio.core.storage_address import VARIABLE, with_password, without_password


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("postgresql://me:secret@host/studies", "postgresql://me:***@host/studies"),
        ("mysql+pymysql://me:s%40cret@host:3306/studies", "mysql+pymysql://me:***@host:3306/studies"),
        ("postgresql://me:se@cret@host/studies", "postgresql://me:***@host/studies"),
        ("postgresql://me:se/cret@host/studies", "postgresql://me:***@host/studies"),
        ("redis://:secret@host/0", "redis://:***@host/0"),
        ("postgresql://host/studies?user=me&password=secret&x=1", "postgresql://host/studies?user=me&password=***&x=1"),
        ("postgresql://me@host/studies", "postgresql://me@host/studies"),
        ("sqlite:////home/me:you@home/x.db", "sqlite:////home/me:you@home/x.db"),
        ("journal:///mnt/me:you@share/study", "journal:///mnt/me:you@share/study"),
        ("", ""),
    ],
)
def test_an_address_is_told_without_its_password(address: str, masked: str) -> None:
    assert without_password(address) == masked
    assert without_password(masked) == masked


def test_a_masked_password_comes_from_the_environment() -> None:
    known = {VARIABLE: "s@/1"}
    assert with_password("postgresql://me:***@host/x", known) == "postgresql://me:s%40%2F1@host/x"
    assert with_password("postgresql://host/x?password=***", known) == "postgresql://host/x?password=s%40%2F1"
    assert with_password("postgresql://me:own@host/x", known) == "postgresql://me:own@host/x"
    assert with_password("sqlite:///x.db", {}) == "sqlite:///x.db"


def test_a_password_that_nobody_knows_is_asked_for() -> None:
    with pytest.raises(UserError, match=f"{VARIABLE}.*--storage"):
        with_password("postgresql://me:***@host/x", {})
