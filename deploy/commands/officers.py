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
    from alerts.desk.views import Officer, Role

app = typer.Typer(help="Accounts of the desk: add, list, change, disable.", no_args_is_help=True)

DEPARTMENT = "Whose cases a department-handler sees, as written in cases: 水务."
NameArgument = Annotated[str, typer.Argument(help="The log-in name.", show_default=False)]


@app.command()
def add(  # noqa: PLR0913, PLR0917 - the options of a command
    site: SiteArgument,
    name: NameArgument,
    role: Annotated[str, typer.Option(help="village-officer, town-officer, county-supervisor, …")],
    area: Annotated[str, typer.Option(help="Id of the officer's area; sees it and those below.")],
    display_name: Annotated[str, typer.Option(help="As other officers read it.")] = "",
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    department: Annotated[str | None, typer.Option(help=DEPARTMENT)] = None,
) -> None:
    """Make an account; the password is asked for, or read from stdin. An integrator has none."""
    from alerts.desk.account import NewOfficer
    from alerts.desk.views import Role

    known = _role(role)
    if language not in {"zh", "en"}:
        raise typer.BadParameter(f"{language!r} is neither zh nor en", param_hint="--language")
    with _officers(site) as officers:
        new = NewOfficer(
            name=name,
            password=None if known is Role.INTEGRATOR else _password(),
            role=known,
            area_id=area,
            display_name=display_name,
            language="zh" if language == "zh" else "en",
            department=department,
        )
        officer = officers.add(new)
    typer.echo(_line(officer))


@app.command("list")
def list_(site: SiteArgument) -> None:
    """All accounts, by name."""
    with _officers(site) as officers:
        for officer in officers.list():
            typer.echo(_line(officer))


@app.command()
def change(
    site: SiteArgument,
    name: NameArgument,
    role: Annotated[str | None, typer.Option(help="Another role.")] = None,
    area: Annotated[str | None, typer.Option(help="Another area.")] = None,
    department: Annotated[str | None, typer.Option(help=DEPARTMENT)] = None,
    display_name: Annotated[str | None, typer.Option(help="As other officers read it.")] = None,
) -> None:
    """Change an account; where it may see or do something else then, its sessions end."""
    from alerts.desk.account import OfficerChange

    with _officers(site) as officers:
        wanted = OfficerChange(
            role=None if role is None else _role(role),
            area_id=area,
            department=department,
            display_name=display_name,
        )
        officer = officers.change(name, wanted)
    typer.echo(_line(officer))


@app.command()
def password(site: SiteArgument, name: NameArgument) -> None:
    """Give an account another password, asked for or read from stdin; its sessions end."""
    with _officers(site) as officers:
        officers.set_password(name, _password())
    typer.echo(f"{name}: the password is another now")


@app.command()
def disable(site: SiteArgument, name: NameArgument) -> None:
    """Close an account and end its sessions."""
    with _officers(site) as officers:
        officers.disable(name)
    typer.echo(f"{name}: disabled")


@app.command()
def enable(site: SiteArgument, name: NameArgument) -> None:
    """Open a closed account again."""
    with _officers(site) as officers:
        officers.enable(name)
    typer.echo(f"{name}: enabled")


def _line(officer: Officer) -> str:
    state = "disabled" if officer.is_disabled else "active"
    line = f"{officer.name}\t{officer.role}\t{officer.area_id}\t{state}"
    return line if officer.department is None else f"{line}\t{officer.department}"


def _role(word: str) -> Role:
    from alerts.desk.views import Role

    if word not in set(Role):
        raise typer.BadParameter(f"{word!r} is none of {', '.join(Role)}", param_hint="--role")
    return Role(word)


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
