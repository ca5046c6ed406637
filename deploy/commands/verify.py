"""`xueliang verify`: an exported register, offline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from alerts.desk.register_chain import Head

EXIT_BROKEN = 1
EXIT_UNREADABLE = 2

HeadOption = Annotated[
    str | None, typer.Option("--head", help="COUNT:HASH, as the log and the page showed it.")
]
AgainstOption = Annotated[
    Path | None, typer.Option(help="An older export, which this one must go on from.")
]


def verify(
    file: Annotated[Path, typer.Argument(help="An exported register.", show_default=False)],
    head: HeadOption = None,
    against: AgainstOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Whether a register is intact, else which entry is the first that is not.

    Status 0: intact; 1: broken; 2: it cannot be read, or is no register. Without `--head` or
    `--against` a register made anew from its beginning looks intact.
    """
    from alerts.desk.errors import VerifyError
    from alerts.desk.register_chain import BrokenChainError
    from alerts.desk.register_file import verify_file

    try:
        found = verify_file(file, must_hold=kept_head(head, against))
    except BrokenChainError as error:
        broken = {"number": error.number, "fault": error.fault}
        _say(as_json, f"{file}: broken: {error}", intact=False, broken=broken)
        raise typer.Exit(EXIT_BROKEN) from error
    except VerifyError as error:
        _say(as_json, f"xueliang: {error}", intact=None, error=str(error))
        raise typer.Exit(EXIT_UNREADABLE) from error
    sealed = f", {found.sealed} of them sealed" if found.sealed else ""
    _say(
        as_json,
        f"{file}: intact, {found.head.count} entries{sealed}\nhead {found.head}",
        intact=True,
        count=found.head.count,
        head=found.head.hash,
        sealed=found.sealed,
        site=found.site,
        exported_at=found.exported_at,
        broken=None,
    )


def kept_head(head: str | None, against: Path | None) -> Head | None:
    """The head to compare with, from either option; of both the later one.

    Raises:
        VerifyError: `against` cannot be read, or is itself broken.
    """
    from alerts.desk.errors import VerifyError
    from alerts.desk.register_chain import BrokenChainError, Head
    from alerts.desk.register_file import head_in

    heads = []
    try:
        heads += [] if head is None else [Head.parse(head)]
        heads += [] if against is None else [head_in(against)]
    except BrokenChainError as error:
        raise VerifyError(f"{against} is broken itself: {error}") from error
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--head") from error
    return max(heads, key=lambda each: each.count, default=None)


def _say(as_json: bool, words: str, **fields: object) -> None:
    if as_json:
        typer.echo(json.dumps({"kind": "register", **fields}, ensure_ascii=False))
    else:
        typer.echo(words, err=fields["intact"] is None)
