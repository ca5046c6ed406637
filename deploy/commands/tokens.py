"""`xueliang tokens …`: API tokens of other platforms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.commands.check import SiteArgument
from deploy.site_file import load_site

if TYPE_CHECKING:
    from alerts.desk.api_tokens import ApiTokens

app = typer.Typer(help="API tokens of other platforms: add, list, revoke.", no_args_is_help=True)

OPERATOR = "operator"
"""Who made a token here: whoever may open the database."""


@app.command()
def add(
    site: SiteArgument,
    account: Annotated[str, typer.Argument(help="An integrator.", show_default=False)],
    scope: Annotated[list[str], typer.Option(help="cases:read, cases:write, footage:read, …")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "",
    days: Annotated[int | None, typer.Option(help="How long it works; else until revoked.")] = None,
) -> None:
    """Make a token and print it; it cannot be shown again."""
    from alerts.desk.token_views import NewToken
    from alerts.desk.views import Scope

    if unknown := sorted(set(scope) - set(Scope)):
        known = ", ".join(Scope)
        raise typer.BadParameter(f"{unknown[0]!r} is none of {known}", param_hint="--scope")
    scopes = frozenset(Scope(word) for word in scope)
    with _tokens(site) as tokens:
        new = NewToken(account=account, name=name or account, scopes=scopes, days=days)
        made = tokens.add(new, by=OPERATOR)
    typer.echo(made.secret)


@app.command("list")
def list_(site: SiteArgument) -> None:
    """All tokens by account: number, account, beginning, scopes, state, last use, purpose."""
    with _tokens(site) as tokens:
        for row in tokens.list():
            state = "revoked" if row.revoked_at else f"until {row.expires_at or 'revoked'}"
            used = "never used" if row.used_at is None else f"used {row.used_at:%Y-%m-%d %H:%M}"
            scopes = " ".join(sorted(row.scopes))
            parts = (row.token_id, row.account, f"{row.hint}…", scopes, state, used, row.name)
            typer.echo("\t".join(str(part) for part in parts))


@app.command()
def revoke(
    site: SiteArgument,
    number: Annotated[int, typer.Argument(help="As `list` shows it.", show_default=False)],
) -> None:
    """Have a token work no more."""
    with _tokens(site) as tokens:
        row = tokens.revoke(number)
    typer.echo(f"{row.token_id}: revoked")


@contextmanager
def _tokens(site: SiteArgument) -> Iterator[ApiTokens]:
    from alerts.desk.api_tokens import ApiTokens
    from alerts.desk.store import Store

    loaded = load_site(site)
    with closing(Store(loaded.database).open()) as store:
        yield ApiTokens(store)
