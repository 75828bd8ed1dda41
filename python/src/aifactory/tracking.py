"""Logging of a run to MLflow and Weights & Biases, by their own clients.

Both need the packages of the extras ``mlflow`` and ``wandb``. Where a run is logged to is their own configuration
(``MLFLOW_TRACKING_URI``, ``WANDB_MODE=offline`` …).
"""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, Optional

from .errors import require
from .run import Run

LONGEST_PARAMETER = 500
INTERVAL_METRICS = ("completed", "failed", "output_tokens", "in_flight", "ttft_p50_ms", "ttft_p99_ms", "itl_p50_ms", "itl_p99_ms")


def parameters(run: Run) -> Dict[str, Any]:
    """The workload and where it was measured, as flat names: ``request_rate``, ``input_length.mean``, ``seed``, ``server.model``."""
    provenance = run.summary["provenance"]
    found = _flat({"server": provenance.get("server") or {}, "targets": ",".join(provenance.get("targets") or [])})
    found.update(_flat(provenance.get("specification") or {}))
    found["num_clients"] = (run.summary.get("clients") or {}).get("expected")
    return {name: value for name, value in found.items() if value is not None and value != ""}


def values(run: Run) -> Dict[str, float]:
    """The values of the summary as flat names: ``ttft_ms.p99``, ``request_throughput``, ``requests.failed``."""
    summary = run.summary
    found: Dict[str, float] = {"valid": float(run.valid)}
    for name in ("duration_s", "request_throughput", "output_token_throughput", "total_token_throughput", "goodput_rps", "slo_attainment"):
        if summary.get(name) is not None:
            found[name] = float(summary[name])
    for group in ("requests", "tokens"):
        for name, value in summary[group].items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                found[f"{group}.{name}"] = float(value)
    for metric, figures in summary["metrics"].items():
        for statistic, value in (figures or {}).items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                found[f"{metric}.{statistic}"] = float(value)
    return found


def log_to_mlflow(run: Run, experiment: Optional[str] = None, tags: Optional[Mapping[str, str]] = None, files: bool = True) -> str:
    """Log a run as a run of MLflow: parameters, values, one step per second of the run, and its files as artifacts.

    Inside ``mlflow.start_run()``, it is logged to that run.

    :param files: whether the files of the run's directory become artifacts
    :returns: the id of MLflow's run
    """
    mlflow = require("mlflow", "logging to MLflow", "mlflow")
    if experiment is not None:
        mlflow.set_experiment(experiment)
    active = mlflow.active_run()
    if active is not None:
        return _log_to_mlflow(mlflow, active, run, tags or {}, files)
    with mlflow.start_run(run_name=run.run_id) as started:
        return _log_to_mlflow(mlflow, started, run, tags or {}, files)


def _log_to_mlflow(mlflow: Any, active: Any, run: Run, tags: Mapping[str, str], files: bool) -> str:
    provenance = run.summary["provenance"]
    mlflow.set_tags(
        {
            "aifactory.run_id": run.run_id,
            "aifactory.valid": str(run.valid).lower(),
            "aifactory.version": str(provenance.get("version")),
            "aifactory.invalid_reasons": "; ".join(run.reasons)[:LONGEST_PARAMETER],
            **tags,
        }
    )
    mlflow.log_params({_name(name): str(value)[:LONGEST_PARAMETER] for name, value in parameters(run).items()})
    mlflow.log_metrics({_name(name): value for name, value in values(run).items()})
    for row in run.interval_table().rows():
        second = {f"interval/{name}": float(row[name]) for name in INTERVAL_METRICS if row[name] is not None}  # type: ignore[arg-type]
        mlflow.log_metrics(second, step=row["second"])
    if files and run.directory is not None:
        mlflow.log_artifacts(str(run.directory))
    return str(active.info.run_id)


def log_to_wandb(run: Run, project: Optional[str] = None, files: bool = True, **options: Any) -> str:
    """Log a run as a run of Weights & Biases: configuration, summary, one step per second of the run, and its files as an artifact.

    Inside an active ``wandb.init()``, it is logged to that run.

    :param options: passed to ``wandb.init``, for example ``mode='offline'``
    :returns: the id of W&B's run
    """
    wandb = require("wandb", "logging to Weights & Biases", "wandb")
    started = None
    active = wandb.run
    if active is None:
        active = started = wandb.init(project=project, name=run.run_id, **options)
    try:
        active.config.update({_name(name): value for name, value in parameters(run).items()}, allow_val_change=True)
        for row in run.interval_table().rows():
            active.log({f"interval/{name}": row[name] for name in ("second", *INTERVAL_METRICS) if row[name] is not None})
        active.summary.update({_name(name): value for name, value in values(run).items()})
        active.summary["aifactory.run_id"] = run.run_id
        if files and run.directory is not None:
            artifact = wandb.Artifact(f"aifactory-{_name(run.run_id)}", type="aifactory-run")
            artifact.add_dir(str(run.directory))
            active.log_artifact(artifact)
        return str(active.id)
    finally:
        if started is not None:
            started.finish()


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Dict[str, Any]:
    found: Dict[str, Any] = {}
    for name, value in tree.items():
        if isinstance(value, Mapping):
            found.update(_flat(value, f"{prefix}{name}."))
        elif isinstance(value, (list, tuple)):
            found[prefix + name] = ",".join(str(one) for one in value)
        else:
            found[prefix + name] = value
    return found


def _name(name: str) -> str:
    """A name that both accept: letters, digits, ``_ - . /``."""
    return re.sub(r"[^A-Za-z0-9_.\-/]", "_", name)
