"""Prints a report's other tables anew, from the CSV files beside it: work.py FOLDER (see docs/reports.md)."""
import csv
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from fractions import Fraction
from operator import itemgetter
from pathlib import Path

FILES = {path.stem.rpartition("-")[2]: list(csv.DictReader(path.open(encoding="utf-8-sig"))) for path in Path(sys.argv[1]).glob("*.csv")}
BRAND = {line["tenant"]: line for line in FILES["tenants"]}
SINCE, UNTIL = (datetime.fromisoformat(FILES["tenants"][0][end]) for end in ("since", "until"))
BUSY, WAYS = ("talking", "on_hold", "wrap_up"), ("waited", "passed_on", "asked_in", "call_back", "dialled")
DOINGS = ("ready", "ringing", *BUSY, "paused", "unreachable")

def within(file, at): return [x for x in FILES.get(file, ()) if x[at] and SINCE <= datetime.fromisoformat(x[at]) < UNTIL]
def spent(some, *doings): return sum(int(x["seconds"].replace(".", "")) for x in some if x.get("doing") in doings)
def clock(us): return f"{us // 10**6}.{us % 10**6:06}"
def mean(us, count): return clock(round(Fraction(us, count))) if count else "-"
def percent(part, whole): return f"{100 * part / whole:.2f}" if whole else "-"
def gone(some, begin, end):
    times = (datetime.fromisoformat(x[end]) - datetime.fromisoformat(x[begin]) for x in some if x[end])
    return sum(times, timedelta()) // timedelta(microseconds=1)
def table(title, some, key, cells):
    groups = defaultdict(list)
    for line in some:
        groups[key(line)].append(line)
    rows = [(name, *cells(group)) for name, group in groups.items()] + [("total", *cells(some))]
    print(f"== {title}", *("\t".join(map(str, row)) for row in rows), sep="\n")
def times(some):
    busy, active = spent(some, *BUSY), spent(some, *BUSY, "ready")
    all_, *each = spent(some, *DOINGS), *(spent(some, doing) for doing in DOINGS)
    return *map(clock, (all_, *each)), percent(busy, active), percent(active, all_)
def team_times(some): return len({x["agent"] for x in some}), *times(some)
def taken(some):
    n, passed_on = Counter(x.get("how") for x in some), sum(x.get("how") in WAYS and x["passed_on"] == "1" for x in some)
    ways, let_pass = [n[way] for way in WAYS], [n[f"not: {one}"] for one in ("no_answer", "rejected", "unreachable")]
    return sum(ways), *ways, passed_on, *let_pass
def gave_up(some): return [x for x in some if x["ending"] == "hung_up" and x["served"] == x["handed_over"] == "0"]
def portal(some):
    own = sum(x["served"] == "1" and x["handed_over"] == "0" for x in some)
    told, shown = sum(x["told"] != "" for x in some), gone(some, "arrived", "told")
    ends = sum(x["handed_over"] == "1" for x in some), len(gave_up(some)), clock(gone(some, "arrived", "left_portal"))
    return len(some), own, percent(own, len(some)), *ends, told, clock(shown), mean(shown, told)
def attempts(some):
    reached = sum(x["reached"] == "1" for x in some)
    return len(some), reached, percent(reached, len(some)), sum(x["ends"] == "1" for x in some)
work = within("work", "since")
people = work + [x | {"how": x["way"]} for x in within("legs", "connected")]
people += [x | {"how": f"not: {x['result']}"} for x in within("legs", "rang")]
for who in ("team", "agent"):
    shown = [x for x in people if x[who]]
    table(f"time_by_{who}", shown, itemgetter(who), team_times if who == "team" else times)
    table(f"calls_by_{who}", shown, itemgetter(who), taken)
table("pauses_by_reason", [x for x in work if x["reason"]], lambda x: x["reason"], lambda some: [clock(spent(some, "paused"))])
callers = [x | {"name": BRAND[x["tenant"]]["name"]} for x in within("portal", "arrived")]
table("portal_by_line", callers, lambda x: f"{x['name']}\t{x['line']}", portal)
table("gave_up_by_prompt", gave_up(callers), lambda x: f"{x['name']}\t{x['last_prompt'] or '-'}", lambda some: [len(some)])
def named(x): return f"{BRAND[x['tenant']]['name']}\t{x['list']}\t{x['outcome']}"
table("dunning_by_outcome", within("attempts", "at"), named, attempts)
