"""The site file as one validated object: environment over file over defaults."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from alerts.area import AreaConfig
from alerts.config import Bind, DeskConfig, EvidenceConfig, MqttConfig, MqttLogin, OutboxConfig
from alerts.rules.config import RuleConfig
from alerts.zone import ZoneConfig
from detectors.config import ModelConfig
from ingest.config import CameraConfig, DecoderChoice, Identifier


def _is_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: a folder, as Asia is
        raise ValueError(f"{name!r} is not an IANA time zone such as Asia/Shanghai") from error
    return name


def _host_id() -> str:
    """The host's name as an identifier; some hosts have a name in Chinese."""
    letters = socket.gethostname().lower()
    name = "".join(c if c.isascii() and c.isalnum() else "-" for c in letters).strip("-")
    return name[:64] or "node-1"


class NodeConfig(BaseModel):
    """One node: a process that watches cameras; `bind` is its one HTTP port.

    `decoder` is for its cameras that name none of their own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Identifier
    bind: Bind = "127.0.0.1:8090"
    mqtt: MqttLogin | None = None
    decoder: DecoderChoice = "software"


class IntegratorConfig(BaseModel):
    """Another platform: `name` is its user at the broker and stands in its topics."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Identifier
    reads_cases: bool = False


class SiteCamera(CameraConfig):
    """A camera's entry: what ingest needs, and what is looked for in its picture."""

    model: Identifier | None = None
    zones: tuple[ZoneConfig, ...] = ()
    rules: tuple[RuleConfig, ...] = ()


class Site(BaseSettings):
    """A whole site; see `deploy/site.example.yaml` for what each key means."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix="XUELIANG_",
        env_nested_delimiter="__",
        populate_by_name=True,
    )

    site: Identifier
    timezone: Annotated[str, AfterValidator(_is_timezone)] = "Asia/Shanghai"
    data: Path = Path("/var/lib/xueliang")
    nodes: Annotated[tuple[NodeConfig, ...], Field(min_length=1)] = Field(
        default_factory=lambda: (NodeConfig(id=_host_id()),)
    )
    areas: Annotated[tuple[AreaConfig, ...], Field(min_length=1)]
    mqtt: MqttConfig
    outbox: OutboxConfig = OutboxConfig()
    evidence: EvidenceConfig = EvidenceConfig()
    models: Annotated[tuple[ModelConfig, ...], Field(min_length=1)]
    cameras: tuple[SiteCamera, ...]
    desk: DeskConfig = DeskConfig()
    integrators: tuple[IntegratorConfig, ...] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then what was read from the file."""
        return env_settings, init_settings

    @property
    def evidence_store(self) -> str:
        """URL of the evidence store, with its default."""
        return self.evidence.store or f"file://{self.data}/evidence"

    @property
    def database(self) -> str:
        """URL of the desk's database, with its default."""
        return self.desk.database or f"sqlite:///{self.data}/desk.db"

    def mqtt_of(self, node: NodeConfig) -> MqttConfig:
        """The broker as `node` logs in there."""
        return self.mqtt.as_user(node.mqtt)

    def node_of(self, camera: CameraConfig) -> str:
        """Which node watches `camera`."""
        return camera.node or self.nodes[0].id

    def decoder_of(self, camera: CameraConfig) -> DecoderChoice:
        """What decodes `camera`: its own setting, or its node's."""
        if camera.decoder is not None:
            return camera.decoder
        return next((n.decoder for n in self.nodes if n.id == self.node_of(camera)), "software")

    def model_of(self, camera: SiteCamera, rule: RuleConfig | None = None) -> str:
        """Which model looks at `camera`, for `rule` if it names one."""
        return (rule and rule.model) or camera.model or self.models[0].id

    def models_of(self, camera: SiteCamera) -> tuple[str, ...]:
        """Ids of the models that look at `camera`: its own, and those its rules name."""
        named = [self.model_of(camera, rule) for rule in camera.rules] or [self.model_of(camera)]
        return tuple(dict.fromkeys(named))
