"""The shape of a tenant's file, read so that every mistake in it is found at once."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import FieldInfo, fields

Text = Annotated[str, Meta(min_length=1, max_length=500)]
Script = Annotated[str, Meta(min_length=1, max_length=1000)]
Minutes = Annotated[int, Meta(ge=1, le=7 * 24 * 60)]
Wait = Annotated[int, Meta(ge=1, le=24 * 60 * 60)]
"""Seconds that a caller waits."""

WrapUp = Annotated[int, Meta(ge=0, le=60 * 60)]
Days = Annotated[int, Meta(ge=0, le=36_500)]
Never = Literal["never"]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The keys of ``HoursSection``, Monday first."""


class LineSection(Struct, frozen=True, forbid_unknown_fields=True):
    """``numbers`` as people write them: ``+49 30 23125100``, or an extension without ``+``. ``price_per_call`` as
    ``0.20 EUR``; ``price_per_minute`` is read to say why there can't be one.
    """

    name: Text
    numbers: Annotated[tuple[Text, ...], Meta(min_length=1)]
    languages: Annotated[tuple[str, ...], Meta(min_length=1)]
    dialog: str = "portal"
    tariff: str = "local"
    price_per_call: Text | None = None
    price_per_minute: Text | None = None


class HoursSection(Struct, frozen=True, forbid_unknown_fields=True):
    """Spans as ``08:00-20:00``, ``24:00`` being the day's close; a day left out is closed."""

    mon: tuple[str, ...] = ()
    tue: tuple[str, ...] = ()
    wed: tuple[str, ...] = ()
    thu: tuple[str, ...] = ()
    fri: tuple[str, ...] = ()
    sat: tuple[str, ...] = ()
    sun: tuple[str, ...] = ()


class PinSection(Struct, frozen=True, forbid_unknown_fields=True):
    """The lock-out rules; the bounds keep a slip of the pen from opening every account."""

    digits: Annotated[int, Meta(ge=4, le=8)] = 6
    tries_per_call: Annotated[int, Meta(ge=1, le=5)] = 3
    tries_per_account: Annotated[int, Meta(ge=3, le=20)] = 5
    first_lock_minutes: Minutes = 15
    longest_lock_minutes: Minutes = 24 * 60
    caller_limit: Annotated[int, Meta(ge=3, le=100)] = 10
    caller_window_minutes: Minutes = 60
    spray_accounts: Annotated[int, Meta(ge=4, le=100)] = 5
    spray_window_minutes: Minutes = 60
    block_without_pin: bool = False


class FieldSection(Struct, frozen=True, forbid_unknown_fields=True):
    """How callers wait; seconds throughout. ``wrap_up_by_concern`` goes by concern."""

    service_level: Annotated[int, Meta(ge=1, le=100)] = 80
    threshold_s: Wait = 20
    short_abandon_s: Annotated[int, Meta(ge=0, le=60)] = 5
    ring_s: Annotated[int, Meta(ge=5, le=120)] = 15
    missed: Annotated[int, Meta(ge=1, le=20)] = 2
    wrap_up_s: WrapUp = 30
    wrap_up_by_concern: Mapping[str, WrapUp] = {}
    skilled: tuple[str, ...] = ()
    relax_s: Wait | Never | None = None
    others_s: Wait | None = None
    others: tuple[str, ...] = ()
    overflow_s: Wait | Never = 600
    overflow: str = "call_back"
    rise_s: Wait = 60
    last_agent_s: Annotated[int, Meta(ge=1, le=365 * 24 * 60 * 60)] | None = None
    call_back_tries: Annotated[int, Meta(ge=1, le=10)] = 3
    call_back_again_s: Annotated[int, Meta(ge=60, le=24 * 60 * 60)] = 900
    listening: bool = False
    record: bool = True


