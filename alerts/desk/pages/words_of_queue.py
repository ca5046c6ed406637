"""What the queue page says beyond what all pages do, Chinese first."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from alerts.case import Verdict

FILTER_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "filters": ("筛选与搜索", "Filters and search"),
        "search": ("搜索", "Search"),
        "search_hint": ("编号、地点、内容…", "Code, place, words…"),
        "clear_filters": ("清除筛选", "Clear"),
        "by.severity": ("级别", "Severity"),
        "by.category": ("类别", "Category"),
        "by.area": ("辖区", "Area"),
        "by.camera": ("摄像机", "Camera"),
        "by.rule": ("规则", "Rule"),
        "by.period": ("时间", "Time"),
        "by.mine": ("归属", "Whose"),
        "by.overdue": ("逾期", "Overdue"),
        "severity_up.high": ("高及以上", "High and up"),
        "severity_up.medium": ("中及以上", "Medium and up"),
        "period.1h": ("近 1 小时", "Last hour"),
        "period.8h": ("近 8 小时", "Last 8 hours"),
        "period.24h": ("近 24 小时", "Last 24 hours"),
        "period.7d": ("近 7 天", "Last 7 days"),
        "period.30d": ("近 30 天", "Last 30 days"),
        "period.days": ("按日期…", "By date…"),
        "since_day": ("起始日期", "From"),
        "until_day": ("截止日期", "To"),
        "mine.me": ("我的", "Mine"),
        "mine.department": ("交给本部门", "My department's"),
        "cameras_cut": ("先选辖区，可见其余摄像机", "Choose an area to see the other cameras"),
        "empty_filtered": ("没有符合条件的案件", "No case fits the filters"),
        "empty_filtered_hint": ("可以放宽或清除筛选条件。", "Widen or clear the filters."),
        "category.security": ("治安", "Security"),
        "category.fire": ("消防", "Fire"),
        "category.traffic": ("交通", "Traffic"),
        "category.environment": ("环境", "Environment"),
        "category.facility": ("设施", "Facilities"),
        "category.dispute": ("纠纷", "Disputes"),
        "category.livelihood": ("民生", "Livelihood"),
        "category.equipment": ("设备", "Equipment"),
        "category.other": ("其他", "Other"),
    }
)

ROW_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "left_m": ("剩 {minutes} 分", "{minutes} min left"),
        "left_h": ("剩 {hours} 时 {minutes} 分", "{hours} h {minutes} min left"),
        "left_d": ("剩 {days} 天 {hours} 时", "{days} d {hours} h left"),
        "left_s": ("剩 {minutes}:{seconds}", "{minutes}:{seconds} left"),
        "over_m": ("逾期 {minutes} 分", "{minutes} min overdue"),
        "over_h": ("逾期 {hours} 时 {minutes} 分", "{hours} h {minutes} min overdue"),
        "over_d": ("逾期 {days} 天 {hours} 时", "{days} d {hours} h overdue"),
        "supervised": ("督办", "Supervised"),
        "supervised_by": ("督办 {level} 级·{area}", "Supervised ({level}): {area}"),
        "no_limit": ("无时限", "No limit"),
    }
)

DEED_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "open_case": ("打开", "Open"),
        "dispatch": ("交办", "Dispatch"),
        "keys_help": ("键盘操作", "Keyboard"),
        "keys_close": ("关闭", "Close"),
        "key.move": ("下一件 / 上一件", "Next / previous case"),
        "key.open": ("打开案件", "Open the case"),
        "key.accept": ("受理", "Accept"),
        "key.false-alarm": ("误报（选择原因）", "False alarm (with the reason)"),
        "key.dispatch": ("分流交办", "Dispatch"),
        "key.close": ("办结（选择结论）", "Close (with the verdict)"),
        "key.search": ("搜索", "Search"),
        "key.mute": ("提示音 开 / 关", "Sound on / off"),
        "key.help": ("显示本帮助", "This help"),
        "not_now": ("此状态下不能进行此操作。", "This cannot be done at this status."),
        "preset.shadow": ("树影", "Shadows of trees"),
        "preset.animal": ("动物", "An animal"),
        "preset.light": ("灯光", "Lights"),
        "preset.weather": ("天气", "Weather"),
        "preset.authorised": ("授权人员", "Authorised people"),
        "preset.other": ("其他", "Something else"),
        "reason_other": ("说明（选“其他”时必填）", "In words (required for something else)"),
        "recipient": ("交给", "To"),
        "recipient_department": ("部门", "Department"),
        "recipient_officer": ("人员", "Officer"),
        "recipient_none": ("不指定", "Nobody in particular"),
        "recipient_wait": ("正在读取可交办对象…", "Reading to whom it can go…"),
        "limit": ("办理时限", "Time limit"),
        "limit.usual": ("按级别默认", "As the severity says"),
        "limit.30": ("30 分钟", "30 minutes"),
        "limit.120": ("2 小时", "2 hours"),
        "limit.480": ("8 小时", "8 hours"),
        "limit.1440": ("1 天", "1 day"),
        "limit.4320": ("3 天", "3 days"),
        "case_gone": ("此案已不在您的辖区或权限内。", "This case is not yours to see any more."),
    }
)

ALARM_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "sound_ask": ("点击开启提示音", "Click to turn sound on"),
        "sound_on": ("提示音：开", "Sound: on"),
        "sound_off": ("提示音：关", "Sound: off"),
        "title_new": ("【{count} 件新案】", "[{count} new] "),
        "trouble.bus": (
            "值班台与消息总线断开，新告警暂时收不到；恢复后自动补齐",
            "The desk does not hear the message bus: new alerts do not come in. "
            "It catches up by itself",
        ),
        "trouble.node": (
            "节点 {node} 离线，其摄像机暂无告警",
            "Node {node} is offline: no alerts from its cameras",
        ),
        "trouble.nodes": (
            "{count} 个节点离线，其摄像机暂无告警",
            "{count} nodes are offline: no alerts from their cameras",
        ),
        "trouble.store": (
            "数据库暂时不可用，列表未更新；恢复后自动更新",
            "The database is not available: the list is not up to date. It catches up by itself",
        ),
        "trouble_since": ("自 {time} 起", "since {time}"),
        "register_away": (
            "查询登记暂不可用，因此不能搜索，请稍后再试。",
            "The register cannot be written, so nothing is searched. Try again later.",
        ),
    }
)

_DEED_NAMES = {
    "accept": ("受理", "Accept"),
    "false_alarm": ("误报", "False alarm"),
    "close": ("办结", "Close"),
}

QUEUE_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {**_DEED_NAMES, **FILTER_WORDS, **ROW_WORDS, **DEED_WORDS, **ALARM_WORDS}
)

QUEUE_PAGE_WORDS = (
    "queue",
    "filter",
    "live",
    "live_lost",
    "live_no_bus",
    "new_case",
    "empty_pending",
    "empty_other",
    "empty_hint",
    "just_now",
    "more",
    "confirm",
    "cancel",
    "required",
    "verdict",
    "note",
    "reason",
    "no_answer",
    *(f"verdict.{each.value}" for each in Verdict),
    *(key for key in QUEUE_WORDS if not key.startswith(("category.", "mine.", "severity_up."))),
)
"""What the components of the queue page are told."""
