"""Who imports whom, read from the source without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class Import:
    """One module named by an import statement.

    Attributes:
        module: dotted name, such as `studio.core.events` or `torch.nn`.
        line: where, counted from 1.
        is_at_import: whether importing the file carries it out; else it waits inside a function.
        is_for_types: whether only a type checker ever sees it.
    """

    module: str
    line: int
    is_at_import: bool
    is_for_types: bool


def modules(package: Path) -> dict[str, Path]:
    """Every module of a package: dotted name -> file."""
    found = {}
    for file in sorted(package.rglob("*.py")):
        parts = file.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def imports(name: str, file: Path) -> list[Import]:
    """The imports of a module, wherever they stand in it.

    `from package import name` counts as `package.name`, so a module taken from its package is seen as that module.
    """
    tree = ast.parse(file.read_text("utf-8"), str(file))
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    return list(_read(tree.body, package, is_at_import=True, is_for_types=False))


def _read(body: list[ast.stmt], package: str, *, is_at_import: bool, is_for_types: bool) -> Iterator[Import]:
    for statement in body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            for module in _named(statement, package):
                yield Import(module=module, line=statement.lineno, is_at_import=is_at_import, is_for_types=is_for_types)
        is_function = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
        is_checked = isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test)
        for inner in _bodies(statement):
            yield from _read(
                inner,
                package,
                is_at_import=is_at_import and not is_function,
                is_for_types=is_for_types or is_checked,
            )


def _bodies(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        yield from [inner] if isinstance(inner := getattr(statement, field, None), list) else []
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body


def _named(statement: ast.Import | ast.ImportFrom, package: str) -> Iterator[str]:
    if isinstance(statement, ast.Import):
        yield from (alias.name for alias in statement.names)
        return
    base = statement.module or ""
    if statement.level:
        above = package.split(".")[: len(package.split(".")) - statement.level + 1]
        base = ".".join([*above, *([base] if base else [])])
    yield from (f"{base}.{alias.name}" for alias in statement.names)
