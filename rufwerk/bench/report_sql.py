"""The bare statements that a report's figures can't do without, as one would write them by hand."""

from collections.abc import Iterator
from typing import Final

_CALL_FLOW: Final = """
    SELECT slot, tenant, language, concern, count(*),
        count(*) FILTER (WHERE "end" = 'answered'),
        count(*) FILTER (WHERE "end" = 'answered' AND in_time),
        count(*) FILTER (WHERE "end" = 'abandoned'),
        count(*) FILTER (WHERE "end" = 'abandoned' AND in_time),
        count(*) FILTER (WHERE "end" = 'abandoned' AND short),
        count(*) FILTER (WHERE "end" = 'rung_back'),
        count(*) FILTER (WHERE "end" = 'elsewhere'),
        sum(wait) FILTER (WHERE "end" = 'answered'),
        sum(wait) FILTER (WHERE "end" = 'abandoned')
    FROM visits WHERE {which} AND dialled IS NULL GROUP BY slot, tenant, language, concern
"""
_WAITS: Final = """
    SELECT tenant, wait - wait % 1000000, count(*)
    FROM visits WHERE {which} AND dialled IS NULL AND "end" = 'answered' GROUP BY 1, 2
"""
_HANDLED: Final = """
    SELECT slot, tenant, language, concern, count(*)
    FROM legs WHERE {which} AND NOT dialled AND connected IS NOT NULL
    GROUP BY slot, tenant, language, concern
"""
_HANDLING_TIMES: Final = """
    SELECT slot, tenant, language, concern, sum(took) FILTER (WHERE doing = 'talking'),
        sum(took) FILTER (WHERE doing = 'on_hold'), sum(took) FILTER (WHERE doing = 'wrap_up')
    FROM spans
    WHERE {which} AND NOT dialled AND doing IN ('talking', 'on_hold', 'wrap_up')
    GROUP BY slot, tenant, language, concern
"""
_SPENT: Final = """
    SELECT slot, agent, sum(took) FILTER (WHERE doing = 'ready'),
        sum(took) FILTER (WHERE doing = 'paused'), sum(took) FILTER (WHERE doing = 'ringing'),
        sum(took) FILTER (WHERE doing = 'talking'), sum(took) FILTER (WHERE doing = 'on_hold'),
        sum(took) FILTER (WHERE doing = 'wrap_up'), sum(took) FILTER (WHERE doing = 'unreachable')
    FROM spans WHERE {when} GROUP BY slot, agent
"""
_PAUSED: Final = """
    SELECT slot, agent, reason, sum(took)
    FROM spans WHERE {when} AND reason IS NOT NULL GROUP BY slot, agent, reason
"""
_TAKEN: Final = """
    SELECT slot, agent, count(*) FILTER (WHERE connected IS NOT NULL AND way = 'waited'),
        count(*) FILTER (WHERE connected IS NOT NULL AND way = 'passed_on'),
        count(*) FILTER (WHERE connected IS NOT NULL AND way = 'asked_in'),
        count(*) FILTER (WHERE connected IS NOT NULL AND way = 'call_back'),
        count(*) FILTER (WHERE connected IS NOT NULL AND way = 'dialled'),
        count(*) FILTER (WHERE result = 'no_answer'), count(*) FILTER (WHERE result = 'rejected'),
        count(*) FILTER (WHERE result = 'unreachable'), count(*) FILTER (WHERE passed_on)
    FROM legs WHERE {when} GROUP BY slot, agent
"""
_PORTAL_FLOW: Final = """
    SELECT slot, tenant, line, language, count(*),
        count(*) FILTER (WHERE served AND NOT handed_over),
        count(*) FILTER (WHERE handed_over),
        count(*) FILTER (WHERE "end" = 'hung_up' AND NOT served AND NOT handed_over),
        sum("left" - arrived), count(told), sum(told - arrived)
    FROM portal_calls WHERE {which} GROUP BY slot, tenant, line, language
"""
_GAVE_UP_AT: Final = """
    SELECT tenant, last_prompt, count(*)
    FROM portal_calls
    WHERE {which} AND "end" = 'hung_up' AND NOT served AND NOT handed_over
    GROUP BY tenant, last_prompt
"""
_DUNNING_WORK: Final = """
    SELECT tenant, list, outcome, count(*), count(*) FILTER (WHERE reached),
        count(*) FILTER (WHERE ends)
    FROM attempts_made WHERE {which} GROUP BY tenant, list, outcome
"""
_SERVICES: Final = """
    SELECT tenant, service, price, count(*)
    FROM services_done WHERE {which} AND NOT corrected GROUP BY tenant, service, price
"""
_REPEATED: Final = """
    SELECT count(*), count(*) FILTER (WHERE again - over <= 604800000000)
    FROM visits WHERE {which} AND dialled IS NULL AND "end" = 'answered' AND who IS NOT NULL
"""
_ALL: Final = (
    _CALL_FLOW,
    _WAITS,
    _HANDLED,
    _HANDLING_TIMES,
    _SPENT,
    _PAUSED,
    _TAKEN,
    _PORTAL_FLOW,
    _GAVE_UP_AT,
    _DUNNING_WORK,
    _SERVICES,
    _REPEATED,
)


def statements(since: int, until: int, tenants: tuple[str, ...]) -> Iterator[str]:
    """From one slot on, until before another."""
    when = f"slot >= {since} AND slot < {until}"
    names = ", ".join(f"'{tenant}'" for tenant in tenants)
    for statement in _ALL:
        yield statement.format(when=when, which=f"{when} AND tenant IN ({names})")
