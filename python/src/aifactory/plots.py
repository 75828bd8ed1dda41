"""The charts of the report as figures of matplotlib. Each function returns a ``matplotlib.figure.Figure``."""

from __future__ import annotations

import io
import math
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple, Union

from .benchmark import seconds_of
from .errors import AifactoryError, require
from .run import Run

COLOURS = ("#1f5fa8", "#c4561b", "#2f7d4f", "#a3303f", "#6b4fa0", "#5d6470")
DISTRIBUTIONS = (
    ("Time to first token, ms", ("ttft_ms", "ttft_from_schedule_ms", "ttfo_ms")),
    ("Per token and per chunk, ms", ("tpot_ms", "itl_ms")),
    ("End-to-end latency, ms", ("e2el_ms", "e2el_from_schedule_ms")),
)
SHORT_NAMES = {
    "ttft_ms": "TTFT",
    "ttft_from_schedule_ms": "TTFT from schedule",
    "ttfo_ms": "TTFO",
    "tpot_ms": "TPOT",
    "itl_ms": "ITL",
    "e2el_ms": "E2EL",
    "e2el_from_schedule_ms": "E2EL from schedule",
}
PERCENTILE_TICKS = (0.0, 50.0, 90.0, 99.0, 99.9, 99.99, 99.999)
# Of the largest value, relative to the deepest percentile.
LARGEST_PLACE = 1.15
Line = Tuple[str, Sequence[Any], bool]


def timeline(run: Run) -> Any:
    """Requests, requests in flight, output tokens, TTFT, ITL and errors over the time of the run; warmup and cooldown are shaded."""
    table = run.interval_table()
    columns: Dict[str, List[Any]] = {name: list(column) for name, column in table.columns.items()}
    seconds = columns["second"]
    if not seconds:
        raise AifactoryError(f"run {run.run_id} has no intervals: no client reported one")
    chunks = [value or 0 for value in columns["chunks"]]
    per_chunk = run.summary["tokens"].get("per_chunk") or 0
    tokens = [value * per_chunk for value in chunks] if any(chunks) and per_chunk else columns["output_tokens"]
    charts: List[Tuple[str, List[Line]]] = [
        ("Requests, per second", [("scheduled", columns["scheduled"], True), ("completed", columns["completed"], False)]),
        ("Requests in flight", [("in flight", columns["in_flight"], False)]),
        ("Output tokens, per second", [("tokens", tokens, False)]),
        ("Time to first token, ms", [("TTFT p50", columns["ttft_p50_ms"], False), ("TTFT p99", columns["ttft_p99_ms"], True)]),
        ("Inter-token latency, ms", [("ITL p50", columns["itl_p50_ms"], False), ("ITL p99", columns["itl_p99_ms"], True)]),
        ("Errors, per second", [("failed", columns["failed"], False)]),
    ]
    figure, axes = _grid(len(charts), 2, f"Run {run.run_id}")
    for axis, (title, lines) in zip(axes, charts):
        _chart(axis, title, seconds, lines, "s since the start")
        axis.set_xlim(min(0, min(seconds)), max(1, max(seconds)))
        for start, end in _unmeasured(run, max(seconds) + 1):
            axis.axvspan(start, end, color="#000000", alpha=0.08, lw=0)
    return figure


def distribution(*runs: Run, metrics: Optional[Sequence[str]] = None) -> Any:
    """Latency by percentile, on an axis on which each step to the right contains a tenth of the requests of the step before.

    Several runs are drawn over each other, for example before and after a change.

    :param metrics: of one chart, such as ``['ttft_ms']``; by default the three charts of the report
    """
    if not runs:
        raise AifactoryError("no run to show: distribution(run, …)")
    charts = [("Latency, ms", tuple(metrics))] if metrics else list(DISTRIBUTIONS)
    figure, axes = _grid(len(charts), min(3, len(charts)), "Latency by percentile")
    curves = [_curves(run) for run in runs]
    for axis, (title, names) in zip(axes, charts):
        lines = _lines(runs, curves, names)
        deepest = max((_depth(share) for _, points in lines for share, _ in points if share < 100), default=1.0)
        for number, (label, points) in enumerate(lines):
            positions = [LARGEST_PLACE * deepest if share == 100 else _depth(share) for share, _ in points]
            axis.plot(positions, [value for _, value in points], label=label, color=COLOURS[number % 6], ls="--" if number % 2 else "-")
        axis.set_title(title, loc="left", fontsize=10)
        ticks = [tick for tick in PERCENTILE_TICKS if _depth(tick) <= deepest + 1e-9]
        axis.set_xticks(
            [*(_depth(tick) for tick in ticks), LARGEST_PLACE * deepest], [*(f"p{tick:g}" for tick in ticks), "max"], fontsize=8, rotation=45
        )
        axis.set_xlim(0, LARGEST_PLACE * deepest)
        _finish(axis, True)
    return figure


