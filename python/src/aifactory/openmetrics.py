"""A finished run in the OpenMetrics text format, for Prometheus and other time series databases."""

from __future__ import annotations

import datetime
from typing import Any, Dict, Iterable, List, Mapping, Optional

from .run import Run

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
QUANTILES = {"p50": "0.5", "p90": "0.9", "p95": "0.95", "p99": "0.99", "p99_9": "0.999"}


def openmetrics(run: Run, labels: Optional[Mapping[str, str]] = None, timestamps: bool = True) -> str:
    """The values of a run as OpenMetrics text.

    Durations are in seconds, as OpenMetrics requires. Latencies are summaries with quantiles.

    :param labels: of every sample, in addition to ``run_id``, for example ``{'cluster': 'alps'}``
    :param timestamps: whether samples have the time at which the run ended, as a back-fill requires; False for the textfile collector
        of node_exporter, which refuses them
    """
    return _Document(run, labels or {}, timestamps).text()


class _Document:
    def __init__(self, run: Run, labels: Mapping[str, str], timestamps: bool) -> None:
        self._summary = run.summary
        self._run = run
        self._labels = {"run_id": run.run_id, **labels}
        for name in self._labels:
            if not name.replace("_", "a").isalnum() or name[0].isdigit() or not name.isascii() or name == "quantile":
                raise ValueError(f"invalid value for labels: {name!r} (expected letters, digits and _)")
        ended = self._summary["provenance"].get("ended_at") if timestamps else None
        self._time = "" if not ended else f" {_seconds(ended):.3f}"
        self._lines: List[str] = []

    def text(self) -> str:
        provenance = self._summary["provenance"]
        specification = provenance.get("specification") or {}
        info = {
            "version": provenance.get("version"),
            "model": specification.get("model") or (provenance.get("server") or {}).get("model"),
            "endpoint": specification.get("endpoint"),
            "targets": ",".join(provenance.get("targets") or []),
        }
        self._family("aifactory_run", "info", "", "The run and what it measured.")
        self._sample("aifactory_run_info", 1, {name: str(value) for name, value in info.items() if value is not None})
        self._gauge("aifactory_run_valid", "", "Whether the clients stayed within their limits: 1 or 0.", float(self._run.valid))
        self._gauge("aifactory_run_duration_seconds", "seconds", "Duration of the measured window.", self._summary.get("duration_s"))
        self._counts()
        for name, metric, unit, help_text in (
            ("request_throughput", "aifactory_run_requests_per_second", "", "Completed requests per second of the window."),
            ("output_token_throughput", "aifactory_run_output_tokens_per_second", "", "Output tokens per second of the window."),
            ("total_token_throughput", "aifactory_run_tokens_per_second", "", "Input and output tokens per second of the window."),
            ("goodput_rps", "aifactory_run_goodput_requests_per_second", "", "Requests per second that met every latency limit."),
            ("slo_attainment", "aifactory_run_slo_attainment_ratio", "ratio", "Share of the requests that met every latency limit."),
        ):
            self._gauge(metric, unit, help_text, self._summary.get(name))
        for metric, figures in sorted(self._summary["metrics"].items()):
            if figures and figures.get("count") and metric.endswith("_ms"):
                self._latency("aifactory_run_" + metric[:-3] + "_seconds", metric, figures)
        return "\n".join([*self._lines, "# EOF", ""])

    def _counts(self) -> None:
        requests = self._summary["requests"]
        self._family("aifactory_run_requests", "gauge", "", "Requests of the measured window by outcome.")
        for outcome in ("scheduled", "sent", "completed", "failed", "cancelled"):
            self._sample("aifactory_run_requests", requests.get(outcome), {"outcome": outcome})
        errors = requests.get("errors") or {}
        if errors:
            self._family("aifactory_run_errors", "gauge", "", "Failed requests by cause.")
            for cause, count in sorted(errors.items()):
                self._sample("aifactory_run_errors", count, {"cause": cause})
        self._family("aifactory_run_tokens", "gauge", "", "Tokens of the measured window by direction.")
        for direction in ("input", "output"):
            self._sample("aifactory_run_tokens", self._summary["tokens"].get(direction), {"direction": direction})

    def _latency(self, name: str, metric: str, figures: Mapping[str, Any]) -> None:
        self._family(name, "summary", "seconds", f"{metric} of the summary, in seconds.")
        for statistic, quantile in QUANTILES.items():
            if figures.get(statistic) is not None:
                self._sample(name, figures[statistic] / 1000, {"quantile": quantile})
        self._sample(name + "_count", figures["count"], {})
        if figures.get("mean") is not None:
            self._sample(name + "_sum", figures["mean"] * figures["count"] / 1000, {})

    def _gauge(self, name: str, unit: str, help_text: str, value: Optional[float]) -> None:
        if value is not None:
            self._family(name, "gauge", unit, help_text)
            self._sample(name, value, {})

    def _family(self, name: str, kind: str, unit: str, help_text: str) -> None:
        self._lines.append(f"# TYPE {name} {kind}")
        if unit:
            self._lines.append(f"# UNIT {name} {unit}")
        self._lines.append(f"# HELP {name} {help_text}")

    def _sample(self, name: str, value: Optional[float], labels: Dict[str, str]) -> None:
        if value is None:
            return
        inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in _sorted({**self._labels, **labels}))
        self._lines.append(f"{name}{{{inside}}} {float(value):.12g}{self._time}")


def _sorted(labels: Mapping[str, str]) -> Iterable[Any]:
    return sorted((name, str(text)) for name, text in labels.items())


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _seconds(time: str) -> float:
    return datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()
