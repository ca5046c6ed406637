"""Why there is no connection to the broker, in words somebody can act on; never a secret."""

from __future__ import annotations

import logging
import ssl

paho_logger = logging.getLogger("alerts.mqtt.paho")
paho_logger.setLevel(logging.WARNING)  # below, it names every packet

_RECEIVING = "failed to receive on socket"
_SAID_ALREADY = ("Client is not connected", _RECEIVING, "timeout on socket")

_ALERTS = {
    "CERTIFICATE_REQUIRED": "it wants a client certificate (mqtt.tls.cert_file, or of this node)",
    "HANDSHAKE_FAILURE": "it wants a client certificate (mqtt.tls.cert_file, or of this node)",
    "UNKNOWN_CA": "it does not know who signed our certificate",
    "CERTIFICATE_EXPIRED": "our certificate has expired",
    "CERTIFICATE_REVOKED": "our certificate was revoked",
    "BAD_CERTIFICATE": "it does not take our certificate",
    "CERTIFICATE_UNKNOWN": "it does not take our certificate",
}
"""Ends of OpenSSL's names of the alerts a broker sends (RFC 8446, section 6.2)."""


class PahoLog(logging.Logger):
    """The logger of one client: passes on what is news, and keeps what broke its connection.

    Attributes:
        broken_by: What paho last said of its socket; empty once it was taken.
    """

    def __init__(self) -> None:
        super().__init__(paho_logger.name, logging.WARNING)
        self.parent = paho_logger
        self.broken_by = ""
        self.addFilter(self._is_news)

    def take(self) -> str:
        """Why the connection that has just ended was broken, where paho said so."""
        text, self.broken_by = self.broken_by, ""
        return _alert_in(text)

    def _is_news(self, record: logging.LogRecord) -> bool:
        """Not so at each attempt while the broker is away: `MqttLink` says once that it is."""
        text = record.getMessage()
        if text.startswith(_RECEIVING):
            self.broken_by = text
        return not text.startswith(_SAID_ALREADY)


def connect_fault(error: BaseException | None, place: str) -> str:
    """Why `place` (host:port) could not be connected to.

    Args:
        error: What connecting raised, if known.
        place: Named in the answer.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{place}: its certificate is not to be trusted: {error.verify_message}"
    if isinstance(error, ConnectionResetError | ssl.SSLEOFError):
        return f"{place}: it hung up; does it speak TLS at this port, or does it without?"
    if isinstance(error, ssl.SSLError):
        return f"{place}: no TLS: {_alert_in(str(error.reason or '')) or error.reason}"
    return f"{place} cannot be reached"


def _alert_in(text: str) -> str:
    upper = text.upper()
    return next((words for name, words in _ALERTS.items() if name in upper), "")
