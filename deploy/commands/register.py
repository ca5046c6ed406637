"""`xueliang desk register`: export the register, or check the one in the database."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.commands.check import SiteArgument
from deploy.commands.verify import EXIT_BROKEN, AgainstOption, HeadOption, kept_head
from deploy.site_file import load_site

if TYPE_CHECKING:
    from alerts.desk.register_reader import RegisterReader


def register(
    site: SiteArgument,
    out: Annotated[
        Path | None, typer.Option(help="Export everything to a file that does not exist yet.")
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check the chain in the database; status 1: broken.")
    ] = False,
    head: HeadOption = None,
    against: AgainstOption = None,
) -> None:
    """Who watched, exported or searched what: export it (which is registered, too), or check it.

    Also while the desk runs. `--head` or `--against` name an end of the chain kept elsewhere; only
    with one of them a cut-off end, or a register made anew, is found.
    """
    if (out is None) is not verify:
        raise typer.BadParameter("name either --out FILE or --verify")
    with _reader(site) as reader:
        if out is None:
            _verify(reader, head, against)
        else:
            _export(reader, out)


def _export(reader: RegisterReader, out: Path) -> None:
    from alerts.desk.register_file import verify_file

    # For its owner only: it says who looked at what.
    number = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    is_whole = False
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.writelines(reader.export_here(getpass.getuser()))
            file.flush()
            os.fsync(file.fileno())
        is_whole = True
    finally:
        if not is_whole:
            out.unlink(missing_ok=True)
    typer.echo(f"{out}: head {verify_file(out).head}")


def _verify(reader: RegisterReader, head: str | None, against: Path | None) -> None:
    from alerts.desk.register_chain import BrokenChainError

    try:
        found = reader.verify(must_hold=kept_head(head, against))
    except BrokenChainError as error:
        typer.echo(f"broken: {error}")
        raise typer.Exit(EXIT_BROKEN) from error
    typer.echo(f"intact, {found.count} entries\nhead {found}")


@contextmanager
def _reader(site: Path) -> Iterator[RegisterReader]:
    from alerts.desk.directory import Directory
    from alerts.desk.register import Register
    from alerts.desk.register_reader import RegisterReader
    from alerts.desk.store import Store
    from deploy.desk_site import desk_site

    known = desk_site(load_site(site))
    directory = Directory(known)
    with closing(Store(known.database).open()) as store:
        yield RegisterReader(store, directory, Register(store, directory))
