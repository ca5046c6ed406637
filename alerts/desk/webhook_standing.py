"""Whether a webhook may be served: in the name of an account that could make it today.

An account that is disabled, or has lost the role or the area, gets nothing more; what waits then
waits on (a day at most, see `webhook_back_off`) and goes out once the account stands again. Failed
log-ins stop nothing: anybody could cause them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.desk.directory import Directory
from alerts.desk.officers import officer
from alerts.desk.rights import Right, may
from alerts.desk.tables import OfficerRecord
from alerts.desk.webhook_tables import WebhookRecord
from alerts.schema import Text


class PauseReason(StrEnum):
    """Why nothing is sent for now."""

    NO_ACCOUNT = "no-account"  # of whoever made it
    DISABLED = "account-disabled"
    ROLE = "role-lost"  # which manages webhooks
    AREA = "area-lost"  # the webhook's is not the account's any more


PAUSE_WORDS: Mapping[PauseReason, Text] = MappingProxyType(
    {
        PauseReason.NO_ACCOUNT: Text(zh="登记人账号已不存在", en="Its account is no more"),
        PauseReason.DISABLED: Text(zh="登记人账号已停用", en="Its account is disabled"),
        PauseReason.ROLE: Text(
            zh="登记人已无管理推送的权限", en="Its account may not manage webhooks any more"
        ),
        PauseReason.AREA: Text(
            zh="登记人已不管该区域", en="Its area is not its account's any more"
        ),
    }
)


def pauses(
    session: Session, webhooks: Collection[WebhookRecord], directory: Directory
) -> dict[int, PauseReason]:
    """Those of `webhooks` that are paused now, by id."""
    makers = {each.created_by for each in webhooks}
    query = select(OfficerRecord).where(OfficerRecord.name.in_(makers))
    by_name = {record.name: record for record in session.scalars(query)}
    reasons = {
        each.id: _reason(by_name.get(each.created_by), each.area_id, directory) for each in webhooks
    }
    return {number: reason for number, reason in reasons.items() if reason is not None}


def _reason(maker: OfficerRecord | None, area_id: str, directory: Directory) -> PauseReason | None:
    if maker is None:
        return PauseReason.NO_ACCOUNT
    if maker.disabled_at is not None:
        return PauseReason.DISABLED
    who = officer(maker)
    if not may(who, Right.MANAGE_WEBHOOKS):
        return PauseReason.ROLE
    return None if area_id in directory.seen_by(who) else PauseReason.AREA
