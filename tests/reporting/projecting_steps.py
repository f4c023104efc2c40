"""Run as a program: follows the log a few facts at a time, says after each step that it was one, until it is killed."""

import sys

from reporting import projecting
from rufwerk.figure_keeping import projecting as following
from storage.unit_of_work import SqlTransactions

vars(projecting).update(FACTS=5, KEEP_EVERY=20)
making = following(SqlTransactions(sys.argv[1], "a"))
while making.step():
    print("a step", flush=True)
