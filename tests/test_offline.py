"""Nothing in the studio asks the network for anything, read from the source; `tests.faults --only offline` sees it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from tests.imports import ROOT, imports, modules

FILES = {name: file for name, file in modules(ROOT / "studio").items() if not name.startswith("studio.bootstrap")}
#: What fetches, sends or listens beyond this machine.
FAR = {
    *("http", "urllib.request", "ftplib", "smtplib", "imaplib", "poplib", "xmlrpc", "socketserver", "webbrowser"),
    *("requests", "httpx", "httpx2", "urllib3", "aiohttp", "websockets", "paramiko", "huggingface_hub", "torch.hub"),
}
#: `socket` itself may ask this machine's name, or for a free port of its own.
FETCHING = {
    *("load_state_dict_from_url", "download_url_to_file", "hf_hub_download", "snapshot_download", "load_from_hf"),
    *("create_connection", "create_server", "getaddrinfo", "gethostbyname", "gethostbyaddr", "getfqdn"),
    *("urlopen", "urlretrieve", "QNetworkAccessManager", "QTcpSocket", "QTcpServer", "QUdpSocket", "QSslSocket"),
}


def mentioning(words: Iterable[str]) -> dict[str, Path]:
    """The modules whose text holds one of the words; parsing all of them would take longer than the rest."""
    held = re.compile("|".join(rf"\b{re.escape(word.split('.')[-1])}\b" for word in words))
    return {name: file for name, file in FILES.items() if held.search(file.read_text("utf-8"))}


def is_far(module: str) -> bool:
    return any(module == far or module.startswith(f"{far}.") for far in FAR)


def test_no_module_knows_what_fetches() -> None:
    found = {
        f"{module}:{one.line} imports {one.module}"
        for module, file in mentioning(FAR).items()
        for one in imports(module, file)
        if is_far(one.module)
    }
    assert not found, "\n".join(sorted(found))


def test_nothing_is_called_that_fetches() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}: {named(node)}"
        for file in mentioning(FETCHING).values()
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if named(node) in FETCHING
    ]
    assert not found, "\n".join(found)


def test_libraries_of_networks_are_never_told_to_fetch_weights() -> None:
    """timm and torchvision download where `pretrained` or `weights` is given and no file."""
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)[:80]}"
        for name, file in mentioning({"pretrained", "weights"}).items()
        if name.startswith("studio.learn.")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and named(node.func) not in ("register", "ModelSettings", None)
        for given in node.keywords
        if (given.arg == "pretrained" and not is_constant(given.value, False))
        or (given.arg == "weights" and isinstance(given.value, ast.Constant) and given.value.value is not None)
    ]
    assert not found, "\n".join(found)


def named(node: ast.AST) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def is_constant(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
