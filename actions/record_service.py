"""Record what was done for a caller, correct it, and tell whether a call may be finished."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from actions import read_log
from actions.desk import Desk, DeskError, NotYours, checked_id, same_as, unfit
from actions.why_not import WhyNot
from domain.desk_facts import NoConcern, ServiceCorrected, ServiceRecorded
from domain.dial_facts import DialEnded
from domain.fact import Body, Origin
from domain.ids import CallId, ParticipantId, RecordId
from domain.person import Actor
from domain.ports import Transactions, UnitOfWork
from domain.service_record import (
    RecordField,
    Service,
    ServiceRecord,
    UnfitField,
    in_force,
    read_fields,
    write_price,
)


@dataclass(frozen=True, slots=True)
class WasDone:
    """``id`` is the page's, the same for a second click. ``service`` None: the caller had no concern; ``fields`` are
    what the service asks for, by name; ``participant`` None: nobody knows who he was.
    """

    id: RecordId
    participant: ParticipantId | None
    service: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class RecordService:
    desk: Desk

    def __call__(self, actor: Actor, call: CallId, done: WasDone) -> ServiceRecord:
        """The record, made now or by the first click. Raises DeskError or StorageDown."""
        with self.desk.transactions.write() as uow:
            record, origin = _record(self.desk, uow, actor, call, done)
            known = _known(uow, record)
            if known is not None:
                return known
            if record.service is None and in_force(uow.service_records.of_call(call)):
                raise DeskError(WhyNot.RECORDED_ALREADY)
            _keep(uow, record, origin)
        return record


@dataclass(frozen=True, slots=True)
class CorrectService:
    """A correction is a record that names the old one; a record is corrected once, then its correction is."""

    desk: Desk

    def __call__(self, actor: Actor, old: RecordId, done: WasDone) -> ServiceRecord:
        """The record that counts from now on. Raises DeskError or StorageDown."""
        with self.desk.transactions.write() as uow:
            corrected = uow.service_records.get(checked_id(old))
            if corrected is None:
                raise NotYours
            record, origin = _record(self.desk, uow, actor, corrected.call, done)
            record = replace(record, corrects=old)
            known = _known(uow, record)
            if known is not None:
                return known
            if uow.service_records.correction_of(old) is not None:
                raise DeskError(WhyNot.CORRECTED_ALREADY)
            _keep(uow, record, origin)
        return record


@dataclass(frozen=True, slots=True)
class MayFinish:
    """Whether an agent may finish a call: something must be recorded for it, were it no concern; but for one that
    reached nobody.
    """

    transactions: Transactions

    def __call__(self, call: CallId) -> bool:
        """Raises StorageDown."""
        with self.transactions.read() as uow:
            if uow.service_records.of_call(call):
                return True
        facts = read_log.facts(self.transactions, call)
        return any(isinstance(fact.body, DialEnded) for fact in facts)


@dataclass(frozen=True, slots=True)
class RecordsOfCall:
    """All that was recorded for a call, corrected records among it, oldest first."""

    desk: Desk

    def __call__(self, actor: Actor, call: CallId) -> tuple[ServiceRecord, ...]:
        """Raises DeskError or StorageDown."""
        with self.desk.transactions.read() as uow:
            self.desk.tenant_of_call(uow, actor.person, call)
            return tuple(uow.service_records.of_call(call))


def _record(
    desk: Desk, uow: UnitOfWork, actor: Actor, call: CallId, done: WasDone
) -> tuple[ServiceRecord, Origin]:
    """The record as it would be, and what its fact is written under."""
    tenant = desk.tenant_of_call(uow, actor.person, call)
    record = ServiceRecord(
        id=checked_id(done.id),
        tenant=tenant.id,
        call=call,
        participant=_participant(desk, uow, actor, done.participant, tenant.id),
        signature=actor.sign(desk.clock()),
    )
    if done.service is not None:
        service = tenant.service(done.service)
        if service is None:
            known = ", ".join(one.key for one in tenant.services) or "none"
            raise DeskError(WhyNot.NO_SUCH_SERVICE, tenant=tenant.name, known=known)
        fields = _fields(service, done.fields)
        record = replace(record, service=service.key, price=service.price, fields=fields)
    return record, desk.origin(uow, actor, tenant.id, call)


def _fields(service: Service, written: Mapping[str, str]) -> Mapping[RecordField, str]:
    try:
        return read_fields(service, written)
    except UnfitField as error:
        if error.fault is None:
            raise DeskError(WhyNot.STRANGE_FIELD, service=service.key, field=error.field) from None
        raise unfit(RecordField(error.field), error.fault) from None


def _participant(
    desk: Desk, uow: UnitOfWork, actor: Actor, participant: ParticipantId | None, tenant: str
) -> ParticipantId | None:
    if participant is None:
        return None
    if desk.participant(uow, actor.person, participant).tenant != tenant:
        raise DeskError(WhyNot.OTHER_BRANDS_CUSTOMER)
    return participant


def _known(uow: UnitOfWork, record: ServiceRecord) -> ServiceRecord | None:
    """What an earlier click has recorded under the same id, at the price of then. Raises IdTaken."""
    known = uow.service_records.get(record.id)
    return None if known is None else same_as(known, record, "price")


def _keep(uow: UnitOfWork, record: ServiceRecord, origin: Origin) -> None:
    uow.service_records.add(record)
    uow.facts.append(origin, record.signature.at, fact_of(record))
    uow.commit()


def fact_of(record: ServiceRecord) -> Body:
    """What the log has of a record."""
    price = None if record.price is None else write_price(record.price)
    if record.corrects is not None:
        return ServiceCorrected(
            record.id, record.corrects, record.participant, record.service, price
        )
    if record.service is None or price is None:
        return NoConcern(record.id, record.participant)
    return ServiceRecorded(record.id, record.participant, record.service, price)