class DiallingSection(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom agents may ring; left out, the tenant's own country within the tenant's own hours."""

    countries: tuple[str, ...] | None = None
    kinds: tuple[str, ...] = ("fixed", "mobile")
    hours: HoursSection | None = None
    on_holidays: bool = False


class ScriptSection(Struct, frozen=True, forbid_unknown_fields=True):
    """What agents say to debtors, in the debtor's language; left out, what everybody says in it."""

    de: Script | None = None
    en: Script | None = None
    es: Script | None = None
    fr: Script | None = None


class NamesSection(Struct, frozen=True, forbid_unknown_fields=True):
    """A name in each language that the desk speaks."""

    de: Text
    en: Text
    es: Text
    fr: Text


class OutcomeSection(Struct, frozen=True, forbid_unknown_fields=True):
    """What can come of a dunning call, and what follows."""

    key: Text
    name: NamesSection
    ends: bool = False
    again_minutes: Annotated[int, Meta(ge=1, le=43_200)] | None = None
    asks: str = "nothing"
    reached: bool = False
    results: tuple[str, ...] = ()


class DunningSection(Struct, frozen=True, forbid_unknown_fields=True):
    """How debtors are rung: a country's ``profile``, and what is stricter than it."""

    profile: Text
    currency: Text | None = None
    hours: HoursSection | None = None
    on_holidays: bool | None = None
    attempts_per_day: Annotated[int, Meta(ge=1, le=100)] | None = None
    attempts_per_week: Annotated[int, Meta(ge=1, le=100)] | None = None
    rest_days: Annotated[int, Meta(ge=0, le=30)] | None = None
    attempts: Annotated[int, Meta(ge=1, le=100)] = 3
    service: Text | None = None
    outcomes: Annotated[tuple[OutcomeSection, ...], Meta(max_length=9)] = ()
    results_to: Annotated[tuple[Text, ...], Meta(max_length=10)] = ()
    script: ScriptSection = ScriptSection()


class ServiceSection(Struct, frozen=True, forbid_unknown_fields=True):
    """A service to record; ``price`` as ``2.40 EUR``."""

    key: Text
    price: Text
    name: NamesSection
    required: tuple[str, ...] = ()


class PointsSection(Struct, frozen=True, forbid_unknown_fields=True):
    """How many points may be booked to or from one account within 24 hours, by role."""

    agent: Annotated[int, Meta(ge=0, le=1_000_000)] = 500
    team_lead: Annotated[int, Meta(ge=0, le=1_000_000)] = 5000


class RewardSection(Struct, frozen=True, forbid_unknown_fields=True):
    """What participants may have for ``points``; ``value`` as ``10.00 EUR``."""

    key: Text
    kind: Text
    points: Annotated[int, Meta(ge=1, le=100_000_000)]
    value: Text
    name: NamesSection
    stock: Annotated[int, Meta(ge=0, le=1_000_000_000)] | None = None
    valid_days: Annotated[int, Meta(ge=1, le=3650)] | None = None


class SendSection(Struct, frozen=True, forbid_unknown_fields=True):
    """A report that goes out by itself; left out, ``language`` is that of the brand's first line and ``role`` the
    kind's usual one.
    """

    kind: Text
    to: Annotated[tuple[Text, ...], Meta(min_length=1, max_length=20)]
    at: Text = "07:00"
    language: Text | None = None
    role: Text | None = None
    workdays_only: bool = False


class ReportsSection(Struct, frozen=True, forbid_unknown_fields=True):
    """``formula`` is the contract's of the service level, A to F. A call and a minute of the portal and an agent's
    minute cost what is written as ``0.10 EUR``, or nothing.
    """

    formula: Text = "B"
    ivr_call: Text | None = None
    ivr_minute: Text | None = None
    agent_minute: Text | None = None
    sends: Annotated[tuple[SendSection, ...], Meta(max_length=40)] = ()


class RetentionSection(Struct, frozen=True, forbid_unknown_fields=True):
    """Days after which rows with personal data are forgotten; 0: never."""

    notes_days: Days = 0
    records_days: Days = 0
    lists_days: Days = 0


class TenantFile(Struct, frozen=True, forbid_unknown_fields=True):
    """A whole file; ``prompts`` holds texts by language and key of the catalogue, ``hours_on`` spans by date,
    ``transfer`` telephone numbers by the name of a line outside.
    """

    id: Text
    name: Text
    country: Text
    zone: Text
    lines: Annotated[tuple[LineSection, ...], Meta(min_length=1)]
    hours: HoursSection
    menu: Annotated[tuple[str, ...], Meta(min_length=1)]
    subdivision: Text | None = None
    open_on_holidays: bool = False
    hours_on: Mapping[str, tuple[str, ...]] = {}
    locked_out: Annotated[tuple[str, ...], Meta(max_length=1000)] = ()
    most_calls: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    pin: PinSection = PinSection()
    field: FieldSection = FieldSection()
    dialling: DiallingSection = DiallingSection()
    dunning: DunningSection | None = None
    transfer: Mapping[str, Text] = {}
    services: Annotated[tuple[ServiceSection, ...], Meta(max_length=20)] = ()
    points: PointsSection = PointsSection()
    rewards: Annotated[tuple[RewardSection, ...], Meta(max_length=40)] = ()
    reports: ReportsSection = ReportsSection()
    retention: RetentionSection = RetentionSection()
    prompts: Mapping[str, Mapping[str, Text]] = {}


_SECTIONS: Mapping[str, type[Struct]] = {
    "hours": HoursSection,
    "pin": PinSection,
    "field": FieldSection,
    "dialling": DiallingSection,
    "dialling.hours": HoursSection,
    "dunning": DunningSection,
    "dunning.hours": HoursSection,
    "dunning.script": ScriptSection,
    "points": PointsSection,
    "reports": ReportsSection,
    "retention": RetentionSection,
    "services[].name": NamesSection,
    "rewards[].name": NamesSection,
    "dunning.outcomes[].name": NamesSection,
}
_TABLES: Mapping[str, type[Struct]] = {
    "lines": LineSection,
    "services": ServiceSection,
    "rewards": RewardSection,
    "dunning.outcomes": OutcomeSection,
    "reports.sends": SendSection,
}
_BY_NAME: Mapping[str, Any] = {"field.wrap_up_by_concern": WrapUp, "hours_on": tuple[str, ...]}
"""What each entry of a table holds whose keys aren't given."""

_COUNT = re.compile(r"\[\d+\]")


def read(values: Mapping[str, Any]) -> TenantFile | list[str]:
    """The file, or all that is wrong with its shape: each message begins with the key."""
    mistakes = _mistakes(values, TenantFile, "")
    return mistakes or msgspec.convert(values, TenantFile)


def _mistakes(values: Mapping[str, Any], shape: type[Struct], prefix: str) -> list[str]:
    known = {field.encode_name: field for field in fields(shape)}
    found = [
        f"{prefix}{key}: unknown. Take it out, or write one of {', '.join(known)}."
        for key in values
        if key not in known
    ]
    for key, field in known.items():
        path = prefix + key
        if key in values:
            found += _mistakes_in_field(values[key], field, path)
        elif field.required:
            found.append(f"{path}: missing. Add it.")
    return found


def _mistakes_in_field(value: Any, field: FieldInfo, path: str) -> list[str]:
    section = _SECTIONS.get(_COUNT.sub("[]", path))
    if section is not None and isinstance(value, dict):
        return _mistakes(value, section, f"{path}.")
    if path in _TABLES and isinstance(value, list):
        inside = [
            mistake
            for count, table in enumerate(value, 1)
            for mistake in _mistakes_in_one(table, path, count)
        ]
        return inside or _mistakes_in_value(value, field.type, path)
    if path == "prompts" and isinstance(value, dict):
        return [
            mistake
            for language, texts in value.items()
            for mistake in _mistakes_in_texts(texts, f"prompts.{language}")
        ]
    if path in _BY_NAME and isinstance(value, dict):
        return _mistakes_in_table(value, _BY_NAME[path], path)
    return _mistakes_in_value(value, field.type, path)


def _mistakes_in_one(value: Any, path: str, count: int) -> list[str]:
    if isinstance(value, dict):
        return _mistakes(value, _TABLES[path], f"{path}[{count}].")
    return [f"{path}[{count}]: is no table. Write it under [[{path}]]."]


def _mistakes_in_texts(value: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: is no table. Write its texts under [{path}]."]
    return _mistakes_in_table(value, Text, path)


def _mistakes_in_table(table: Mapping[str, Any], kind: Any, path: str) -> list[str]:
    return [
        mistake
        for key, value in table.items()
        for mistake in _mistakes_in_value(value, kind, f"{path}.{key}")
    ]


def _mistakes_in_value(value: Any, kind: Any, path: str) -> list[str]:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        reason, _, inside = str(error).partition(" - at `$")
        return [f"{path}{inside.rstrip('`')}: {reason}. Correct it."]
    return []