def _lines(
    runs: Sequence[Run], curves: Sequence[Dict[str, List[Tuple[float, float]]]], names: Sequence[str]
) -> List[Tuple[str, List[Tuple[float, float]]]]:
    lines = []
    for run, of_run in zip(runs, curves):
        for name in names:
            points = of_run.get(name)
            if points and not (name == "ttfo_ms" and points == of_run.get("ttft_ms")):
                lines.append((SHORT_NAMES.get(name, name) + (f" · {run.run_id}" if len(runs) > 1 else ""), points))
    return lines


def requests(run: Run, metric: str = "ttft_ms") -> Any:
    """Each request: its scheduled time against a latency; failed requests are marked at the bottom."""
    figure, (axis,) = _grid(1, 1, f"Run {run.run_id}: {SHORT_NAMES.get(metric, metric)} of each request, ms", width=8)
    table = run.records()
    if metric not in table.columns or not metric.endswith("_ms"):
        known = [name for name in table.columns if name.endswith("_ms")]
        raise AifactoryError(f"invalid value for metric: {metric!r} (expected one of {', '.join(known)})")
    points: Dict[str, List[Tuple[float, float]]] = {"measured": [], "not measured": [], "failed": []}
    for row in table.rows():
        second: Any = row["scheduled_s"]
        value: Any = row[metric]
        if row["outcome"] == "failed":
            points["failed"].append((second, 0.0))
        elif value is not None:
            points["measured" if row["phase"] == "measured" else "not measured"].append((second, value))
    styles = {"measured": (COLOURS[0], "."), "not measured": (COLOURS[5], "."), "failed": (COLOURS[3], "x")}
    for name, found in points.items():
        if found:
            colour, marker = styles[name]
            axis.scatter([one[0] for one in found], [one[1] for one in found], s=14, c=colour, marker=marker, label=name, alpha=0.6)
    axis.set_xlabel("s since the start", fontsize=8)
    _finish(axis, any(points.values()))
    return figure


def server_metrics(run: Run) -> Any:
    """The AI servers' own metrics: requests running and waiting, KV cache in use, preemptions.

    :raises AifactoryError: if the servers have none
    """
    table = run.server_table()
    if not len(table):
        raise AifactoryError(f"run {run.run_id} has no server metrics: its AI servers have no /metrics, or its files have no series.json")
    columns = {name: list(column) for name, column in table.columns.items()}
    servers = list(dict.fromkeys(columns["server"]))[: len(COLOURS)]
    figure, axes = _grid(4, 2, f"Run {run.run_id}: metrics of the AI servers")
    titles = ("Requests running", "Requests waiting", "KV cache in use, %", "Preemptions since the start")
    for axis, title, name in zip(axes, titles, ("running", "waiting", "kv_cache_share", "preemptions")):
        factor = 100 if name == "kv_cache_share" else 1
        for number, server in enumerate(servers):
            rows = [i for i, found in enumerate(columns["server"]) if found == server]
            values = [math.nan if columns[name][i] is None else factor * columns[name][i] for i in rows]  # type: ignore[operator]
            axis.plot([columns["second"][i] for i in rows], values, label=server, color=COLOURS[number])
        axis.set_title(title, loc="left", fontsize=10)
        axis.set_xlabel("s since the start", fontsize=8)
        _finish(axis, True)
    return figure


