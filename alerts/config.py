"""The site file's `mqtt`, `evidence` and `desk` sections."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    StringConstraints,
    model_validator,
)

from alerts.limits_config import LimitsConfig
from alerts.retention_config import RetentionConfig

MAX_PORT = 65_535
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")

User = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$")]
"""A user of the broker with rights of its own: it stands in its password file and its ACL."""


class Certificate(BaseModel):
    """A client's certificate; without `key_file` the key is in `cert_file`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cert_file: Path
    key_file: Path | None = None


class TlsConfig(BaseModel):
    """Certificates for the connection to the broker."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None

    @model_validator(mode="after")
    def _key_has_a_certificate(self) -> Self:
        if self.key_file is not None and self.cert_file is None:
            raise ValueError("key_file needs cert_file")
        return self


class MqttLogin(BaseModel):
    """Who one process is to the broker: a password, a certificate, or both."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    username: User | None = None
    password_file: Path | None = None
    certificate: Certificate | None = None

    @model_validator(mode="after")
    def _says_who(self) -> Self:
        if self.username is None and self.certificate is None:
            raise ValueError("give username or certificate")
        if self.username is None and self.password_file is not None:
            raise ValueError("password_file needs username")
        return self


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

    def as_user(self, login: MqttLogin | None) -> MqttConfig:
        """The same broker for a process with a log-in of its own; None: the site's."""
        if login is None:
            return self
        changed: dict[str, object] = {
            "username": login.username,
            "password_file": login.password_file,
        }
        if login.certificate is not None:
            ca_file = self.tls.ca_file if self.tls is not None else None
            changed["tls"] = TlsConfig(ca_file=ca_file, **dict(login.certificate))
        return self.model_copy(update=changed)


def _is_store(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
        return url
    if url == "desk":
        return url
    if parts.scheme == "s3" and BUCKET.fullmatch(parts.netloc):
        return url
    raise ValueError(
        'a store is "file:///absolute/folder", "s3://bucket/prefix" '
        'or "desk" (the desk keeps the files)'
    )


def _is_endpoint(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise ValueError('an endpoint is "https://host" or "http://host:port", without credentials')
    return url


class S3Config(BaseModel):
    """Where an S3-compatible store answers, and the files that hold its credentials.

    Without files they come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    endpoint: Annotated[str, AfterValidator(_is_endpoint)]
    region: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")] = "us-east-1"
    access_key_id_file: Path | None = None
    secret_access_key_file: Path | None = None


class EvidenceConfig(BaseModel):
    """Where snapshots and clips go, and how much of the time around an alert a clip shows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    store: Annotated[str, AfterValidator(_is_store)] | None = None
    s3: S3Config | None = None
    pre_roll_s: Annotated[float, Field(ge=0, le=60)] = 5.0
    post_roll_s: Annotated[float, Field(ge=0, le=60)] = 5.0


class OutboxConfig(BaseModel):
    """How much of the disk alert messages may take while the desk does not answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_mb: Annotated[int, Field(ge=16, le=1_000_000)] = 1000


def _is_bind(text: str) -> str:
    host, _, port = text.rpartition(":")
    is_port = port.isascii() and port.isdigit() and len(port) <= len(str(MAX_PORT))
    if not host or not is_port or int(port) > MAX_PORT:
        raise ValueError('write "address:port", the port between 0 and 65535')
    return text


Bind = Annotated[str, AfterValidator(_is_bind)]
"""Address and port to listen on; port 0 chooses a free one."""


class WebhookConfig(BaseModel):
    """Where webhooks may lead: `hosts` names or addresses, empty for all but this machine.

    `ca_file` is the authority of receivers with certificates of their own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    hosts: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z0-9.:-]{1,253}$")], ...] = ()
    ca_file: Path | None = None


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
    session_idle_minutes: Annotated[float, Field(gt=0, le=10_080)] = 60.0
    retention: RetentionConfig = RetentionConfig()
    limits: LimitsConfig = LimitsConfig()
    mqtt: MqttLogin | None = None
    webhooks: WebhookConfig = WebhookConfig()
    node_messages_per_s: Annotated[float, Field(gt=0, le=100_000)] = 500.0
