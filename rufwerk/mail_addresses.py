"""What can be a mail address in a file of ours."""

import re
from typing import Final

_ADDRESS: Final = re.compile(
    r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@([a-z0-9-]{1,63}\.)+[a-z]{2,63}", re.ASCII | re.IGNORECASE
)


def is_mail_address(written: str) -> bool:
    return _ADDRESS.fullmatch(written) is not None
