"""What the page about accounts says, Chinese first."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PEOPLE_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "officers": ("人员", "Officers"),
        "officers_about": (
            "本辖区及下级的账号。更改后，对方需重新登录。",
            "Accounts of your area and below. Whoever is changed has to log in again.",
        ),
        "officers_none": ("还没有账号", "No accounts yet"),
        "officer_new": ("新建账号", "New account"),
        "officer_shown": ("姓名", "Shown as"),
        "officer_role": ("角色", "Role"),
        "officer_area": ("辖区", "Area"),
        "officer_department": ("部门", "Department"),
        "officer_state": ("状态", "State"),
        "officer_deeds": ("操作", "Actions"),
        "officer_active": ("正常", "Active"),
        "officer_locked": ("已锁定", "Locked"),
        "officer_self": ("本人", "You"),
        "officer_change": ("修改", "Change"),
        "officer_lock": ("锁定", "Lock"),
        "officer_unlock": ("解锁", "Unlock"),
        "officer_reset": ("重置密码", "Reset password"),
        "password_rule": ("至少 8 个字符", "at least 8 characters"),
        "password_none": ("对接平台没有密码，请建立令牌", "No password: make a token"),
        "role.village-officer": ("村级值班员", "Village officer"),
        "role.town-officer": ("镇级值班员", "Town officer"),
        "role.county-supervisor": ("县级主管", "County supervisor"),
        "role.department-handler": ("部门处置人", "Department handler"),
        "role.grid-worker": ("网格员", "Grid worker"),
        "role.maintainer": ("运维人员", "Maintainer"),
        "role.auditor": ("审计员", "Auditor"),
        "role.integrator": ("对接平台", "Integrator"),
        "done.officer-add": ("账号 {name} 已建立。", "Account {name} made."),
        "done.officer-change": ("账号 {name} 已修改。", "Account {name} changed."),
        "done.officer-lock": ("账号 {name} 已锁定。", "Account {name} locked."),
        "done.officer-unlock": ("账号 {name} 已解锁。", "Account {name} unlocked."),
        "done.officer-reset": ("{name} 的密码已重置。", "Password of {name} reset."),
        "officer_wrong": (
            "账号信息有误：用户名是否已被占用，密码是否够长，部门是否填写？",
            "The account cannot be so: is the name taken, the password long enough, "
            "the department filled in?",
        ),
        "officer_gone": ("没有这个账号。", "There is no such account."),
    }
)
