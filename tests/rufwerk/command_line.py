"""Commands as a test gives them: arguments in; exit status, standard output and standard error out."""

from collections.abc import Callable
from typing import TypeAlias

Run: TypeAlias = Callable[..., tuple[int, str, str]]
