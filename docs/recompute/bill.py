"""Prints what a month cost anew, from the CSV files beside a report: bill.py FOLDER (see docs/reports.md)."""
import csv
import sys
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

FILES = {path.stem.rpartition("-")[2]: list(csv.DictReader(path.open(encoding="utf-8-sig"))) for path in Path(sys.argv[1]).glob("*.csv")}
BRAND = {line["tenant"]: line for line in FILES["tenants"]}
SINCE, UNTIL = (datetime.fromisoformat(FILES["tenants"][0][end]) for end in ("since", "until"))
CALL, MINUTE, AGENT = (FILES["tenants"][0][price] for price in ("ivr_call", "ivr_minute", "agent_minute"))
KINDS = {"talking": "talk", "on_hold": "hold", "wrap_up": "wrap_up"}
SUMS = defaultdict(Decimal)

def within(file, at): return [x for x in FILES.get(file, ()) if x[at] and SINCE <= datetime.fromisoformat(x[at]) < UNTIL]
def clock(time): return f"{time // timedelta(seconds=1)}.{time.microseconds:06}"
def pieces(price, count): return price and (Decimal(price.split()[0]) * count, price.split()[1])
def minutes(price, time):  # by the second, and half a cent is a whole one
    cost = price and Decimal(price.split()[0]) * (time // timedelta(seconds=1)) / 60
    return price and (cost.quantize(Decimal("0.01"), ROUND_HALF_UP), price.split()[1])
def money(cost): return f"{cost[0]:f} {cost[1]}" if cost else "-"
def table(title, lines):  # each with a name, a price, how much of it, and what that costs
    sums = defaultdict(Decimal)
    for *_, cost in lines:
        if cost:
            sums[cost[1]] += cost[0]
            SUMS[cost[1]] += cost[0]
    print("==", title)
    for name, price, much, cost in lines:
        print(name, price or "-", much if isinstance(much, int) else clock(much), money(cost), sep="\t")
    much = sum((line[2] for line in lines), timedelta() if lines and isinstance(lines[0][2], timedelta) else 0)
    cost = next((one, name) for name, one in sums.items()) if len(sums) == 1 else None
    print("total", much if isinstance(much, int) else clock(much), money(cost), sep="\t")

calls, times, spent, services = defaultdict(int), defaultdict(timedelta), defaultdict(timedelta), defaultdict(int)
for x in within("portal", "arrived"):
    calls[x["line"]] += 1
    gone = datetime.fromisoformat(x["left_portal"] or x["arrived"]) - datetime.fromisoformat(x["arrived"])
    times[x["line"]] += gone
for x in within("work", "since"):
    if x["doing"] in KINDS and x["tenant"] and not x["dialled"]:
        spent[KINDS[x["doing"]]] += timedelta(microseconds=int(x["seconds"].replace(".", "")))
for x in within("services", "at"):
    if x["counts"] == "1":
        services[f"{BRAND[x['tenant']]['name']}\t{x['service'] or 'no_concern'}", x["price"]] += 1
table("charged_calls", [(line, CALL, count, pieces(CALL, count)) for line, count in calls.items()])
table("charged_portal_time", [(line, MINUTE, time, minutes(MINUTE, time)) for line, time in times.items()])
table("charged_agents_time", [(kind, AGENT, spent[kind], minutes(AGENT, spent[kind])) for kind in KINDS.values()])
table("services_by_price", [(name, price, count, pieces(price, count)) for (name, price), count in services.items()])
print("== charged_in_all", *(f"{name}\t{money((cost, name))}" for name, cost in SUMS.items()), sep="\n")
