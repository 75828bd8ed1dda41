"""Measures the wake-up latency of this machine: sleeps for one millisecond repeatedly until SIGTERM, then prints
the 99th percentile of how late it woke, in milliseconds.

A process that does nothing but sleep is late only when others keep the cores, or the machine itself stands still.
"""
import signal
import sys
import time

PERIOD_S = 0.001
MOST_SAMPLES = 1_000_000


class Ended(Exception):
    pass


def end(_signal, _frame):
    raise Ended


def main():
    late = []
    signal.signal(signal.SIGTERM, end)
    try:
        while len(late) < MOST_SAMPLES:
            before = time.monotonic()
            time.sleep(PERIOD_S)
            late.append(time.monotonic() - before - PERIOD_S)
    except Ended:
        pass
    if not late:
        sys.exit('the witness was ended before it had slept once')
    late.sort()
    print(f'{1000 * late[min(len(late) - 1, int(0.99 * len(late)))]:.3f}')


main()
