"""A finished run, read from the directory of its files or from a Client Service."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Dict, Iterable, List, Mapping, Optional, Union

from . import records
from .errors import AifactoryError, RunFileError
from .from_records import INTERVAL_COLUMNS, PART_METRICS, PERCENTILE_COLUMNS, intervals_of, parts_of, percentiles_of, table_of
from .table import Table

SUMMARY_SCHEMA = "aifactory.summary/1"
SERIES_SCHEMA = "aifactory.series/1"
LARGEST_DOCUMENT_BYTES = 64 << 20

SERVER_COLUMNS = {
    "server": "str",
    "number": "int",
    "second": "float",
    "running": "float",
    "waiting": "float",
    "kv_cache_share": "float",
    "preemptions": "float",
    "requests_finished": "float",
    "prefix_cache_queries": "float",
    "prefix_cache_hits": "float",
}
METRIC_COLUMNS = {
    "metric": "str",
    "count": "int",
    "mean": "float",
    "std": "float",
    "min": "float",
    "p50": "float",
    "p90": "float",
    "p95": "float",
    "p99": "float",
    "p99_9": "float",
    "max": "float",
}
PathLike = Union[str, "os.PathLike[str]"]


class Run:
    """A finished run. Frames are pandas frames by default; see :meth:`aifactory.table.Table.frame` for ``backend``.

    ``summary`` is the content of ``summary.json``; ``directory`` is None for a run that was read from a service.
    """

    def __init__(
        self, summary: Mapping[str, Any], series: Optional[Mapping[str, Any]], source: "RecordSource", directory: Optional[Path] = None
    ) -> None:
        self.summary: Dict[str, Any] = dict(summary)
        self.directory = directory
        self._series = series
        self._source = source
        self._records: Optional[Table] = None

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return str(self.summary["run_id"])

    @property
    def valid(self) -> bool:
        """Whether the clients stayed within their limits, so that the values describe the server."""
        return bool(self.summary["valid"])

    @property
    def reasons(self) -> List[str]:
        """Why the run is not valid; empty for a valid run."""
        return [str(reason.get("message")) for reason in self.summary.get("invalid_reasons") or []]

    @property
    def findings(self) -> List[Dict[str, Any]]:
        """What to know before using the values of a valid run."""
        return list(self.summary.get("findings") or [])

    def value(self, name: str) -> Optional[float]:
        """A value of the summary by its path: ``ttft_ms.p99``, ``request_throughput``, ``requests.failed``, ``tokens.output``.

        Returns None if the run does not have the value.

        :raises AifactoryError: if the name is unknown
        """
        return value_of(self.summary, name)

    def records(self) -> Table:
        """The request records as a table without a frame library; read once."""
        if self._records is None:
            self._records = self._source.read()
            if (self.summary["provenance"].get("specification") or {}).get("arrival_pattern") == "closed":
                for name in records.OPEN_LOOP_COLUMNS:
                    self._records.columns[name].clear()
        return self._records

    def requests(self, backend: Optional[str] = None) -> Any:
        """One row per request: stamps in ns since the start of the run, tokens, client, error, and latencies in ms."""
        return self.records().frame(backend)

    def intervals(self, backend: Optional[str] = None) -> Any:
        """One row per second over all clients.

        Runs of versions without ``series.json`` have no gaps between chunks per second: their ``itl_…`` and ``chunks`` are missing,
        and the other values follow from the request records.
        """
        return self.interval_table().frame(backend)

    def interval_table(self) -> Table:
        """The rows of :meth:`intervals` as a table."""
        if self._series is None:
            return intervals_of(self.records())
        return table_of(INTERVAL_COLUMNS, self._series_list("timeline"), "timeline")

    def clients(self, backend: Optional[str] = None) -> Any:
        """One row per client process: its requests, and percentiles of its latencies."""
        return self.part_table("per_client").frame(backend)

    def targets(self, backend: Optional[str] = None) -> Any:
        """One row per AI server: its requests, and percentiles of its latencies."""
        return self.part_table("per_target").frame(backend)

    def part_table(self, member: str) -> Table:
        """The rows of :meth:`clients` (``per_client``) or :meth:`targets` (``per_target``) as a table."""
        kinds = {"number": "int", "name": "str", "scheduled": "int", "sent": "int", "completed": "int", "failed": "int", "cancelled": "int"}
        for metric in PART_METRICS:
            kinds.update({f"{metric}.{statistic}": "float" for statistic in ("mean", "p50", "p99")})
        if self._series is None:
            return parts_of(self.records(), "client" if member == "per_client" else "target", kinds)
        rows = []
        for part in self._series_list(member):
            row: Dict[str, Any] = {"number": part.get("number"), "name": part.get("name"), **(part.get("requests") or {})}
            for metric in PART_METRICS:
                figures = (part.get("metrics") or {}).get(metric) or {}
                row.update({f"{metric}.{statistic}": figures.get(statistic) for statistic in ("mean", "p50", "p99")})
            rows.append(row)
        return table_of(kinds, rows, member)

    def server_metrics(self, backend: Optional[str] = None) -> Any:
        """One row per sample of an AI server's own metrics; empty if the servers have none, or the run's version did not keep them."""
        return self.server_table().frame(backend)

    def server_table(self) -> Table:
        """The rows of :meth:`server_metrics` as a table."""
        rows = []
        for server in self._series_list("server_metrics") if self._series is not None else []:
            for sample in server.get("samples") or []:
                rows.append({**sample, "server": server.get("name"), "number": server.get("number")})
        return table_of(SERVER_COLUMNS, rows, "server_metrics")

    def metrics(self, backend: Optional[str] = None) -> Any:
        """One row per metric of the summary: count, mean, percentiles."""
        rows = [{"metric": name, **figures} for name, figures in self.summary["metrics"].items() if figures]
        return table_of(METRIC_COLUMNS, rows, "metrics").frame(backend)

    def percentiles(self, backend: Optional[str] = None) -> Any:
        """The curves of latency by percentile: one row per metric and percentile."""
        return self.percentile_table().frame(backend)

    def percentile_table(self) -> Table:
        """The rows of :meth:`percentiles` as a table."""
        if self._series is None:
            return percentiles_of(records.measured(self.records()))
        rows: List[Dict[str, Any]] = []
        for metric, points in (self._series.get("distributions") or {}).items():
            rows.extend({"metric": metric, **point} for point in points or [])
        return table_of(PERCENTILE_COLUMNS, rows, "distributions")

    def _series_list(self, member: str) -> List[Dict[str, Any]]:
        found = (self._series or {}).get(member) or []
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise RunFileError(f"{member} of the series of run {self.run_id} is not a list of objects; copy series.json again")
        return found

    def __repr__(self) -> str:
        return f"Run({self.run_id!r}, {'VALID' if self.valid else str(self.summary.get('status', 'invalid')).upper()})"

    def _repr_html_(self) -> str:
        return _html(self)


class RecordSource:
    """Where the records of a run are read from."""

    def read(self) -> Table:
        """All records."""
        raise NotImplementedError


class RecordFile(RecordSource):
    """``requests.jsonl.zst`` or ``requests.jsonl`` of a directory."""

    NAMES = ("requests.jsonl.zst", "requests.jsonl")

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def read(self) -> Table:
        for name in self.NAMES:
            if (self._directory / name).exists():
                return records.read_file(self._directory / name)
        raise RunFileError(f"there is neither {self.NAMES[0]} nor {self.NAMES[1]} in {self._directory}: is the directory complete?")


def read_run(path: PathLike) -> Run:
    """Read the directory of a run's files, or its ``summary.json``.

    :raises RunFileError: if there is no run, naming the file
    """
    given = Path(path)
    directory = given.parent if given.name == "summary.json" and not given.is_dir() else given
    if not directory.is_dir():
        raise RunFileError(f"{directory} is not a directory (expected the directory of a run's files, with summary.json)")
    if not (directory / "summary.json").exists():
        raise RunFileError(f"there is no summary.json in {directory} (expected the directory of a run's files)")
    summary = document(directory / "summary.json", SUMMARY_SCHEMA)
    check_summary(summary, str(directory / "summary.json"))
    series = document(directory / "series.json", SERIES_SCHEMA) if (directory / "series.json").exists() else None
    if series is not None and series.get("run_id") != summary["run_id"]:
        raise RunFileError(
            f"{directory} contains files of two runs: summary.json of {summary['run_id']}, series.json of {series.get('run_id')};"
            f" write them again with: aifactory report {summary['run_id']} --output DIR"
        )
    return Run(summary, series, RecordFile(directory), directory)


def read_runs(paths: Iterable[PathLike]) -> List[Run]:
    """Read several runs, for example ``read_runs(Path('results').iterdir())``."""
    return [read_run(path) for path in paths]


def document(path: Path, schema: str) -> Dict[str, Any]:
    """Read a JSON document of a schema.

    :raises RunFileError: naming the file
    """
    try:
        if path.stat().st_size > LARGEST_DOCUMENT_BYTES:
            raise RunFileError(f"{path} has {path.stat().st_size} bytes (expected at most {LARGEST_DOCUMENT_BYTES})")
        content = json.loads(path.read_bytes())
    except OSError as e:
        raise RunFileError(f"cannot read {path}: {e.strerror or e}") from e
    except (ValueError, RecursionError) as e:
        raise RunFileError(f"{path} is not complete JSON: {e}; copy the file again") from e
    if not isinstance(content, dict) or content.get("schema") != schema:
        found = content.get("schema") if isinstance(content, dict) else type(content).__name__
        raise RunFileError(f"{path} is not a file of a run: schema is {found!r} (expected {schema!r})")
    return content


def check_summary(summary: Mapping[str, Any], name: str) -> None:
    """Refuse a summary without the members that this package relies on.

    :raises RunFileError: naming the member
    """
    for member, kind in (("run_id", str), ("valid", bool), ("metrics", dict), ("requests", dict), ("tokens", dict), ("provenance", dict)):
        if not isinstance(summary.get(member), kind):
            raise RunFileError(f"{name}: {member} is {summary.get(member)!r} (expected {kind.__name__})")


def value_of(summary: Mapping[str, Any], name: str) -> Optional[float]:
    """See :meth:`Run.value`."""
    place: Any = summary
    parts = name.split(".")
    if parts[0] in (summary.get("metrics") or {}):
        place = summary["metrics"]
    for number, part in enumerate(parts):
        if place is None and number == len(parts) - 1 and part in METRIC_COLUMNS:
            return None  # a metric without samples
        if not isinstance(place, Mapping) or part not in place:
            known = sorted(place) if isinstance(place, Mapping) else []
            raise AifactoryError(f"there is no value {name!r} in the summary" + (f"; {part!r} is not one of {', '.join(known)}" if known else ""))
        place = place[part]
    if place is None:
        return None
    if isinstance(place, bool) or not isinstance(place, (int, float)):
        raise AifactoryError(f"{name!r} is not a number in the summary, but {type(place).__name__}")
    return float(place)


def _html(run: Run) -> str:
    from html import escape

    requests, metrics = run.summary["requests"], run.summary["metrics"]
    lines = [f"<b>{escape(repr(run))}</b>"]
    lines += [f"<p>{escape(reason)}</p>" for reason in run.reasons]
    lines.append(
        f"<p>{requests.get('completed')} of {requests.get('scheduled')} requests completed, {requests.get('failed')} failed;"
        f" {_short(run.value('request_throughput'))} req/s, {_short(run.value('output_token_throughput'))} output tok/s</p>"
    )
    lines.append("<table><tr><th>ms</th><th>p50</th><th>p90</th><th>p99</th><th>max</th></tr>")
    for name in ("ttft_ms", "tpot_ms", "itl_ms", "e2el_ms"):
        if metrics.get(name):
            cells = "".join(f"<td>{_short(metrics[name].get(statistic))}</td>" for statistic in ("p50", "p90", "p99", "max"))
            lines.append(f"<tr><td>{name[:-3].upper()}</td>{cells}</tr>")
    return "".join(lines) + "</table>"


def _short(number: Optional[float]) -> str:
    return "–" if number is None else f"{number:,.3g}" if abs(number) < 1000 else f"{number:,.0f}"
