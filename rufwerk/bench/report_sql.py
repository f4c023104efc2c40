"""The bare statements that a report's figures can't do without, as one would write them by hand over the rows, and
those that make the sums kept beside them.
"""

from collections.abc import Iterator
from typing import Final

_CALL_FLOW: Final = """
    SELECT slot - slot % {width}, tenant, language, concern, count(*),
        count(*) FILTER (WHERE "end" = 'answered'),
        count(*) FILTER (WHERE "end" = 'answered' AND in_time),
        count(*) FILTER (WHERE "end" = 'abandoned'),
        count(*) FILTER (WHERE "end" = 'abandoned' AND in_time),
        count(*) FILTER (WHERE "end" = 'abandoned' AND short),
        count(*) FILTER (WHERE "end" = 'rung_back'),
        count(*) FILTER (WHERE "end" = 'elsewhere'),
        sum(wait) FILTER (WHERE "end" = 'answered'),
        sum(wait) FILTER (WHERE "end" = 'abandoned')
    FROM visits WHERE {which} AND dialled IS NULL GROUP BY 1, 2, 3, 4
"""
_WAITS: Final = """
    SELECT tenant, wait - wait % 1000000, count(*)
    FROM visits WHERE {which} AND dialled IS NULL AND "end" = 'answered' GROUP BY 1, 2
"""
_HANDLED: Final = """
    SELECT slot - slot % {width}, tenant, language, concern, count(*)
    FROM legs WHERE {which} AND NOT dialled AND connected IS NOT NULL
    GROUP BY 1, 2, 3, 4
"""
_HANDLING_TIMES: Final = """
    SELECT slot - slot % {width}, tenant, language, concern, sum(took) FILTER (WHERE doing = 'talking'),
        sum(took) FILTER (WHERE doing = 'on_hold'), sum(took) FILTER (WHERE doing = 'wrap_up')
    FROM spans
    WHERE {which} AND NOT dialled AND doing IN ('talking', 'on_hold', 'wrap_up')
    GROUP BY 1, 2, 3, 4
"""
_SPENT: Final = """
    SELECT agent, sum(took) FILTER (WHERE doing = 'ready'),
        sum(took) FILTER (WHERE doing = 'paused'), sum(took) FILTER (WHERE doing = 'ringing'),
        sum(took) FILTER (WHERE doing = 'talking'), sum(took) FILTER (WHERE doing = 'on_hold'),
        sum(took) FILTER (WHERE doing = 'wrap_up'), sum(took) FILTER (WHERE doing = 'unreachable')
    FROM spans WHERE {when} GROUP BY agent
"""
_PAUSED: Final = """
    SELECT agent, reason, sum(took)
    FROM spans WHERE {when} AND reason IS NOT NULL GROUP BY agent, reason
"""
_TAKEN: Final = """
    SELECT agent, count(*) FILTER (WHERE connected IS NOT NULL AND way = 'waited'),
        count(*) FILTER (WHERE connected IS NOT NULL AND way = 'passed_on'),
        count(*) FILTER (WHERE connected IS NOT NULL AND way = 'asked_in'),
        count(*) FILTER (WHERE connected IS NOT NULL AND way = 'call_back'),
        count(*) FILTER (WHERE connected IS NOT NULL AND way = 'dialled'),
        count(*) FILTER (WHERE result = 'no_answer'), count(*) FILTER (WHERE result = 'rejected'),
        count(*) FILTER (WHERE result = 'unreachable'), count(*) FILTER (WHERE passed_on)
    FROM legs WHERE {when} GROUP BY agent
"""
_PORTAL_FLOW: Final = """
    SELECT tenant, line, language, count(*),
        count(*) FILTER (WHERE served AND NOT handed_over),
        count(*) FILTER (WHERE handed_over),
        count(*) FILTER (WHERE "end" = 'hung_up' AND NOT served AND NOT handed_over),
        sum("left" - arrived), count(told), sum(told - arrived)
    FROM portal_calls WHERE {which} GROUP BY tenant, line, language
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
_PROMISES: Final = """
    SELECT tenant, count(*), count(*) FILTER (WHERE EXISTS (
        SELECT 1 FROM attempts_made AS later WHERE later."case" = made."case"
            AND later.at > made.at AND later.outcome = 'paid'
    ) OR EXISTS (
        SELECT 1 FROM cases_off WHERE cases_off."case" = made."case" AND cases_off.at > made.at
    ))
    FROM attempts_made AS made WHERE {which} AND outcome = 'promise' GROUP BY tenant
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
    _PROMISES,
)


