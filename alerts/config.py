"""The site file's `mqtt`, `evidence` and `desk` sections."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, IPvAnyNetwork

MAX_PORT = 65_535


class TlsConfig(BaseModel):
    """Certificates for the connection to the broker."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None


class MqttConfig(BaseModel):
    """The broker; the password comes from a file only."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=0, le=MAX_PORT)] = 1883
    username: str | None = None
    password_file: Path | None = None
    tls: TlsConfig | None = None
    version: Literal["3.1.1", "5"] = "3.1.1"
    receipts: Literal["desk", "broker"] = "desk"


def _is_store(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
        return url
    if url == "desk":
        return url
    raise ValueError('a store is "file:///absolute/folder" or "desk" (the desk keeps the files)')


class EvidenceConfig(BaseModel):
    """Where snapshots and clips go, and how much of the time around an alert a clip shows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    store: Annotated[str, AfterValidator(_is_store)] | None = None
    pre_roll_s: Annotated[float, Field(ge=0, le=60)] = 5.0
    post_roll_s: Annotated[float, Field(ge=0, le=60)] = 5.0


def _is_bind(text: str) -> str:
    host, _, port = text.rpartition(":")
    is_port = port.isascii() and port.isdigit() and len(port) <= len(str(MAX_PORT))
    if not host or not is_port or int(port) > MAX_PORT:
        raise ValueError('write "address:port", the port between 0 and 65535')
    return text


Bind = Annotated[str, AfterValidator(_is_bind)]
"""Address and port to listen on; port 0 chooses a free one."""


class DeskConfig(BaseModel):
    """The desk: how it is reached, where it listens, what it keeps its cases in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = "http://127.0.0.1:8080"
    database: str | None = None
    bind: Bind = "127.0.0.1:8080"
    node_token_file: Path | None = None
    metrics_token_file: Path | None = None
    trusted_proxies: tuple[IPvAnyNetwork, ...] = ()
    session_hours: Annotated[float, Field(gt=0, le=168)] = 12.0
