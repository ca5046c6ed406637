"""A certificate authority of a test's own, by the program openssl."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A certificate and its key."""

    cert_file: Path
    key_file: Path


class Authority:
    """Signs certificates for brokers and clients."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._own = self._request(
            name, "-x509", "-days", "2", *_usage("CA:TRUE", "keyCertSign,cRLSign")
        )

    @property
    def file(self) -> Path:
        """What others trust."""
        return self._own.cert_file

    def sign(self, name: str, *, address: str = "127.0.0.1") -> Pair:
        """A certificate for the common name `name`, good for a server at `address` too."""
        return self._request(
            name,
            *("-x509", "-days", "2", "-CA", str(self._own.cert_file)),
            *("-CAkey", str(self._own.key_file)),
            *_usage("CA:FALSE", "digitalSignature"),
            *("-addext", f"subjectAltName=IP:{address}"),
        )

    def _request(self, name: str, *options: str) -> Pair:
        cert_file = self._folder / f"{self._name}-{name}.crt"
        key_file = cert_file.with_suffix(".key")
        _openssl(
            *("req", "-batch", "-subj", f"/CN={name}", *KEY),
            *("-keyout", str(key_file), "-out", str(cert_file), *options),
        )
        return Pair(cert_file=cert_file, key_file=key_file)


def _usage(constraint: str, usage: str) -> tuple[str, ...]:
    constraints = ("-addext", f"basicConstraints=critical,{constraint}")
    return (*constraints, "-addext", f"keyUsage=critical,{usage}")


def lock_key(pair: Pair, password: str) -> Pair:
    """The same pair, its key readable only with `password`."""
    locked = pair.key_file.with_suffix(".locked")
    secret = pair.key_file.with_suffix(".secret")
    secret.write_text(password)
    _openssl(
        *("ec", "-aes256", "-passout", f"file:{secret}"),
        *("-in", str(pair.key_file), "-out", str(locked)),
    )
    return Pair(cert_file=pair.cert_file, key_file=locked)


def _openssl(*arguments: str) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing: apt-get install openssl")
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
