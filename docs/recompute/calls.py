"""Prints a report's tables of calls anew, from the CSV files beside it: calls.py FOLDER (see docs/reports.md)."""
import csv
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

FILES = {path.stem.rpartition("-")[2]: list(csv.DictReader(path.open(encoding="utf-8-sig"))) for path in Path(sys.argv[1]).glob("*.csv")}
BRAND = {line["tenant"]: line for line in FILES["tenants"]}
SINCE, UNTIL = (datetime.fromisoformat(FILES["tenants"][0][end]) for end in ("since", "until"))
BUSY = ("talking", "on_hold", "wrap_up")

def lines(file, at, what):  # each with when it counts, what it says, and how long that was in microseconds
    found = (x | {"file": file, "at": x[at], "what": x[what]} for x in FILES.get(file, ()) if x[at])
    return [x | {"us": int((x.get("wait") or x.get("seconds") or "0").replace(".", ""))} for x in found]
def spent(some, *what): return sum(x["us"] for x in some if x["what"] in what)
def clock(us): return f"{us // 10**6}.{us % 10**6:06}"
def mean(us, count): return clock(round(Fraction(us, count))) if count else "-"
def percent(part, whole): return f"{100 * part / whole:.2f}" if whole else "-"
def table(title, some, key, cells):
    groups = defaultdict(list)
    for line in some:
        groups[key(line)].append(line)
    rows = [f"{name}\t{cells(group)}" for name, group in groups.items()]
    print(f"== {title}", *rows, f"total\t{cells(some)}", sep="\n")

def contract(x):  # whether a call kept the service level of its contract, and whether it counts
    formula, in_time, short = BRAND[x["tenant"]]["formula"], x["in_time"] == "1", x["short"] == "1"
    if x["what"] == "abandoned":
        counts = {"B": not short, "D": not in_time, "F": False}.get(formula, True)
        return {"C": short, "E": in_time}.get(formula, False), counts
    return (in_time, True) if x["what"] == "answered" else (False, False)
def flow(some):
    calls = [x for x in some if x["file"] == "calls"]
    n, kept, counted = Counter(x["what"] for x in calls), *map(sum, zip((0, 0), *map(contract, calls)))
    good = sum(x["in_time"] == "1" for x in calls if x["what"] == "answered")
    short = sum(x["short"] == "1" for x in calls if x["what"] == "abandoned")
    a, b, offered = n["answered"], n["abandoned"], len(calls)
    counts = offered, a, good, b, short, n["rung_back"], n["elsewhere"], n[""], kept, counted
    levels = percent(kept, counted), percent(good, a + b), percent(good, a)
    lost = percent(b, offered), percent(b - short, offered - short), mean(spent(calls, "answered"), a)
    return "\t".join(map(str, (*counts, *levels, *lost)))
def handling(some):
    handled, times = sum(x["file"] == "legs" for x in some), [spent(some, what) for what in BUSY]
    return "\t".join((str(handled), *map(clock, times), mean(sum(times), handled)))

def monday(x): return (day := date.fromisoformat(x["at"][:10])) - timedelta(days=day.weekday())
calls, legs = lines("calls", "entered", "ending"), lines("legs", "connected", "way")
work = [x for x in lines("work", "since", "doing") if x["what"] in BUSY]
every = calls + [x for x in legs + work if x["tenant"] and not x["dialled"]]
some = [x for x in every if SINCE <= datetime.fromisoformat(x["at"]) < UNTIL]
for by, of, key in (
    ("tenant", some, lambda x: BRAND[x["tenant"]]["name"]), ("language", some, lambda x: x["language"]),
    ("concern", some, lambda x: x["concern"]), ("hour", some, lambda x: f"{x['at'][:13]}:00{x['at'][26:]}"),
    ("day", some, lambda x: x["at"][:10]), ("week", every, monday),
):
    table(f"flow_by_{by}", of, key, flow)
    table(f"handling_by_{by}", of, key, handling)
