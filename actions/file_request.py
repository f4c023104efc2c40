"""File a return or a complaint: what he says is written down, under a receipt."""

from dataclasses import dataclass

from actions.desk import checked_text
from actions.errand import Content, Counter, Wish, note_only
from actions.why_not import What
from domain.errand import Errand, ErrandKind
from domain.person import Actor


@dataclass(frozen=True, slots=True)
class FileReturn:
    counter: Counter

    def __call__(self, actor: Actor, wish: Wish, text: str) -> Errand:
        """``text`` says what comes back, and why. Raises DeskError or StorageDown."""
        content = Content(ErrandKind.RETURN, text=checked_text(What.RETURN, text))
        return self.counter.run(actor, wish, content, note_only)


@dataclass(frozen=True, slots=True)
class FileComplaint:
    counter: Counter

    def __call__(self, actor: Actor, wish: Wish, text: str) -> Errand:
        """Raises DeskError or StorageDown."""
        content = Content(ErrandKind.COMPLAINT, text=checked_text(What.COMPLAINT, text))
        return self.counter.run(actor, wish, content, note_only)
