"""Looks at one person's figures, as the database gives them back."""

from datetime import timedelta

from domain.ids import PersonId, ViewId
from domain.period import Period
from domain.person import Person, Role, Signature
from domain.person_view import PersonView
from storage.unit_of_work import SqlTransactions
from tests.storage.people import NOW

EVA = Person(PersonId("p-eva"), "eva", Role.AGENT)
LENA = Person(PersonId("p-lena"), "lena", Role.TEAM_LEAD)
DAY = Period(NOW, NOW + timedelta(days=1))


def test_they_come_back_newest_first(transactions: SqlTransactions) -> None:
    views = [
        PersonView(ViewId(f"v{n}"), EVA.id, DAY, f"für {n}", Signature(LENA.id, EVA.id, NOW))
        for n in range(3)
    ]
    with transactions.write() as uow:
        for person in (EVA, LENA):
            uow.people.add(person, "hash")
        for view in views:
            uow.person_views.add(view)
        uow.commit()
    with transactions.read() as uow:
        assert uow.person_views.get(ViewId("v1")) == views[1]
        assert uow.person_views.get(ViewId("v9")) is None
        assert uow.person_views.of(EVA.id, 2) == [views[2], views[1]]
        assert uow.person_views.of(LENA.id, 2) == []
