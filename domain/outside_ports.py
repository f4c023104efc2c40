"""What is needed of those outside, a company's CRM first of all, and of what is sent to them, as Protocols."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.crm import Contact, ContactChange, PhoneCallActivity
from domain.outbox import Backlog, Entry, Message


class Crm(Protocol):
    """A company's CRM. Each call may block for some seconds, from any thread; raises CrmDown or CrmRefused."""

    def contacts_by_phone(self, number: str) -> Sequence[Contact]:
        """Those who have a number (E.164), however it is spelled there."""
        ...

    def contacts_by_number(self, customer_number: str) -> Sequence[Contact]: ...

    def note_call(self, activity: PhoneCallActivity) -> None:
        """Note a call once, however often it is asked for: ``activity.id`` tells it from others."""
        ...

    def change_contact(self, change: ContactChange) -> None: ...


class ContactSearch(Protocol):
    """Finds contacts while somebody waits: an answer within its deadline, else CrmDown or CrmRefused."""

    async def contacts_by_phone(self, number: str) -> Sequence[Contact]: ...

    async def contacts_by_number(self, customer_number: str) -> Sequence[Contact]: ...


class Outbox(Protocol):
    """Messages to somebody outside: added in the transaction of what they tell of, sent later by another process.

    A lane's messages are taken one after another. At least once, not exactly once: whoever dies between sending and
    ``done`` has it sent again.
    """

    def add(self, message: Message, at: datetime) -> None: ...

    def take(self, channel: str, at: datetime, until: datetime) -> Entry | None:
        """The first message that is due, and nobody else's until then; None where nothing is due."""
        ...

    def is_due(self, channel: str, at: datetime) -> bool:
        """Whether ``take`` would find something."""
        ...

    def done(self, entry: int, at: datetime) -> None:
        """It has been sent; its body is forgotten."""
        ...

    def postpone(self, entry: int, due: datetime, why: str) -> None:
        """Try again at ``due``; its lane waits."""
        ...

    def refuse(self, entry: int, at: datetime, why: str) -> None:
        """Never try again by itself; its lane goes on."""
        ...

    def try_again(self, channel: str, at: datetime) -> int:
        """Let everything that was refused or is waiting be due now; how many."""
        ...

    def backlog(self, channel: str) -> Backlog: ...

    def forget_done_before(self, at: datetime) -> None: ...

    def forget_naming(self, channel: str, word: str) -> None:
        """Delete what a channel hasn't sent yet and that has ``word`` as one of its values: who it names is erased."""
        ...
