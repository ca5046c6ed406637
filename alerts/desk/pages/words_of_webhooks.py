"""What the page about webhooks says, Chinese first."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_SHOWN = {
    "webhooks": ("对外推送", "Webhooks"),
    "webhooks_about": (
        "本辖区及下级案件的每一步发送到其他平台（webhook）；失败后重试一天。",
        "Every move of the cases of your areas, sent to other platforms; tried again for a day.",
    ),
    "webhooks_none": ("还没有推送地址", "No webhooks yet"),
    "webhook_new": ("新建推送", "New webhook"),
    "webhook_url": ("地址", "Address"),
    "webhook_area": ("辖区（含下级）", "Area and those below"),
    "webhook_kinds": ("推送内容（不选为全部）", "What is sent (none chosen: everything)"),
    "webhook_all_kinds": ("全部内容", "everything"),
    "webhook_by": ("由 {name} 建立", "made by {name}"),
    "webhook_test": ("发送测试", "Send a test"),
    "webhook_stop": ("停用", "Stop"),
    "webhook_start": ("启用", "Start"),
    "webhook_remove": ("删除", "Delete"),
    "webhook_remove_sure": ("连同发送记录一起删除？", "Delete it with its deliveries?"),
    "webhook_resend": ("再次发送", "Send again"),
    "webhook_secret": ("签名密钥（只显示这一次）", "Secret of the signatures, shown only now"),
    "webhook_secret_why": (
        "请抄存到对方平台，用于核对签名；关闭后无法再查看。",
        "Keep it at the receiver, which checks signatures with it; it cannot be read again.",
    ),
    "webhook_secret_kept": ("已抄存，关闭", "Kept, close"),
    "webhook_since": ("起", "since"),
    "webhook_next": ("下次", "next"),
    "webhook_latest": ("最近发送", "Latest deliveries"),
    "webhook_nothing": ("还没有发送过", "Nothing was sent yet"),
    "webhook_made_at": ("时间", "Time"),
    "webhook_what": ("内容", "What"),
    "webhook_result": ("结果", "Result"),
    "webhook_deeds": ("操作", "Actions"),
}
_STATES = {
    "webhook.working": ("正常", "Working"),
    "webhook.retrying": ("重试中", "Trying again"),
    "webhook.paused": ("已暂停", "Paused"),
    "webhook.stopped": ("已停用", "Stopped"),
    "webhook_count.delivered": ("已送达 {count}", "{count} delivered"),
    "webhook_count.pending": ("待送 {count}", "{count} waiting"),
    "webhook_count.failed": ("未送达 {count}", "{count} failed"),
    "delivery.delivered": ("已送达", "Delivered"),
    "delivery.waiting": ("待发送", "Waiting"),
    "delivery.pending": ("重试中", "Trying again"),
    "delivery.failed": ("未送达，已放弃", "Given up"),
    "delivery_attempts": ("已试 {count} 次", "attempts: {count}"),
    "delivery_test": ("测试", "Test"),
    "why.answered": ("对方应答 {status}", "the receiver answered {status}"),
    "why.silent": ("对方无应答", "no answer"),
    "why.unreachable": ("连接失败", "no connection"),
    "why.unknown-host": ("主机名无法解析", "the host's name cannot be looked up"),
    "why.own-host": ("地址不允许", "the address is not allowed"),
    "why.too-many": ("积压过多", "too many messages waited"),
}
_SAID = {
    "done.webhook-add": ("推送已建立。", "Webhook made."),
    "done.webhook-test": ("测试已发出，结果见下。", "Test sent; see below what comes of it."),
    "done.webhook-stop": ("推送已停用。", "Stopped."),
    "done.webhook-start": ("推送已启用。", "Started."),
    "done.webhook-remove": ("推送已删除。", "Deleted."),
    "done.webhook-resend": ("已再次发送。", "Sent again."),
    "webhook_gone": ("没有这个推送或这条记录。", "There is no such webhook or delivery."),
    "webhook_wrong": (
        "地址不能使用：须为 http://… 或 https://…，不含用户名和密码，且不在值班台本机。",
        "This address cannot be used: http://… or https://…, without credentials, "
        "not the desk's own machine.",
    ),
    "webhook_refused": (
        "不能这样做：推送数量已满，或该条正在发送。",
        "Not possible: there are too many webhooks, or it is being sent already.",
    ),
}

WEBHOOK_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({**_SHOWN, **_STATES, **_SAID})

WEBHOOKS_PAGE_WORDS = (*_SHOWN, "required", "confirm", "cancel", "back")
"""What the component is told."""
