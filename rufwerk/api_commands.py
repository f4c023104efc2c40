"""``rufwerk api-token``: the ways in of other programs."""

import secrets
from contextlib import closing
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from actions.api_token import AddApiToken, ApiTokenError, ListApiTokens, RevokeApiToken
from domain.api_token import ApiRole, ApiToken
from domain.ids import IntegrationId, TenantId
from prompts.catalogue import Catalogue
from rufwerk import wiring
from rufwerk.settings import Settings
from rufwerk.terminal import AsJson, fail, load, out, print_json, talk

app = typer.Typer(help="Other programs that ask the API.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The program's, such as toolbar.")]


@app.command()
def add(
    name: Name,
    role: Annotated[ApiRole, typer.Option(help="What the program may do.")],
    tenant: Annotated[str | None, typer.Option(help="The only brand it may know of.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let a program ask the API. Its token is printed now and never again."""
    settings = load()
    of_tenant = None if tenant is None else _known(settings, tenant)
    with closing(wiring.transactions(settings)) as transactions:
        adding = AddApiToken(
            transactions, wiring.utc_now, lambda: secrets.token_urlsafe(32), _new_integration
        )
        try:
            made = adding(name, role, of_tenant)
        except ApiTokenError as error:
            fail(str(error))
    if as_json:
        print_json(_row(made.token) | {"token": made.secret})
        return
    talk.print("Keep this token: it isn't shown again.")
    out.print(made.secret, soft_wrap=True)


@app.command("list")
def show(as_json: AsJson = False) -> None:
    """Who may ask the API, and who might once."""
    with closing(wiring.transactions(load())) as transactions:
        rows = [_row(one) for one in ListApiTokens(transactions)()]
    if as_json:
        print_json(rows)
        return
    table = Table("Name", "Role", "Brand", "Made", "Revoked", box=None)
    for row in rows:
        made, revoked = _short(row["made"]), _short(row["revoked"])
        table.add_row(row["name"], row["role"], row["tenant"] or "all", made, revoked)
    out.print(table)


@app.command()
def revoke(name: Name) -> None:
    """End a program's way in, at once."""
    with closing(wiring.transactions(load())) as transactions:
        try:
            RevokeApiToken(transactions, wiring.utc_now)(name)
        except ApiTokenError as error:
            fail(str(error))


def _known(settings: Settings, tenant: str) -> TenantId:
    tenants = wiring.tenant_files(settings, Catalogue.load()).current.tenants
    if TenantId(tenant) not in tenants:
        fail(f"There is no brand {tenant}. Take one of {', '.join(sorted(tenants))}.")
    return TenantId(tenant)


def _new_integration() -> IntegrationId:
    return IntegrationId(secrets.token_hex(8))


def _short(at: str | None) -> str:
    """By this machine's clock."""
    return "-" if at is None else datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")


def _row(token: ApiToken) -> dict[str, Any]:
    revoked = token.revoked
    return {
        "id": token.id,
        "name": token.name,
        "role": token.role.value,
        "tenant": token.tenant,
        "made": token.made.isoformat(timespec="seconds"),
        "revoked": None if revoked is None else revoked.isoformat(timespec="seconds"),
    }
