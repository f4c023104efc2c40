"""What the desk's rows have in common: who signed them, and columns that are emptied when a participant is erased."""

from typing import Any

from sqlalchemy import Connection, Row, Table, update

from domain.ids import ParticipantId, PersonId
from domain.person import Signature


def signed(signature: Signature, of: str = "") -> dict[str, Any]:
    """The columns of a signature; ``of`` is what their names begin with."""
    return {
        f"{of}by": signature.by,
        f"{of}checked_in": signature.checked_in,
        f"{of}at": signature.at,
    }


def signature(row: Row[Any], of: str = "") -> Signature | None:
    """What ``signed`` wrote; None where nobody has signed yet."""
    values = row._mapping  # noqa: SLF001 - the public way to columns by name
    if values[f"{of}by"] is None:
        return None
    checked_in = values[f"{of}checked_in"]
    return Signature(
        PersonId(values[f"{of}by"]),
        None if checked_in is None else PersonId(checked_in),
        values[f"{of}at"],
    )


def author_of(row: Row[Any]) -> Signature:
    found = signature(row)
    assert found is not None, "the column is never empty"
    return found


def empty(
    connection: Connection, table: Table, participant: ParticipantId, **values: object
) -> None:
    """Write ``values`` into all rows about a participant."""
    connection.execute(update(table).where(table.c.participant == participant).values(**values))
