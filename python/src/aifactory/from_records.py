"""Intervals, parts and percentiles computed from request records, for runs of versions without ``series.json``."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional

from .errors import RunFileError
from .table import Table, Value

INTERVAL_COLUMNS = {
    "second": "int",
    "scheduled": "int",
    "completed": "int",
    "failed": "int",
    "output_tokens": "int",
    "chunks": "int",
    "in_flight": "int",
    "ttft_p50_ms": "float",
    "ttft_p99_ms": "float",
    "itl_p50_ms": "float",
    "itl_p99_ms": "float",
}
PERCENTILE_COLUMNS = {"metric": "str", "percentile": "float", "milliseconds": "float", "count": "int"}
PART_METRICS = ("ttft_ms", "tpot_ms", "itl_ms", "e2el_ms", "schedule_delay_ms")


def percentile(ordered: List[float], share: float) -> Optional[float]:
    """The nearest-rank percentile of ascending values; None without values."""
    if not ordered:
        return None
    rank = -(-len(ordered) * share // 100)
    return ordered[min(len(ordered), max(1, int(rank))) - 1]


def table_of(kinds: Mapping[str, str], rows: Iterable[Mapping[str, Any]], name: str) -> Table:
    """A table of rows; a value of another kind is an error that names it."""
    table = Table(kinds)
    for row in rows:
        try:
            table.append(row)
        except ValueError as e:
            raise RunFileError(f"{name}: {e}; write the files again with: aifactory report RUN --output DIR") from e
    return table


def intervals_of(requests: Table) -> Table:
    """One row per second, from the request records."""
    seconds: Dict[int, Dict[str, Any]] = {}

    def at(nanos: Any) -> Dict[str, Any]:
        empty = {"scheduled": 0, "completed": 0, "failed": 0, "output_tokens": 0, "change": 0, "ttft": []}
        return seconds.setdefault(int(nanos // 1_000_000_000), empty)

    for row in requests.rows():
        at(row["scheduled_nanos"])["scheduled"] += 1
        started = row["started_nanos"]
        end = row["done_nanos"] if row["outcome"] == "completed" else row["failed_nanos"]
        if started is not None and end is not None:
            at(started)["change"] += 1
            at(end)["change"] -= 1
        if row["outcome"] == "completed" and end is not None:
            second = at(end)
            second["completed"] += 1
            second["output_tokens"] += row["output_tokens"] or 0
            if row["phase"] == "measured" and row["ttft_ms"] is not None:
                second["ttft"].append(row["ttft_ms"])
        elif row["outcome"] == "failed" and end is not None:
            at(end)["failed"] += 1
    rows: List[Dict[str, Value]] = []
    in_flight = 0
    for number in range(min(seconds, default=0), max(seconds, default=-1) + 1):
        second = seconds.get(number, {"scheduled": 0, "completed": 0, "failed": 0, "output_tokens": 0, "change": 0, "ttft": []})
        in_flight += second["change"]
        ordered = sorted(second["ttft"])
        rows.append(
            {
                **{name: second[name] for name in ("scheduled", "completed", "failed", "output_tokens")},
                "second": number,
                "in_flight": in_flight,
                "ttft_p50_ms": percentile(ordered, 50),
                "ttft_p99_ms": percentile(ordered, 99),
            }
        )
    return table_of(INTERVAL_COLUMNS, rows, "intervals")


def parts_of(requests: Table, member: str, kinds: Mapping[str, str]) -> Table:
    """One row per client or AI server, from the request records of the measured window."""
    parts: Dict[int, Dict[str, Any]] = {}
    for row in requests.rows():
        if row["phase"] != "measured":
            continue
        part = parts.setdefault(row[member], {"completed": 0, "failed": 0, "cancelled": 0, "scheduled": 0, "values": {}})  # type: ignore[arg-type]
        part["scheduled"] += 1
        if row["outcome"] in part:
            part[row["outcome"]] += 1
        for metric in PART_METRICS:
            if row.get(metric) is not None and row["outcome"] == "completed":
                part["values"].setdefault(metric, []).append(row[metric])
    rows = []
    for number, part in sorted(parts.items()):
        row = {"number": number, **{name: part[name] for name in ("scheduled", "completed", "failed", "cancelled")}}
        for metric, values in part["values"].items():
            ordered = sorted(values)
            row[f"{metric}.mean"] = sum(ordered) / len(ordered)
            row[f"{metric}.p50"] = percentile(ordered, 50)
            row[f"{metric}.p99"] = percentile(ordered, 99)
        rows.append(row)
    return table_of(kinds, rows, "requests")


def percentiles_of(requests: List[Dict[str, Any]]) -> Table:
    """Curves of latency by percentile, from completed requests of the measured window."""
    table = Table(PERCENTILE_COLUMNS)
    for metric in ("ttft_ms", "ttft_from_schedule_ms", "tpot_ms", "e2el_ms", "e2el_from_schedule_ms"):
        ordered = sorted(row[metric] for row in requests if row[metric] is not None)
        for share in (0.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 100.0):
            if ordered:
                table.append({"metric": metric, "percentile": share, "milliseconds": percentile(ordered, share), "count": len(ordered)})
    return table
