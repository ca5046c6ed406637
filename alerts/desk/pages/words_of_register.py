"""What the pages say about the register and about reasons for looking, Chinese first."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

REGISTER_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        # before footage of a household's camera
        "reason_needed": (
            "住户摄像机，案件已办结：再次查看须说明理由。",
            "A household's camera, and the case is over: say why you look again.",
        ),
        "snapshot.withheld": ("住户，已办结", "Household, closed"),
        "reason_waits": ("说明理由后显示", "Shown once you have said why"),
        "reason_state": ("说明查看理由", "Say why"),
        "reason_kept": (
            "理由与您的姓名、时间一并记入登记簿，不可更改。",
            "The register keeps it with your name and the time; it cannot be changed.",
        ),
        "reason_label": ("查看理由（至少四个字）", "Why (four characters at least)"),
        # the register
        "register": ("查看登记", "Register of looks"),
        "register_about": (
            "谁、何时、从何处、因何查看、搜索或导出。查看本登记同样记入登记簿。",
            "Who watched, searched or exported what, when, from where and why. "
            "Reading this is registered, too.",
        ),
        "register_head": ("链尾", "Head of the chain"),
        "register_head_why": (
            "请抄存他处：日后据此可发现登记被截断或重造。",
            "Keep it elsewhere: with it a register cut off or made anew is found.",
        ),
        "register_export": ("导出全部", "Export all"),
        "register_none": ("没有符合条件的登记", "No entry is like that"),
        "register_older": ("更早的登记", "Older entries"),
        "register_newest": ("回到最新", "Back to the newest"),
        "register_bad": ("筛选条件有误，已忽略。", "The filter was not right and is ignored."),
        "register_apply": ("筛选", "Filter"),
        "register_clear": ("清除", "Clear"),
        "register.number": ("序号", "No."),
        "register.at": ("时间", "Time"),
        "register.actor": ("人员（用户名）", "Who (log-in name)"),
        "register.role": ("角色", "Role"),
        "register.client": ("来源地址", "From"),
        "register.action": ("行为", "What"),
        "register.subject": ("对象", "Of what"),
        "register.camera": ("摄像机编号", "Camera id"),
        "register.case": ("案件编号", "Case"),
        "register.area": ("辖区", "Area"),
        "register.reason": ("理由", "Why"),
        "register.from": ("从", "From day"),
        "register.to": ("到", "To day"),
        "register.any": ("全部行为", "All"),
        "look.watched-snapshot": ("查看图片", "Watched a snapshot"),
        "look.watched-clip": ("查看录像", "Watched a clip"),
        "look.watched-live": ("查看实时画面", "Watched live"),
        "look.watched-attachment": ("查看附件", "Watched an attachment"),
        "look.exported-dossier": ("导出卷宗", "Exported a dossier"),
        "look.searched": ("搜索", "Searched"),
        "look.listed-register": ("查看登记", "Read the register"),
        "look.exported-register": ("导出登记", "Exported the register"),
        "owner.household": ("住户", "household"),
        "owner.department": ("部门", "department"),
        "role.village-officer": ("村级值班员", "Village officer"),
        "role.town-officer": ("镇级值班员", "Town officer"),
        "role.county-supervisor": ("县级督办", "County supervisor"),
        "role.department-handler": ("部门处置员", "Department handler"),
        "role.grid-worker": ("网格员", "Grid worker"),
        "role.maintainer": ("运维员", "Maintainer"),
        "role.auditor": ("审计员", "Auditor"),
        "role.integrator": ("对接平台", "Integrator"),
        "actor.command-line": ("本机命令行", "Command line on the machine"),
    }
)
"""`tests/unit/desk/test_pages_words.py` checks the table."""

REASON_WORDS = (
    "reason_needed",
    "reason_waits",
    "reason_state",
    "reason_kept",
    "reason_label",
    "required",
    "confirm",
    "cancel",
)
LIST_WORDS = (
    "register",
    "register_about",
    "register_head",
    "register_head_why",
    "register_export",
    "register_none",
    "register_older",
    "register_newest",
    "register_apply",
    "register_clear",
    "back",
)
