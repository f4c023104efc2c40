"""Change what we know of a participant."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from actions.desk import DeskError, ReadPhone, checked_text
from actions.errand import Content, Counter, Wish
from actions.why_not import What, WhyNot
from domain.desk_facts import DataChanged
from domain.errand import Errand, ErrandKind
from domain.fact import Body
from domain.free_text import read_line, read_text
from domain.language import Language
from domain.mail_address import is_mail_address
from domain.participant import Participant
from domain.person import Actor
from domain.places import is_zip
from domain.ports import UnitOfWork

_LONGEST_ADDRESS: Final = 500


@dataclass(frozen=True, slots=True)
class NewData:
    """As it was written; None stays as it is, and an empty ``phone``, ``address`` or ``email`` is taken away."""

    name: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    zip_code: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    language: Language | None = None
    email: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ChangeData:
    counter: Counter
    read_phone: ReadPhone

    def __call__(self, actor: Actor, wish: Wish, new: NewData) -> Errand:
        """Its text says what was asked for, a line for each. Raises DeskError or StorageDown."""
        values = self._read(new, self._country(actor, wish))
        text = "\n".join(f"{name}: {value or ''}" for name, value in values.items())

        def do(uow: UnitOfWork, participant: Participant, _: Errand) -> Sequence[Body]:
            changed = tuple(name for name in values if getattr(participant, name) != values[name])
            if not changed:
                raise DeskError(WhyNot.NOTHING_CHANGED)
            uow.participants.change(replace(participant, **values))
            return (DataChanged(participant.id, changed),)

        return self.counter.run(actor, wish, Content(ErrandKind.CHANGE_DATA, text=text), do)

    def _country(self, actor: Actor, wish: Wish) -> str:
        """As whose national number a telephone number is read."""
        desk = self.counter.desk
        with desk.transactions.read() as uow:
            participant = desk.participant(uow, actor.person, wish.participant)
            return desk.tenant(uow, actor.person, participant.tenant).country

    def _read(self, new: NewData, country: str) -> dict[str, Any]:
        """By the name of the participant's field. Raises DeskError."""
        values: dict[str, Any] = {}
        if new.name is not None:
            values["name"] = checked_text(What.NAME, new.name, read_line)
        if new.address is not None:
            blank = not new.address.strip()
            values["address"] = (
                "" if blank else checked_text(What.ADDRESS, new.address, _read_address)
            )
        if new.zip_code is not None:
            values["zip_code"] = checked_text(What.ZIP, new.zip_code, _read_zip)
        if new.phone is not None:
            values["phone"] = self._phone(new.phone.strip(), country)
        if new.language is not None:
            values["language"] = new.language
        if new.email is not None:
            values["email"] = _email(new.email.strip())
        return values

    def _phone(self, written: str, country: str) -> str | None:
        if not written:
            return None
        number = self.read_phone(written, country)
        if number is None:
            raise DeskError(WhyNot.NO_PHONE_NUMBER)
        return number


def _email(written: str) -> str | None:
    if written and not is_mail_address(written):
        raise DeskError(WhyNot.NO_MAIL_ADDRESS)
    return written or None


def _read_address(written: str) -> str:
    return read_text(written, _LONGEST_ADDRESS)


def _read_zip(written: str) -> str:
    found = read_line(written).upper()
    if not is_zip(found):
        raise DeskError(WhyNot.NO_ZIP)
    return found
