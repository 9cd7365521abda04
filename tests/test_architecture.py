"""The layers hold: who may import whom, and what opening the window may load."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.imports import ROOT, Import, imports, modules

MODULES = modules(ROOT / "studio")
IMPORTS = {name: imports(name, file) for name, file in MODULES.items()}

#: What a layer may import of ours, and nothing else.
ARROWS = {
    "core": {"core"},
    "dirt": {"core", "dirt"},
    "data": {"core", "dirt", "data"},
    "learn": {"core", "dirt", "data", "learn"},
    "ui": {"core", "dirt", "data", "ui"},
    "cli": {"core", "dirt", "data", "learn", "ui", "cli"},
    "bootstrap": {"bootstrap"},
    "__main__": {"cli"},
    "__init__": set(),
}
#: Files beside the layers' folders, by how their names begin: the command line is one layer, the bootstrap another.
FILES = {"cli_": "cli", "console": "cli", "bootstrap_": "bootstrap"}
TORCH = {"torch", "torchvision", "timm", "functorch", "tensorboard"}
QT = {"PySide6", "shiboken6", "pyqtgraph"}
#: Libraries that a layer may not know, not even inside a function.
UNKNOWN = {
    "core": TORCH | QT | {"cv2"},
    "dirt": TORCH | QT,
    "data": QT,
    "learn": QT,
    "ui": TORCH | {"cv2"},
}


#: What the command line may know of the window: how it is opened, and what only Qt can print.
DOORS = {"studio.ui.app", "studio.ui.report_print", "studio.ui.svg_picture"}


def layer_of(module: str) -> str:
    """The layer that a module of ours belongs to, such as `core`; `__init__` for the package itself."""
    second = module.split(".")[1] if "." in module else "__init__"
    return next((layer for start, layer in FILES.items() if second.startswith(start)), second)


def ours(module: str) -> str | None:
    """The module of ours that a dotted name leads to: `studio.core.errors.UserError` to `studio.core.errors`."""
    while module:
        if module in MODULES:
            return module
        module = module.rpartition(".")[0]
    return None


def place(name: str, found: Import) -> str:
    return f"{MODULES[name].relative_to(ROOT)}:{found.line}"


def run_fresh(code: str, *words: str) -> str:
    """Run code in a fresh interpreter; what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *words],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_module_belongs_to_a_layer() -> None:
    strangers = [name for name in MODULES if layer_of(name) not in ARROWS]
    assert not strangers, f"{strangers} stand in no layer: add the arrow, or move them"


def test_arrows_point_one_way() -> None:
    wrong = [
        f"{place(name, found)}: {layer_of(name)} may not import {target}"
        for name, all_found in IMPORTS.items()
        for found in all_found
        if (target := ours(found.module)) and target != "studio"
        if layer_of(target) not in ARROWS.get(layer_of(name), ())
    ]
    assert not wrong, "\n".join(wrong)


def test_the_command_line_opens_the_window_and_knows_nothing_else_of_it() -> None:
    wrong = [
        f"{place(name, found)}: {target} is the window's own"
        for name, all_found in IMPORTS.items()
        if layer_of(name) in ("cli", "__main__")
        for found in all_found
        if (target := ours(found.module)) and layer_of(target) == "ui" and target not in DOORS
    ]
    assert not wrong, "\n".join(wrong)


def test_layers_do_not_know_foreign_libraries() -> None:
    wrong = [
        f"{place(name, found)}: {layer_of(name)} may not know {found.module.split('.')[0]}"
        for name, all_found in IMPORTS.items()
        for found in all_found
        if found.module.split(".")[0] in UNKNOWN.get(layer_of(name), ())
        if not found.is_for_types
    ]
    assert not wrong, "\n".join(wrong)


def test_core_knows_few_foreign_libraries() -> None:
    known = {"studio", "pydantic", "platformdirs", "psutil", *sys.stdlib_module_names}
    wrong = [
        f"{place(name, found)}: core is the vocabulary and has no use for {found.module.split('.')[0]}"
        for name, all_found in IMPORTS.items()
        if layer_of(name) == "core"
        for found in all_found
        if found.module.split(".")[0] not in known
    ]
    assert not wrong, "\n".join(wrong)


def test_opencv_is_reached_through_its_lazy_alias_alone() -> None:
    wrong = [
        f"{place(name, found)}: write `from studio.dirt import cv`"
        for name, all_found in IMPORTS.items()
        for found in all_found
        if found.module.split(".")[0] == "cv2" and name != "studio.dirt.cv" and not found.is_for_types
    ]
    assert not wrong, "\n".join(wrong)


def test_tabs_never_import_one_another() -> None:
    wrong = [
        f"{place(name, found)}: tabs meet in Session, and {target} is a tab"
        for name, all_found in IMPORTS.items()
        if name.endswith("_tab")
        for found in all_found
        if (target := ours(found.module)) and target != name and target.endswith("_tab")
    ]
    assert not wrong, "\n".join(wrong)


