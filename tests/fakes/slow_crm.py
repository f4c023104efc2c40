"""A CRM that finds nobody, as slowly or as badly as a test wants."""

import threading
from collections.abc import Sequence

from domain.crm import Contact, ContactChange, CrmTrouble, PhoneCallActivity


class SlowCrm:
    """Answers each look-up with what ``answers`` says next, once ``go`` is set; it starts set."""

    def __init__(self, *answers: CrmTrouble | Sequence[Contact]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.reached = threading.Event()
        self.go = threading.Event()
        self.go.set()

    def contacts_by_phone(self, number: str) -> Sequence[Contact]:
        self.asked.append(number)
        self.reached.set()
        self.go.wait(20)
        answer = self.answers.pop(0) if self.answers else ()
        if isinstance(answer, CrmTrouble):
            raise answer
        return answer

    contacts_by_number = contacts_by_phone

    def note_call(self, activity: PhoneCallActivity) -> None: ...

    def change_contact(self, change: ContactChange) -> None: ...
