"""Prints anew what callers waited, and how many agents are needed: waiting.py FOLDER (see docs/reports.md)."""
import csv
import sys
from collections import Counter, defaultdict
from datetime import date, datetime
from fractions import Fraction
from math import ceil, exp
from pathlib import Path

FILES = {path.stem.rpartition("-")[2]: list(csv.DictReader(path.open(encoding="utf-8-sig"))) for path in Path(sys.argv[1]).glob("*.csv")}
BRAND = {line["tenant"]: line for line in FILES["tenants"]}
SINCE, UNTIL = (datetime.fromisoformat(FILES["tenants"][0][end]) for end in ("since", "until"))
LEVEL, WITHIN = max(float(x["level"]) for x in BRAND.values()), min(float(x["within"]) for x in BRAND.values())
HALF_HOUR = 1800

def clock(us): return f"{us // 10**6}.{us % 10**6:06}"
def mean(us, count): return clock(round(Fraction(us, count))) if count else "-"
def waits(some):
    a, b = (sorted(int(x["wait"].replace(".", "")) for x in some if x["ending"] == end) for end in ("answered", "abandoned"))
    ranks = [clock(a[ceil(len(a) * share / 100) - 1] // 10**6 * 10**6) if a else "-" for share in (50, 90, 100)]
    return len(a), clock(sum(a)), mean(sum(a), len(a)), *ranks, len(b), clock(sum(b)), mean(sum(b), len(b))
def of_callers(x): return x["tenant"] and not x["dialled"]
def half_hour(at): return at[11:14] + ("00" if at[14:16] < "30" else "30")
def needed(calls, weeks, lasts):  # Erlang C
    traffic, agents, blocked, reached = calls / weeks * lasts / HALF_HOUR, 0, 1, 0
    while calls and reached < LEVEL:
        agents, blocked = agents + 1, traffic * blocked / (agents + 1 + traffic * blocked)
        if agents > traffic:
            waits = agents * blocked / (agents - traffic * (1 - blocked))
            reached = 100 * (1 - waits * exp((traffic - agents) * WITHIN / lasts))
    return agents

brands, every = defaultdict(list), []
for x in FILES.get("calls", ()):
    if SINCE <= datetime.fromisoformat(x["entered"]) < UNTIL:
        brands[BRAND[x["tenant"]]["name"]].append(x)
        every.append(x)
print("== waits_by_tenant")
for name, some in (*brands.items(), ("total", every)):
    print(name, *waits(some), sep="\t")

work = [x for x in FILES.get("work", ()) if of_callers(x) and x["doing"] in ("talking", "on_hold", "wrap_up")]
handled = sum(of_callers(x) and x["connected"] != "" for x in FILES.get("legs", ()))
lasts = sum(float(x["seconds"]) for x in work) / (handled or 1)
if lasts and "calls" in FILES:
    days = [date.fromisoformat(x["entered"][:10]) for x in FILES["calls"]]
    calls = Counter((half_hour(x["entered"]), day.weekday()) for x, day in zip(FILES["calls"], days))
    weeks = {day.toordinal() - day.weekday() for day in days} or {0}
    print("== needed_by_half_hour")
    for time in sorted({time for time, _ in calls}):
        print(time, *(needed(calls[time, weekday], (max(weeks) - min(weeks)) // 7 + 1, lasts) for weekday in range(7)), sep="\t")
