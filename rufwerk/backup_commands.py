"""``rufwerk backup`` and ``rufwerk restore``: one file, checked, and brought back elsewhere."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from rufwerk import terminal
from rufwerk.backup import back_up, back_up_secrets
from rufwerk.restoring import restore
from rufwerk.terminal import AsJson, fail, load, out, print_json, talk


def backup(
    file: Annotated[Path, typer.Argument(help="The file to be written; there must be none yet.")],
    secrets: Annotated[
        Path | None,
        typer.Option(help="A second file, for the secrets: they are never in the first one."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write all that can't be made again into one file; the instance may run meanwhile."""
    settings = load()
    if secrets is not None and secrets.exists():
        fail(f"{secrets} is there already. Name another one, or move it away.")
    made = back_up(settings, file.absolute())
    if secrets is not None:
        back_up_secrets(settings, secrets.absolute(), terminal.config)
    size = sum(one.size for one in made.members)
    if as_json:
        print_json({"file": str(file), "facts": made.facts, "log": made.log, "field": made.field})
        return
    out.print(
        f"{file}: {len(made.members)} parts of {size} bytes, {made.facts} facts. Written, read back, as it should be.",
        soft_wrap=True,
    )
    if secrets is None:
        talk.print(
            "The secrets aren't in it: keep a copy of them apart, with --secrets FILE.",
            soft_wrap=True,
        )


def bring_back(
    file: Annotated[Path, typer.Argument(help="What `backup` wrote.")],
    secrets: Annotated[Path | None, typer.Option(help="The file of the secrets.")] = None,
    home: Annotated[
        Path | None, typer.Option(help="An empty home; that of the settings by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring a backup back into an empty home, replay its log, and compare."""
    settings = load()
    if home is not None:
        settings = msgspec.structs.replace(settings, home=home.absolute())
    done = restore(settings, file, secrets, talk.print)
    if as_json:
        print_json(
            {
                "home": str(settings.home),
                "facts": done.manifest.facts,
                "field_compared": done.field_compared,
                "figures_equal": done.figures_equal,
                "to_do": list(done.to_do),
            }
        )
    else:
        field = (
            "and so is the field they leave"
            if done.field_compared
            else ("the field wasn't compared: another program wrote the backup")
        )
        out.print(
            f"{settings.home}: {done.manifest.facts} facts are those backed up, {field}.",
            soft_wrap=True,
        )
        for sentence in done.to_do:
            out.print(sentence, soft_wrap=True)
    if not done.figures_equal:
        fail(
            "What figures were aggregated over wasn't what the log gives; it was made anew from the log. "
            "Compare the reports since then."
        )
