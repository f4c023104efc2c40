"""A small CRM that speaks the Organization service, for the demo and for tests; it checks each body."""

from typing import Final

ENDPOINT: Final = "/XRMServices/2011/Organization.svc/web"
RECORD: Final = "/main.aspx?etn={entity}&pagetype=entityrecord&id={id}"
"""Where a record is shown, as Dynamics has it."""
