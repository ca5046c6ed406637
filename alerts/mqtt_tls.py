"""Certificates for the connection to the broker: what is wrong with one names its file."""

from __future__ import annotations

import ssl
from pathlib import Path

from paho.mqtt.client import Client

from alerts.config import TlsConfig
from alerts.errors import PublishError


def use_tls(client: Client, tls: TlsConfig) -> None:
    """Have `client` speak TLS 1.2 or newer, and check the broker's certificate and name.

    Raises:
        PublishError: A file cannot be read or used; names it.
    """
    client.tls_set_context(_context(tls))


class _Socket(ssl.SSLSocket):
    """Closes itself where the broker is not to be trusted: paho would leave it open."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


def _context(tls: TlsConfig) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = _Socket
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if tls.ca_file is None:
        context.load_default_certs()
    else:
        _check_readable(tls.ca_file)
        try:
            context.load_verify_locations(tls.ca_file)
        except ssl.SSLError:
            raise PublishError(f"mqtt.tls: {tls.ca_file}: holds no certificate") from None
    if tls.cert_file is not None:
        _present(context, tls.cert_file, tls.key_file)
    return context


def _present(context: ssl.SSLContext, cert_file: Path, key_file: Path | None) -> None:
    """Show the broker our own certificate."""
    for file in (cert_file, key_file):
        if file is not None:
            _check_readable(file)
    try:
        # a password is given, though empty, because OpenSSL would else ask for one at the terminal
        context.load_cert_chain(cert_file, key_file, password="")
    except ssl.SSLError as error:
        raise PublishError(f"mqtt.tls: {_why(error, cert_file, key_file)}") from None


def _why(error: ssl.SSLError, cert_file: Path, key_file: Path | None) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"{key_file or cert_file}: is not the key of the certificate in {cert_file}"
    also = f" and {key_file}" if key_file is not None else ""
    return f"{cert_file}{also}: hold no certificate with its key, or the key has a password"


def _check_readable(file: Path) -> None:
    try:
        file.open("rb").close()
    except OSError as error:
        raise PublishError(f"mqtt.tls: {file}: {error.strerror}") from None
