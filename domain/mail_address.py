"""What can be a mail address of somebody."""

import re
from typing import Final

_ADDRESS: Final = re.compile(
    r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@([a-z0-9-]{1,63}\.)+[a-z]{2,63}", re.ASCII | re.IGNORECASE
)


LONGEST: Final = 254
"""Characters of an address that mail servers take (RFC 5321, erratum 1690)."""


def is_mail_address(written: str) -> bool:
    return len(written) <= LONGEST and _ADDRESS.fullmatch(written) is not None
