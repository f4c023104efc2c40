"""Turns one well-formed file into a tenant, and gathers all that is wrong with its values."""

import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.call import Concern
from domain.dialling import ALLOWABLE, DiallingRules, NumberKind
from domain.dunning_profile import Dunning
from domain.errand import PointsLimits
from domain.ids import TenantId
from domain.language import Language
from domain.opening_hours import OpeningHours
from domain.pin_policy import PinPolicy
from domain.report_schedule import Reporting
from domain.retention import Retention, kept_for
from domain.service_record import RecordField, Service, read_price
from domain.tenant import Line, LineDialog, MenuItem, Tenant
from domain.waiting_field import FieldRules, Overflow
from rufwerk import holiday_calendar
from rufwerk.telephone_numbers import e164, is_country
from rufwerk.tenant_dunning import read_dunning
from rufwerk.tenant_hours import read_exceptions, read_week
from rufwerk.tenant_lines import check_dialogs, read_tariff, shown
from rufwerk.tenant_reports import read_reports
from rufwerk.tenant_rewards import read_rewards
from rufwerk.tenant_schema import (
    DiallingSection,
    FieldSection,
    LineSection,
    PinSection,
    ServiceSection,
    TenantFile,
)

KnowsPrompt = Callable[[Language, str], bool]
"""Whether the catalogue of a language has a key."""

_Word = TypeVar("_Word", bound=StrEnum)
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,30}")
_NUMBER = re.compile(r"\+[1-9]\d{6,14}|[1-9]\d{2,14}")  # E.164 has 15 digits at most