def test_no_module_of_the_window_leads_to_torch_or_opencv_when_imported() -> None:
    chains = [chain for name in MODULES if layer_of(name) == "ui" if (chain := chain_to_heavy(name))]
    told = "\n".join(" -> ".join(chain) for chain in sorted(chains, key=len)[:5])
    assert not chains, f"in {len(chains)} modules imports load torch or OpenCV in the window's process:\n{told}"


def chain_to_heavy(start: str) -> list[str] | None:
    """The chain of imports, carried out at import, that leads from a module to torch or OpenCV."""
    chains, seen = [[start]], {start}
    while chains:
        chain = chains.pop(0)
        for found in IMPORTS[chain[-1]]:
            if not found.is_at_import or found.is_for_types:
                continue
            if found.module.split(".")[0] in TORCH | {"cv2"}:
                return [*chain, found.module]
            target = ours(found.module)
            # Importing a module imports the packages it lies in.
            for step in (target, target and target.rpartition(".")[0]):
                if step and step not in seen:
                    seen.add(step)
                    chains.append([*chain, step])
    return None


def test_bootstrap_needs_nothing_but_the_standard_library() -> None:
    wrong = [
        f"{place(name, found)}: {found.module} is not in the standard library"
        for name, all_found in IMPORTS.items()
        if layer_of(name) == "bootstrap"
        for found in all_found
        if not ours(found.module) and found.module.split(".")[0] not in sys.stdlib_module_names
    ]
    assert not wrong, "\n".join(wrong)


def test_modules_only_define_and_register_when_imported() -> None:
    wrong = [
        f"{file.relative_to(ROOT)}:{statement.lineno}: `{ast.unparse(statement).splitlines()[0]}` acts at import"
        for file in MODULES.values()
        for statement in ast.parse(file.read_text("utf-8")).body
        if not is_definition(statement)
    ]
    assert not wrong, "\n".join(wrong)


def is_definition(statement: ast.stmt) -> bool:
    """Whether a statement of a module does nothing but define: no bare call, no loop, no file opened."""
    if isinstance(statement, ast.If):
        return all(is_definition(inner) for inner in [*statement.body, *statement.orelse]) or (
            "__name__" in ast.unparse(statement.test)
        )
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return not isinstance(statement, (ast.For, ast.While, ast.With, ast.Delete, ast.Assert, ast.Raise, ast.Try))


def test_imports_run_in_no_circle() -> None:
    needs = {name: set(needed_at_import(name)) for name in MODULES}
    # What needs nobody who is left, or is needed by nobody who is left, stands in no circle.
    while loose := [name for name in needs if not needs[name] or not any(name in seen for seen in needs.values())]:
        for name in loose:
            del needs[name]
        needs = {name: {need for need in seen if need in needs} for name, seen in needs.items()}
    assert not needs, f"these import one another, so that only some orders work: {sorted(needs)}"


def needed_at_import(name: str) -> list[str]:
    """The modules of ours that have to be loaded before a module is."""
    found = [ours(one.module) for one in IMPORTS[name] if one.is_at_import and not one.is_for_types]
    return [target for target in found if target and target != name]


def test_every_module_imports_and_leaves_the_process_as_it_was() -> None:
    told = run_fresh(
        """
        import importlib, os, sys, threading
        for library in ("torch", "cv2", "PySide6.QtWidgets", "pyqtgraph"):
            importlib.import_module(library)
        before = dict(os.environ), os.getcwd(), threading.active_count(), list(sys.path)
        for name in sys.argv[1:]:
            try:
                importlib.import_module(name)
            except Exception as error:
                print(f"{name}: {type(error).__name__}: {error}")
            if before != (dict(os.environ), os.getcwd(), threading.active_count(), list(sys.path)):
                print(f"{name} changes the process when imported")
                break
        """,
        *MODULES,
    )
    assert not told, told


@pytest.mark.parametrize("registry", ["ARCHITECTURES", "OPTIMIZERS", "SCHEDULERS", "LOSSES", "DIRT_KINDS"])
def test_listing_a_registry_loads_neither_torch_nor_opencv(registry: str) -> None:
    told = run_fresh(
        """
        import sys
        from studio.core import registry
        names = getattr(registry, sys.argv[1]).names()
        assert names, "it is empty"
        print(*{"torch", "torchvision", "timm", "cv2", "PySide6"} & set(sys.modules))
        """,
        registry,
    )
    assert not told.split(), f"listing {registry} loads {told}"


def test_opening_the_window_loads_neither_torch_nor_opencv(tmp_path: Path) -> None:
    told = run_fresh(
        """
        import sys
        from pathlib import Path
        from studio.ui.app import open_window
        window = open_window(Path(sys.argv[1]))
        assert window.isVisible(), "the window is not shown"
        from PySide6.QtWidgets import QApplication
        QApplication.processEvents()
        print(*{"torch", "torchvision", "timm", "cv2"} & set(sys.modules))
        window.close()
        QApplication.processEvents()
        """,
        str(tmp_path),
    )
    assert not told.split(), f"opening the window loads {told}"