_CALL_SUMS: Final = """
    INSERT INTO call_sums
    SELECT slot, tenant, language, coalesce(concern, ''), sum(offered), sum(answered),
        sum(in_time), sum(abandoned), sum(gone_in_time), sum(short), sum(rung_back),
        sum(elsewhere), sum(answered_wait), sum(abandoned_wait), sum(handled), sum(talk),
        sum(hold), sum(wrap_up)
    FROM (
        SELECT slot, tenant, language, concern, 1 AS offered,
            CASE WHEN "end" = 'answered' THEN 1 ELSE 0 END AS answered,
            CASE WHEN "end" = 'answered' AND in_time THEN 1 ELSE 0 END AS in_time,
            CASE WHEN "end" = 'abandoned' THEN 1 ELSE 0 END AS abandoned,
            CASE WHEN "end" = 'abandoned' AND in_time THEN 1 ELSE 0 END AS gone_in_time,
            CASE WHEN "end" = 'abandoned' AND short THEN 1 ELSE 0 END AS short,
            CASE WHEN "end" = 'rung_back' THEN 1 ELSE 0 END AS rung_back,
            CASE WHEN "end" = 'elsewhere' THEN 1 ELSE 0 END AS elsewhere,
            CASE WHEN "end" = 'answered' THEN wait ELSE 0 END AS answered_wait,
            CASE WHEN "end" = 'abandoned' THEN wait ELSE 0 END AS abandoned_wait,
            0 AS handled, 0 AS talk, 0 AS hold, 0 AS wrap_up
        FROM visits WHERE dialled IS NULL
        UNION ALL
        SELECT slot, tenant, language, concern, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0
        FROM legs WHERE NOT dialled AND connected IS NOT NULL
        UNION ALL
        SELECT slot, tenant, language, concern, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            CASE WHEN doing = 'talking' THEN took ELSE 0 END,
            CASE WHEN doing = 'on_hold' THEN took ELSE 0 END,
            CASE WHEN doing = 'wrap_up' THEN took ELSE 0 END
        FROM spans WHERE NOT dialled AND doing IN ('talking', 'on_hold', 'wrap_up')
    ) AS parts
    GROUP BY slot, tenant, language, concern
"""
_AGENT_SUMS: Final = """
    INSERT INTO agent_sums
    SELECT slot, agent, coalesce(sum(took) FILTER (WHERE doing = 'ready'), 0),
        coalesce(sum(took) FILTER (WHERE doing = 'paused'), 0),
        coalesce(sum(took) FILTER (WHERE doing = 'ringing'), 0),
        coalesce(sum(took) FILTER (WHERE doing = 'talking'), 0),
        coalesce(sum(took) FILTER (WHERE doing = 'on_hold'), 0),
        coalesce(sum(took) FILTER (WHERE doing = 'wrap_up'), 0),
        coalesce(sum(took) FILTER (WHERE doing = 'unreachable'), 0)
    FROM spans GROUP BY slot, agent
"""
_PORTAL_SUMS: Final = """
    INSERT INTO portal_sums
    SELECT slot, tenant, line, coalesce(language, ''), count(*),
        count(*) FILTER (WHERE served AND NOT handed_over), count(*) FILTER (WHERE handed_over),
        count(*) FILTER (WHERE "end" = 'hung_up' AND NOT served AND NOT handed_over),
        coalesce(sum("left" - arrived), 0), count(told), coalesce(sum(told - arrived), 0)
    FROM portal_calls GROUP BY slot, tenant, line, coalesce(language, '')
"""
SUMS: Final = (_CALL_SUMS, _AGENT_SUMS, _PORTAL_SUMS)
"""Once, after the rows."""


def statements(since: int, until: int, width: int, tenants: tuple[str, ...]) -> Iterator[str]:
    """From one slot on, until before another; how calls fared by parts of ``width`` slots."""
    when = f"slot >= {since} AND slot < {until}"
    names = ", ".join(f"'{tenant}'" for tenant in tenants)
    for statement in _ALL:
        which = f"{when} AND tenant IN ({names})"
        yield statement.format(when=when, which=which, width=width)
