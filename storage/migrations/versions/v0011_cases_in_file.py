"""Cases of a list are found in the order of the client's file without sorting all of them."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index("cases_in_file", "cases", ["list", "sheet", "row", "id"])