class Reading:
    """Turns one well-formed file into a tenant, and gathers what is wrong with its values."""

    def __init__(self, stem: str, knows_prompt: KnowsPrompt) -> None:
        self._stem = stem
        self._knows_prompt = knows_prompt
        self._mistakes: list[str] = []

    def tenant(self, file: TenantFile, version: str) -> Tenant | list[str]:
        self._check_id(file.id)
        place = holiday_calendar.complaint(file.country, file.subdivision)
        if place is not None:
            self._wrong(*place)
        lines = tuple(self._line(line, n) for n, line in enumerate(file.lines, 1))
        check_dialogs(file, self._wrong)
        hours = OpeningHours(
            self._zone(file.zone),
            read_week(file.hours, "hours", self._wrong),
            read_exceptions(file.hours_on, self._wrong),
        )
        rewards = read_rewards(file, lines, self._wrong)
        tenant = Tenant(
            id=TenantId(file.id),
            name=file.name,
            country=file.country,
            subdivision=file.subdivision,
            lines=lines,
            hours=hours,
            open_on_holidays=file.open_on_holidays,
            most_calls=file.most_calls,
            menu=self._words(MenuItem, file.menu, "menu"),
            pin=self._pin(file.pin),
            version=version,
            prompts=self._prompts(file.prompts, {reward.prompt for reward in rewards}),
            field=self._field(file.field),
            dialling=self._dialling(file, hours),
            dunning=self._dunning(file),
            transfer=self._transfer(file),
            services=self._services(file.services),
            points=PointsLimits(file.points.agent, file.points.team_lead),
            rewards=rewards,
            reports=self._reports(file),
            retention=Retention(
                notes=kept_for(file.retention.notes_days),
                records=kept_for(file.retention.records_days),
                lists=kept_for(file.retention.lists_days),
            ),
            locked_out=frozenset(self._locked_out(file)),
        )
        return self._mistakes or tenant

    def _wrong(self, key: str, reason: str) -> None:
        self._mistakes.append(f"{key}: {reason}")

    def _check_id(self, name: str) -> None:
        if name != self._stem:
            self._wrong("id", f"{name!r} isn't the file's name. Write {self._stem!r}.")
        if not _NAME.fullmatch(name):
            self._wrong("id", f"{name!r} has a wrong form. Use small letters, digits and hyphens.")

    def _line(self, line: LineSection, count: int) -> Line:
        key = f"lines[{count}]"
        numbers = [self._number(number, f"{key}.numbers") for number in line.numbers]
        if len(set(numbers)) < len(numbers):
            self._wrong(f"{key}.numbers", "a number stands there twice. Take one out.")
        languages = self._words(Language, line.languages, f"{key}.languages")
        dialog = self._words(LineDialog, (line.dialog,), f"{key}.dialog")
        tariff, price = read_tariff(line, key, self._wrong)
        return Line(
            line.name,
            tuple(numbers),
            languages,
            dialog[0] if dialog else LineDialog.PORTAL,
            tariff,
            price,
        )

    def _number(self, written: str, key: str) -> str:
        number = written.replace(" ", "")
        if not _NUMBER.fullmatch(number):
            self._wrong(
                key,
                f"{written!r} is no telephone number. Write it as +49 30 23125100, or an extension"
                " by its digits.",
            )
        return number.removeprefix("+")

    def _transfer(self, file: TenantFile) -> Mapping[str, str]:
        found = {}
        for name, written in file.transfer.items():
            number = e164(written, file.country)
            if number is None or not _NAME.fullmatch(name):
                self._wrong(
                    f"transfer.{name}",
                    f"{written!r} is no telephone number, or the name isn't one of small letters,"
                    ' digits and hyphens. Write it as pay-office = "+49 30 23125000".',
                )
                continue
            found[name] = number
        return found

    def _locked_out(self, file: TenantFile) -> Iterator[str]:
        for count, written in enumerate(file.locked_out, 1):
            number = e164(written, file.country)
            if number is None:  # whatever it is may be somebody's: it stands in no message
                place = f"locked_out[{count}]"
                self._wrong(place, "is no telephone number. Write it as +49 171 3920001.")
            else:
                yield number

    def _services(self, written: tuple[ServiceSection, ...]) -> tuple[Service, ...]:
        keys = [service.key for service in written]
        if len(set(keys)) < len(keys):
            self._wrong("services", "a key stands there twice. Give each service its own.")
        found = (self._service(service, n) for n, service in enumerate(written, 1))
        return tuple(service for service in found if service is not None)

    def _service(self, written: ServiceSection, count: int) -> Service | None:
        place = f"services[{count}]"
        if not _KEY.fullmatch(written.key):
            self._wrong(
                f"{place}.key",
                f"{written.key!r} has a wrong form. Use small letters, digits and underscores.",
            )
        names = {language: getattr(written.name, language.value) for language in Language}
        required = self._words(RecordField, written.required, f"{place}.required")
        try:
            price = read_price(written.price)
        except ValueError as error:
            self._wrong(f"{place}.price", str(error))
            return None
        return Service(written.key, names, price, required)

    def _words(self, words: type[_Word], written: tuple[str, ...], key: str) -> tuple[_Word, ...]:
        known = {word.value: word for word in words}
        for word in written:
            if word not in known:
                self._wrong(key, f"{word!r} isn't known. Write one of {', '.join(known)}.")
        if len(set(written)) < len(written):
            self._wrong(key, "something stands there twice. Take one out.")
        return tuple(known[word] for word in written if word in known)

    def _zone(self, name: str) -> ZoneInfo:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
            self._wrong("zone", f"{name!r} isn't known. Write one such as Europe/Berlin.")
            return ZoneInfo("UTC")

    def _pin(self, rules: PinSection) -> PinPolicy:
        if rules.tries_per_account < rules.tries_per_call:
            self._wrong("pin.tries_per_account", "is below tries_per_call. Raise it.")
        if rules.longest_lock_minutes < rules.first_lock_minutes:
            self._wrong("pin.longest_lock_minutes", "is below first_lock_minutes. Raise it.")
        return PinPolicy(
            digits=rules.digits,
            tries_per_call=rules.tries_per_call,
            tries_per_account=rules.tries_per_account,
            first_lock=timedelta(minutes=rules.first_lock_minutes),
            longest_lock=timedelta(minutes=rules.longest_lock_minutes),
            caller_limit=rules.caller_limit,
            caller_window=timedelta(minutes=rules.caller_window_minutes),
            spray_accounts=rules.spray_accounts,
            spray_window=timedelta(minutes=rules.spray_window_minutes),
            block_without_pin=rules.block_without_pin,
        )

    def _field(self, rules: FieldSection) -> FieldRules:
        by_concern = rules.wrap_up_by_concern
        concerns = self._words(Concern, tuple(by_concern), "field.wrap_up_by_concern")
        overflow = self._words(Overflow, (rules.overflow,), "field.overflow")
        self._check_others(rules)
        usual = FieldRules()
        field = FieldRules(
            record=rules.record,
            service_level=rules.service_level,
            threshold_s=rules.threshold_s,
            short_abandon_s=rules.short_abandon_s,
            ring_s=rules.ring_s,
            missed=rules.missed,
            wrap_up_s=rules.wrap_up_s,
            wrap_up_by_concern={concern: by_concern[concern] for concern in concerns},
            skilled=self._words(Concern, rules.skilled, "field.skilled"),
            relax_s=usual.relax_s if rules.relax_s is None else _unless_never(rules.relax_s),
            others_s=rules.others_s,
            others=tuple(TenantId(other) for other in rules.others),
            overflow_s=_unless_never(rules.overflow_s),
            overflow=overflow[0] if overflow else usual.overflow,
            rise_s=rules.rise_s,
            last_agent_s=rules.last_agent_s,
            call_back_tries=rules.call_back_tries,
            call_back_again_s=rules.call_back_again_s,
            listening=rules.listening,
        )
        if rules.relax_s is not None and not rules.skilled:
            self._wrong("field.relax_s", "nothing to relax. Add skilled, or take it out.")
        self._check_order(field)
        return field

    def _check_others(self, rules: FieldSection) -> None:
        if rules.others_s is not None and not rules.others:
            self._wrong("field.others_s", "nobody is named to help out. Add others.")
        if rules.others and rules.others_s is None:
            self._wrong("field.others", "nobody says when they help out. Add others_s.")
        if self._stem in rules.others:
            self._wrong("field.others", f"{self._stem!r} is the tenant itself. Take it out.")
        if len(set(rules.others)) < len(rules.others):
            self._wrong("field.others", "something stands there twice. Take one out.")

    def _check_order(self, field: FieldRules) -> None:
        """Stages that come out of order would be passed over."""
        relax_s, others_s = field.stages
        waits = {"relax_s": relax_s, "others_s": others_s, "overflow_s": field.overflow_s}
        given = [(key, wait) for key, wait in waits.items() if wait is not None]
        for (sooner, before), (later, after) in pairwise(given):
            if after < before:
                self._wrong(f"field.{later}", f"is below {sooner} ({before}). Raise it.")

    def _dialling(self, file: TenantFile, hours: OpeningHours) -> DiallingRules:
        """Left out, the tenant's own country is rung within the tenant's own hours."""
        rules: DiallingSection = file.dialling
        countries = (file.country,) if rules.countries is None else rules.countries
        for country in rules.countries or ():
            if not is_country(country):
                self._wrong("dialling.countries", f"{country!r} is no country. Write it as DE.")
        if rules.hours is not None:
            hours = OpeningHours(hours.zone, read_week(rules.hours, "dialling.hours", self._wrong))
        return DiallingRules(
            countries=frozenset(countries),
            kinds=frozenset(self._kinds(rules.kinds)),
            hours=hours,
            on_holidays=rules.on_holidays,
            show=shown(file, LineDialog.PORTAL),
        )

    def _reports(self, file: TenantFile) -> Reporting:
        spoken = next((one for one in Language if one.value == file.lines[0].languages[0]), None)
        return read_reports(file.reports, spoken or Language.EN, self._wrong)

    def _dunning(self, file: TenantFile) -> Dunning | None:
        rules = file.dunning
        if rules is None:
            return None
        charged = [one for one in file.services if one.key == rules.service]
        if rules.service is not None and not charged:
            known = ", ".join(one.key for one in file.services) or "none"
            self._wrong("dunning.service", f"{rules.service!r} isn't one of [[services]]: {known}.")
        if any(one.required for one in charged):
            self._wrong("dunning.service", "it asks for fields. Name one without required.")
        week = None if rules.hours is None else read_week(rules.hours, "dunning.hours", self._wrong)
        dunning = read_dunning(rules, week, self._wrong)
        return None if dunning is None else replace(dunning, show=shown(file, LineDialog.DEBTORS))

    def _kinds(self, written: tuple[str, ...]) -> tuple[NumberKind, ...]:
        known = {kind.value: kind for kind in ALLOWABLE}
        for kind in written:
            if kind not in known:
                why = "are never dialled" if kind in set(NumberKind) else "aren't known"
                self._wrong(
                    "dialling.kinds",
                    f"{kind!r} numbers {why}. Write one of {', '.join(known)}.",
                )
        return tuple(known[kind] for kind in written if kind in known)

    def _prompts(
        self, written: Mapping[str, Mapping[str, str]], own: Set[str]
    ) -> Mapping[Language, Mapping[str, str]]:
        """``own`` are keys that no catalogue has."""
        languages = self._words(Language, tuple(written), "prompts")
        for language in languages:
            for key in written[language]:
                if key not in own and not self._knows_prompt(language, key):
                    self._wrong(
                        f"prompts.{language}.{key}",
                        "the catalogue has no such prompt. Correct the key or take it out.",
                    )
        return {language: dict(written[language]) for language in languages}


def _unless_never(written: int | str) -> int | None:
    return None if isinstance(written, str) else written
