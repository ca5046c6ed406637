"""`xueliang officers …`: accounts of the desk."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from getpass import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.commands.check import SiteArgument
from deploy.site_file import load_site

if TYPE_CHECKING:
    from alerts.desk.officers import Officers

app = typer.Typer(help="Accounts of the desk: add, list, disable.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="The log-in name.", show_default=False)]


@app.command()
def add(
    site: SiteArgument,
    name: NameArgument,
    role: Annotated[str, typer.Option(help="village-officer, town-officer, county-supervisor, …")],
    area: Annotated[str, typer.Option(help="Id of the officer's area; sees it and those below.")],
    display_name: Annotated[str, typer.Option(help="As other officers read it.")] = "",
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
) -> None:
    """Make an account; the password is asked for, or read from stdin."""
    from alerts.desk.views import Role

    if role not in set(Role):
        raise typer.BadParameter(f"{role!r} is none of {', '.join(Role)}", param_hint="--role")
    if language not in {"zh", "en"}:
        raise typer.BadParameter(f"{language!r} is neither zh nor en", param_hint="--language")
    with _officers(site) as officers:
        officer = officers.add(
            name,
            _password(),
            role=Role(role),
            area_id=area,
            display_name=display_name,
            language="zh" if language == "zh" else "en",
        )
    typer.echo(f"{officer.name}: {officer.role} of area {officer.area_id}")


@app.command("list")
def list_(site: SiteArgument) -> None:
    """All accounts, by name."""
    with _officers(site) as officers:
        for officer in officers.list():
            state = "disabled" if officer.is_disabled else "active"
            typer.echo(f"{officer.name}\t{officer.role}\t{officer.area_id}\t{state}")


@app.command()
def disable(site: SiteArgument, name: NameArgument) -> None:
    """Close an account and end its sessions."""
    with _officers(site) as officers:
        officers.disable(name)
    typer.echo(f"{name}: disabled")


@contextmanager
def _officers(site: SiteArgument) -> Iterator[Officers]:
    from alerts.desk.officers import Officers
    from alerts.desk.store import Store

    loaded = load_site(site)
    with closing(Store(loaded.database).open()) as store:
        yield Officers(store, loaded.areas)


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass("password: ")
    if getpass("again: ") != password:
        raise typer.BadParameter("the two passwords differ")
    return password
