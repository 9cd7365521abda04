"""The bootstrap: from bare Python to a running program, with a stand-in for the interpreter that installs."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from studio import bootstrap, bootstrap_system
from studio.bootstrap_lock import LOCK
from studio.bootstrap_pip import explain
from studio.bootstrap_system import SetupError, check_space, has_screen, provide_packages
from studio.bootstrap_venv import STAMP, interpreter, torch_requirements
from tests.bootstrapping import ROOT, Machine, make_machine, needs_sh, with_room

FILES = sorted((ROOT / "studio").glob("bootstrap*.py"))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return make_machine(tmp_path, monkeypatch)


def as_user(monkeypatch: pytest.MonkeyPatch, commands: Path, **scripts: str) -> None:
    """Become somebody who is not root, on a system with these commands beside `env`."""
    commands.mkdir()
    for name, script in {"env": 'exec /usr/bin/env "$@"', **scripts}.items():
        file = commands / name.replace("_", "-")
        file.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        file.chmod(0o755)
    monkeypatch.setenv("PATH", str(commands))
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")


# The files themselves


def test_it_starts_on_bare_python() -> None:
    code = """
        import sys
        sys.path.insert(0, sys.argv[1])
        import studio.bootstrap
        print(*{name.split(".")[0] for name in sys.modules} - sys.stdlib_module_names - {"studio", "__main__"})
    """
    bare = [sys.executable, "-I", "-S", "-c", textwrap.dedent(code), str(ROOT)]
    told = subprocess.run(bare, capture_output=True, text=True, check=True, timeout=60).stdout
    assert not told.split()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_parses_on_pythons_that_it_turns_away(file: Path) -> None:
    ast.parse(file.read_text("utf-8"), feature_version=(3, 8))


@needs_sh
def test_an_old_python_is_told_which_one_to_type(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    as_user(
        monkeypatch,
        machine.folder / "commands",
        python3_12="",
        **{"python3.12": "", "python3.13": "exit 127"},
    )
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    assert machine.run() == 1
    said = capsys.readouterr().err
    assert "This is Python 3.9; Spotless Studio needs 3.10 or newer" in said
    assert "python3.12 -m studio.bootstrap" in said


def test_a_folder_without_the_project_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main([], root=tmp_path) == 1
    assert "no checkout of Spotless Studio" in capsys.readouterr().err


def test_an_unknown_word_is_answered_with_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["tset"]) == 2
    assert "Not understood: tset" in capsys.readouterr().err


# The environment


@needs_sh
def test_a_first_run_makes_the_environment_and_installs_the_project(machine: Machine) -> None:
    machine.run("test")
    asked = machine.asked("")
    assert sum("-m venv" in line for line in asked) == 1
    assert sum("--editable .[test]" in line for line in asked) == 1


@needs_sh
def test_tests_get_their_arguments_and_give_their_exit_code(machine: Machine) -> None:
    assert machine.run("test", "-q", "-h", "--torch-x", "tests/core", "--", "-k", "a or b") == 3
    assert machine.asked("-m pytest") == ["-m pytest -q -h --torch-x tests/core -- -k a or b"]


@needs_sh
def test_all_tests_run_side_by_side_where_no_window_is_seen(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.run("test")
    assert machine.asked("-m pytest") == ["-m pytest -n logical --maxprocesses 4 --dist loadfile"]

    monkeypatch.setattr("studio.bootstrap.has_screen", lambda: True)
    machine.run("test")
    assert machine.asked("-m pytest") == ["-m pytest"]


@needs_sh
def test_a_second_run_installs_nothing(machine: Machine) -> None:
    machine.run("test")
    machine.asked("")
    machine.run("test")
    assert not machine.asked("pip")


@needs_sh
def test_a_changed_project_is_installed_again_in_place(machine: Machine) -> None:
    machine.run("test")
    machine.asked("")
    with (machine.root / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    machine.run("test")
    asked = machine.asked("")
    assert any("--editable" in line for line in asked)
    assert not any("-m venv" in line for line in asked)


@needs_sh
def test_what_an_earlier_run_installed_stays_installed(machine: Machine) -> None:
    machine.run("test")
    machine.run()
    machine.asked("")
    machine.run("test")
    assert not machine.asked("pip")


@needs_sh
def test_torch_comes_first_and_from_the_index_that_was_named(machine: Machine) -> None:
    machine.run("--torch-index", "https://example.org/cpu", "test")
    asked = machine.asked("-m pip install")
    from_index = [line for line in asked if "--index-url https://example.org/cpu torch>=" in line]
    assert len(from_index) == 1
    assert asked.index(from_index[0]) < next(i for i, line in enumerate(asked) if "--editable" in line)


@needs_sh
def test_the_index_of_an_earlier_run_is_remembered(machine: Machine) -> None:
    machine.run("--torch-index", "https://example.org/cpu")
    machine.asked("")
    machine.run()
    assert not machine.asked("pip")


@needs_sh
def test_another_index_makes_the_environment_anew(machine: Machine) -> None:
    machine.run()
    machine.asked("")
    machine.run("--torch-index", "https://example.org/cpu")
    assert machine.asked("-m venv")


@needs_sh
def test_an_installation_that_was_killed_is_made_anew(machine: Machine) -> None:
    machine.pip("kill -9 $PPID")
    code = """
        import sys
        from pathlib import Path
        from studio import bootstrap
        bootstrap.main([], root=Path(sys.argv[1]), base_python=sys.argv[2])
    """
    killed = [sys.executable, "-c", textwrap.dedent(code), str(machine.root), str(machine.folder / "python")]
    assert subprocess.run(killed, cwd=ROOT, capture_output=True, check=False, timeout=60).returncode == -9
    machine.pip("")
    machine.asked("")
    machine.run()
    assert len(machine.asked("-m venv")) == 1
    machine.run()
    assert not machine.asked("pip")


@needs_sh
def test_an_environment_whose_python_is_gone_is_made_anew(machine: Machine) -> None:
    machine.run()
    interpreter(machine.venv).unlink()
    machine.asked("")
    assert machine.run() == 0
    assert machine.asked("-m venv")


@needs_sh
def test_an_environment_of_another_release_is_made_anew(machine: Machine) -> None:
    machine.run()
    (machine.folder / "release").write_text("3.99", "utf-8")
    machine.asked("")
    machine.run()
    assert machine.asked("-m venv")


@needs_sh
def test_a_checkout_that_was_moved_gets_a_new_environment(machine: Machine) -> None:
    machine.run()
    machine.asked("")
    moved = Machine(machine.root.rename(machine.root.with_name("moved")), machine.folder)
    moved.run()
    assert moved.asked("-m venv")


@needs_sh
def test_an_environment_made_by_hand_is_completed_and_kept(machine: Machine) -> None:
    machine.run()
    (machine.venv / STAMP).unlink()
    (machine.venv / "mine.txt").write_text("keep me", "utf-8")
    machine.asked("")
    machine.run()
    assert machine.asked("--editable")
    assert (machine.venv / "mine.txt").exists()


@needs_sh
def test_a_failed_update_leaves_the_environment_in_use(machine: Machine) -> None:
    machine.run()
    with (machine.root / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    machine.pip("exit 1")
    assert machine.run() == 1
    machine.pip("")
    machine.asked("")
    assert machine.run() == 0
    assert not machine.asked("-m venv")


@needs_sh
def test_libraries_that_do_not_load_are_told_and_looked_at_again(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    (machine.folder / "load").write_text("echo 'libodd.so.1: cannot open'; exit 1", "utf-8")
    assert machine.run() == 1
    assert "libodd.so.1: cannot open" in capsys.readouterr().err
    (machine.folder / "load").unlink()
    machine.asked("")
    assert machine.run() == 0
    assert not machine.asked("-m venv")


@needs_sh
def test_without_a_screen_the_demo_runs_offscreen(machine: Machine) -> None:
    machine.run()
    assert machine.asked("studio") == ["-m studio demo"]
    assert (machine.folder / "platform").read_text("utf-8").strip() == "offscreen"


@needs_sh
def test_with_a_screen_the_window_opens_on_the_sample(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setattr(bootstrap_system, "FOR_A_SCREEN", {})
    machine.run()
    assert machine.asked("studio") == ["-m studio --sample"]


@needs_sh
def test_a_bundle_is_built_by_the_recipe_then_used(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap_system, "FOR_A_SCREEN", {})
    shutil.copytree((ROOT / LOCK).parent, (machine.root / LOCK).parent)
    (machine.folder / "use").write_text("exit 4", "utf-8")
    assert machine.run("bundle") == 4
    assert machine.asked("")[-2:] == ["-m PyInstaller --noconfirm studio.spec", "-m tests.bundle"]


def test_a_screen_that_is_only_pretended_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert not has_screen()


def test_the_bounds_of_torch_are_read_from_the_project() -> None:
    assert [line.split(">")[0] for line in torch_requirements(ROOT)] == ["torch", "torchvision"]


# What goes wrong, and what is said


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("Temporary failure in name resolution", "index cannot be reached. Check the network"),
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED", "certificate is not trusted"),
        ("ERROR: No matching distribution found for torch<2.15,>=2.9", "no build for this Python"),
        ("PermissionError: [WinError 5] Access is denied", "may not be written"),
        ("ERROR: Package 'spotless-studio' requires a different Python: 3.9.2", "Delete .venv"),
        ("ERROR: something never seen", "something never seen"),
    ],
)
def test_a_failure_of_pip_is_told_in_a_sentence_with_its_last_lines(line: str, advice: str) -> None:
    said = str(explain([*(f"line {number}\n" for number in range(40)), f"{line}\n"]))
    assert advice in said
    assert line in said
    assert "line 39" in said
    assert "line 10\n" not in said


@needs_sh
def test_pip_is_told_in_few_plain_lines(machine: Machine, capfd: pytest.CaptureFixture[str]) -> None:
    machine.pip(
        "echo 'Collecting torch'\n"
        "echo '  Downloading https://example.org/torch-2.14.1%2Bcpu-cp311-cp311-manylinux_2_28_x86_64.whl (888.1 MB)'\n"
        "echo '  Downloading idna-3.20-py3-none-any.whl (66 kB)'\n"
        "echo 'Installing collected packages: idna, torch'\n"
    )
    machine.run()
    said = capfd.readouterr().out
    assert "  fetching torch 2.14.1+cpu (888.1 MB)\n" in said
    assert "  unpacking 2 packages\n" in said
    assert "idna" not in said


@needs_sh
@pytest.mark.parametrize(
    ("words", "free_gb", "is_enough"),
    [
        ((), 8.5, False),
        ((), 9.5, True),
        (("--torch-index", "x"), 8.5, True),
        (("--torch-index", "x"), 3.5, False),
    ],
)
def test_too_little_room_is_told_before_anything_is_fetched(
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    free_gb: float,
    is_enough: bool,
) -> None:
    with_room(monkeypatch, free_gb)
    assert (machine.run(*words) == 0) is is_enough
    assert bool(machine.asked("-m pip")) is is_enough
    assert (f"has {free_gb} GB left" in capsys.readouterr().err) is not is_enough


def test_room_is_told_with_the_folder_that_lacks_it(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"building needs about 1e\+07 GB of disk space .* GB left"):
        check_space(tmp_path, 1e7, "building")


@needs_sh
def test_somebody_without_rights_is_told_the_line_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(monkeypatch, tmp_path / "commands", apt_get="", sudo="exit 1")
    monkeypatch.setattr(bootstrap_system, "ALWAYS", {"libodd.so.1": "libodd1", "libeven.so.1": "libeven1"})
    with pytest.raises(SetupError, match="Qt needs 2 system libraries, which only an administrator") as caught:
        provide_packages(for_a_screen=False)
    assert "\n    sudo apt-get update && sudo apt-get install -y libeven1 libodd1\n" in str(caught.value)


@needs_sh
def test_a_sudo_without_password_installs_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log"
    as_user(monkeypatch, tmp_path / "commands", apt_get=f'echo "$*" >> "{log}"', sudo='shift; exec "$@"', true="")
    monkeypatch.setattr(bootstrap_system, "ALWAYS", {"libodd.so.1": "libodd1"})
    with pytest.raises(SetupError, match=r"Installed Qt's libraries, yet libodd\.so\.1 cannot be loaded"):
        provide_packages(for_a_screen=False)
    update, installation = log.read_text("utf-8").splitlines()
    assert update.endswith(" update")
    assert installation.endswith("install -y --no-install-recommends libodd1")


@needs_sh
def test_a_failing_apt_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(
        monkeypatch,
        tmp_path / "commands",
        apt_get="echo E: no such package; exit 100",
        sudo='shift; exec "$@"',
        true="",
    )
    monkeypatch.setattr(bootstrap_system, "ALWAYS", {"libodd.so.1": "libodd1"})
    with pytest.raises(SetupError, match="(?s)apt failed:.*E: no such package"):
        provide_packages(for_a_screen=False)


@needs_sh
@pytest.mark.parametrize(
    ("manager", "line"),
    [
        ("dnf", r"sudo dnf install 'libodd.so.1\(\)\(64bit\)'"),
        ("other", "Install the packages of your system that hold libodd.so.1"),
    ],
)
def test_a_linux_without_apt_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, manager: str, line: str
) -> None:
    as_user(monkeypatch, tmp_path / "commands", **{manager: ""})
    monkeypatch.setattr(bootstrap_system, "ALWAYS", {"libodd.so.1": "libodd1"})
    with pytest.raises(SetupError, match=line):
        provide_packages(for_a_screen=False)


@needs_sh
def test_a_python_without_venv_is_told_its_package_in_the_same_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_user(monkeypatch, tmp_path / "commands", apt_get="", sudo="exit 1")
    monkeypatch.setattr(bootstrap_system, "ALWAYS", {"libodd.so.1": "libodd1"})
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SetupError) as caught:
        provide_packages(for_a_screen=False)
    assert "Python needs its venv module and Qt needs 1 system library" in str(caught.value)
    assert f"sudo apt-get install -y python3.{sys.version_info[1]}-venv libodd1\n" in str(caught.value)