def capacity(runs: Iterable[Run], load: str = "request_throughput", metric: str = "ttft_ms.p99") -> Any:
    """A latency against the load over several runs, for example of a sweep; runs that are not valid are hollow."""
    points = []
    for run in runs:
        x, y = run.value(load), run.value(metric)
        if x is not None and y is not None:
            points.append((x, y, run.valid))
    if not points:
        raise AifactoryError(f"no run has both {load} and {metric}")
    points.sort()
    figure, (axis,) = _grid(1, 1, f"{metric} by {load}", width=8)
    axis.plot([x for x, _, _ in points], [y for _, y, _ in points], color=COLOURS[0])
    for x, y, valid in points:
        axis.plot([x], [y], marker="o", color=COLOURS[0], markerfacecolor=COLOURS[0] if valid else "white")
    axis.set_xlabel(load, fontsize=8)
    _finish(axis, False)
    return figure


def _curves(run: Run) -> Dict[str, List[Tuple[float, float]]]:
    curves: Dict[str, List[Tuple[float, float]]] = {}
    for row in run.percentile_table().rows():
        if row["milliseconds"] is not None:
            curves.setdefault(str(row["metric"]), []).append((float(row["percentile"] or 0), float(row["milliseconds"])))
    return {name: sorted(points) for name, points in curves.items()}


def _depth(percentile: float) -> float:
    """How far to the right a percentile is: each nine adds one."""
    return -math.log10(1 - percentile / 100)


def _unmeasured(run: Run, end: int) -> List[Tuple[float, float]]:
    specification = run.summary["provenance"].get("specification") or {}
    shades = []
    try:
        warmup = seconds_of(specification.get("warmup") or "0s")
        cooldown = seconds_of(specification.get("cooldown") or "0s")
        duration: Union[float, None] = seconds_of(specification["duration"]) if specification.get("duration") else None
    except AifactoryError:
        return []
    if warmup > 0:
        shades.append((0.0, warmup))
    if cooldown > 0 and duration is not None:
        shades.append((duration - cooldown, float(end)))
    return shades


def _chart(axis: Any, title: str, positions: Sequence[Any], lines: Sequence[Line], x_label: str) -> None:
    for number, (label, values, dashed) in enumerate(lines):
        plain = [math.nan if value is None else value for value in values]
        axis.plot(positions, plain, label=label, color=COLOURS[number], ls="--" if dashed else "-", marker="." if len(plain) < 3 else None)
    axis.set_title(title, loc="left", fontsize=10)
    axis.set_xlabel(x_label, fontsize=8)
    _finish(axis, len(lines) > 1)


def _finish(axis: Any, legend: bool) -> None:
    values = [value for line in axis.get_lines() for value in line.get_ydata() if math.isfinite(value)]
    drawn = bool(values) or bool(axis.collections)
    axis.set_ylim(bottom=0, top=1 if not drawn or (values and max(values) == 0 and not axis.collections) else None)
    if not drawn:
        axis.text(0.5, 0.5, "no values", ha="center", va="center", transform=axis.transAxes, fontsize=9, color=COLOURS[5])
    axis.grid(True, lw=0.4, alpha=0.5)
    axis.tick_params(labelsize=8)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
    if legend and drawn and axis.get_legend_handles_labels()[0]:
        axis.legend(fontsize=8, frameon=False)


def _grid(count: int, columns: int, title: str, width: float = 11) -> Tuple[Any, List[Any]]:
    figures = require("matplotlib.figure", "a plot", "plots")
    # Shown by a notebook without pyplot, whose figures stay in memory until they are closed.
    chart = type("Chart", (figures.Figure,), {"_repr_png_": _png})
    rows = -(-count // columns)
    figure = chart(figsize=(width, 2.6 * rows + 0.8), layout="constrained")
    figure.suptitle(title, fontsize=11)
    axes = figure.subplots(rows, columns, squeeze=False).flatten().tolist()
    for axis in axes[count:]:
        axis.set_visible(False)
    return figure, axes[:count]


def _png(figure: Any) -> bytes:
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=90)
    return picture.getvalue()
