"""`xueliang desk SITE`, and `xueliang desk backup|restore|register`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from deploy.commands.check import SiteArgument
from deploy.commands.register import register
from deploy.site_file import SiteFile, load_site

RUN = "run"


class DeskGroup(TyperGroup):
    """A group whose first word may be a site file: then the desk runs."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - Typer's is private
        """Put the hidden command's name before a site file."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = [RUN, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=DeskGroup,
    help="`xueliang desk SITE` runs the desk; its backups, its register.",
    subcommand_metavar="SITE | COMMAND [ARGS]...",
    no_args_is_help=True,
)


@app.command(RUN, hidden=True)
def run(site: SiteArgument) -> None:
    """Run the desk until SIGTERM or Ctrl-C."""
    from deploy.desk import run_desk

    raise typer.Exit(run_desk(load_site(site), file=SiteFile(site)))


app.command()(register)


@app.command()
def backup(
    site: SiteArgument,
    out: Annotated[Path, typer.Option(help="A file that does not exist yet.")],
) -> None:
    """Copy the desk's database as of one moment, and attachments beside it, also while it runs."""
    from alerts.desk.attachment_backup import archive_of
    from alerts.desk.backup import back_up

    loaded = load_site(site)
    count = back_up(loaded.database, out, loaded.data / "attachments")
    beside = archive_of(out)
    typer.echo(f"{out}: {out.stat().st_size} bytes")
    typer.echo(f"{beside}: {count} attachments, {beside.stat().st_size} bytes; keep both together")
    typer.echo("snapshots and clips are not in it: copy the evidence store by other means")


@app.command()
def restore(
    site: SiteArgument,
    file: Annotated[Path, typer.Argument(help="A backup.", show_default=False)],
) -> None:
    """Put a backup in the database's place; what was there is kept. The desk must not run."""
    from alerts.desk.attachment_backup import archive_of
    from alerts.desk.restore import restore as put_back

    loaded = load_site(site)
    attached = loaded.data / "attachments"
    replaced = put_back(loaded.database, file, loaded.data / "backups", attached)
    typer.echo(f"{file} is the desk's database now")
    if not archive_of(file).exists():
        typer.echo(f"no {archive_of(file).name} beside it: attachments are those that were there")
    if replaced is not None:
        typer.echo(f"what was there lies in {replaced}")
