"""What pages say of attachments, of cases opened by hand and of printing, Chinese first."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FILE_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "files": ("附件", "Attachments"),
        "files_none": ("没有附件", "No attachments"),
        "files_none_drop": (
            "没有附件；可将照片、PDF 或视频拖到此处。",
            "No attachments; drop photos, PDF or films here.",
        ),
        "file_add": ("添加附件", "Attach"),
        "file_sending": ("上传中…", "Sending…"),
        "file_too_large": ("超过 20 MB", "larger than 20 MB"),
        "file_lost": ("未能上传，请再试一次", "not sent; please try again"),
        "file_deleted": ("已按保存期限删除", "deleted: its time in store is over"),
        "new_case_page": ("手工立案", "Open a case"),
        "new_case_severity": ("等级", "Severity"),
        "new_case_text": ("情况描述", "What happened"),
        "new_case_nobody": (
            "写事件经过，不写个人姓名、证件或车牌。",
            "Say what happened; name no persons, papers or plates.",
        ),
        "new_case_camera": (
            "可见该处的摄像机（可不选）",
            "A camera that shows the place (optional)",
        ),
        "new_case_no_camera": ("不选", "None"),
        "new_case_photos": (
            "照片、PDF 或视频（可不选，每个不超过 20 MB）",
            "Photos, PDF or films (optional, 20 MB each at most)",
        ),
        "new_case_open": ("立案", "Open the case"),
        "new_case_opened": ("案件已立：", "The case is open:"),
        "new_case_before": (
            "此前已立案 {code}，之后的修改没有保存，可到该案件中写备注。再次提交将另立新案。",
            "Case {code} was opened before; what you changed since is not kept: write a note "
            "there. Sent again, it opens another case.",
        ),
        "print": ("打印", "Print"),
        "print_title": ("案件卷宗", "Case dossier"),
        "print_by": ("打印人：{name}", "Printed by {name}"),
        "print_at": ("打印时间：", "Printed at "),
        "print_button_only": (
            "请使用页面上的“打印”按钮：打印须登记。",
            "Use the page's print button: what is printed is registered.",
        ),
    }
)
NEW_CASE_WORDS = (
    *(key for key in FILE_WORDS if key.startswith(("new_case", "file_"))),
    "back",
    "required",
    "recipient_choose",
    "draft_restored",
    "draft_drop",
    "no_answer",
    "fact.origin",
    "fact.category",
    "fact.area",
    "fact.place",
)
FILES_WORDS = tuple(key for key in FILE_WORDS if key.startswith("file"))
