"""Reads a CSV with pandas each time a line comes in, and answers with the seconds that it took."""

import sys
import time

import pandas

print("ready", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    pandas.read_csv(sys.argv[1])
    print(time.perf_counter() - start, flush=True)
