"""Remember how a participant wants to be spoken to, from his next call on too."""

from dataclasses import dataclass, replace

from domain.fact import Origin
from domain.ids import ParticipantId
from domain.language import Language
from domain.participant import Membership, Participant
from domain.portal_facts import LanguageRemembered, ShortFormRemembered
from domain.ports import Clock, Transactions, UnitOfWork


@dataclass(frozen=True, slots=True)
class RememberLanguage:
    transactions: Transactions
    clock: Clock

    def __call__(self, origin: Origin, participant: ParticipantId, language: Language) -> None:
        """Nothing where it is his already. Raises StorageDown."""
        with self.transactions.write() as uow:
            person = _active(uow, participant)
            if person is not None and person.language is not language:
                uow.participants.change(replace(person, language=language))
                fact = LanguageRemembered(participant, language)
                uow.facts.append(origin, self.clock(), fact)
                uow.commit()


@dataclass(frozen=True, slots=True)
class RememberForm:
    transactions: Transactions
    clock: Clock

    def __call__(self, origin: Origin, participant: ParticipantId, *, short: bool) -> None:
        """Whether he hears prompts in their short form; nothing where he does so already. Raises StorageDown."""
        with self.transactions.write() as uow:
            person = _active(uow, participant)
            if person is not None and person.short_form is not short:
                uow.participants.change(replace(person, short_form=short))
                uow.facts.append(origin, self.clock(), ShortFormRemembered(participant, short))
                uow.commit()


def _active(uow: UnitOfWork, participant: ParticipantId) -> Participant | None:
    """None where he has left the scheme meanwhile."""
    person = uow.participants.get(participant)
    return person if person and person.membership is Membership.ACTIVE else None
