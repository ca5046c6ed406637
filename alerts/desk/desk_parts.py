"""The desk's parts with threads of their own, made together by what they are for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from alerts.desk.attachment_retention import AttachmentRetention, InTurn
from alerts.desk.command_thread import CommandThread
from alerts.desk.commands import Commands
from alerts.desk.config import DeskSite
from alerts.desk.consumer import Consumer, Link
from alerts.desk.count_care import care_for_counts
from alerts.desk.intake import Intake
from alerts.desk.limit_keeper import LimitKeeper
from alerts.desk.move_publisher import MovePublisher
from alerts.desk.node_limits import NodeLimits
from alerts.desk.overdue import Overdue
from alerts.desk.recorder import Recorder
from alerts.desk.register_keeper import RegisterKeeper
from alerts.desk.retention import Retention
from alerts.desk.retention_keeper import RetentionKeeper
from alerts.desk.retention_rules import RetentionRules
from alerts.desk.service import DeskService
from alerts.desk.store import Store
from alerts.desk.thumbnails import AllCopies
from alerts.desk.webhook_book import WebhookBook
from alerts.desk.webhook_post import new_client, ssl_context
from alerts.desk.webhook_sender import WebhookSender
from alerts.topics import Topics

OnDeath = Callable[[str, BaseException], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnBus:
    """Who hears and speaks on the bus."""

    consumer: Consumer
    moves: MovePublisher
    commands: CommandThread


@dataclass(frozen=True, slots=True, kw_only=True)
class Keepers:
    """Who does what is due as time goes by: limits, retention, the register's chain."""

    retention: Retention
    attachment_retention: AttachmentRetention
    overdue: Overdue
    limits: LimitKeeper
    evidence: RetentionKeeper
    register: RegisterKeeper


def on_bus(site: DeskSite, link: Link, service: DeskService, store: Store, died: OnDeath) -> OnBus:
    """To be made before the link starts: they subscribe."""
    topics, directory = Topics(site.site), service.directory
    consumer = Consumer(
        link,
        Recorder(store, Intake(topics, directory), directory),
        store,
        topics,
        service.changes,
        limits=NodeLimits(directory, _limit(site)),
        on_death=died,
    )
    moves = MovePublisher(
        link,
        store,
        topics,
        service.changes,
        on_death=died,
        is_busy=lambda: consumer.waiting > 0,
    )
    commands = CommandThread(link, Commands(store, service), store, topics, on_death=died)
    return OnBus(consumer=consumer, moves=moves, commands=commands)


def keepers(site: DeskSite, service: DeskService, store: Store, died: OnDeath) -> Keepers:
    """All of them."""
    changes, directory = service.changes, service.directory
    rules = RetentionRules(directory, site.desk.retention)
    copies = AllCopies(service.clips, service.thumbnails)
    retention = Retention(store, service.shelf, rules, copies, changes)
    attached = AttachmentRetention(
        store, service.attachment_folder, rules, service.thumbnails, changes
    )
    overdue = Overdue(store, directory, changes)
    return Keepers(
        retention=retention,
        attachment_retention=attached,
        overdue=overdue,
        limits=LimitKeeper(overdue, on_death=died),
        evidence=RetentionKeeper(
            InTurn(retention, attached), tidy=lambda: care_for_counts(store), on_death=died
        ),
        register=RegisterKeeper(service.register_reader, on_death=died),
    )


def webhook_sender(
    site: DeskSite, service: DeskService, store: Store, died: OnDeath
) -> WebhookSender:
    """Brings what is due to webhooks, and is woken by whoever makes something due."""
    config = site.desk.webhooks
    verify = ssl_context(config.ca_file)
    sender = WebhookSender(
        WebhookBook(store, service.directory),
        service.changes,
        allowed=config.hosts,
        make_client=lambda: new_client(verify),
        on_death=died,
    )
    service.webhooks.on_due = sender.wake
    return sender


def _limit(site: DeskSite) -> float:
    """Messages a second of one node; where nodes wait for no receipt, nothing comes again."""
    return site.desk.node_messages_per_s if site.mqtt.receipts == "desk" else math.inf
