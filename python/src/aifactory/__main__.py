"""Exports of a run that need Python packages: ``python -m aifactory parquet RUN --output FILE`` and so on."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path
from typing import List, Optional

from . import __version__, check, log_to_mlflow, log_to_wandb, openmetrics, read_run, write_parquet
from .errors import AifactoryError, GateError
from .run import Run
from .service import Service


def parser() -> argparse.ArgumentParser:
    """The options of the commands."""
    main = argparse.ArgumentParser(prog="python -m aifactory", description="Exports of a run.")
    main.add_argument("--version", action="version", version=f"aifactory {__version__}")
    commands = main.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in (
        ("parquet", "Write the request records as a Parquet file."),
        ("openmetrics", "Write the values of the run as OpenMetrics text."),
        ("mlflow", "Log the run to MLflow (MLFLOW_TRACKING_URI)."),
        ("wandb", "Log the run to Weights & Biases (WANDB_MODE, WANDB_PROJECT)."),
        ("check", "Exit with 1 if the run is not valid or a gate is not met."),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("run", metavar="RUN", help="directory of a run's files, or the id of a run of a service")
        command.add_argument("--service", metavar="URL", help="Client Service of a run that is named by its id [discovery file]")
        command.add_argument("--token-file", metavar="FILE", help="file that contains the token of that service")
        if name in ("parquet", "openmetrics"):
            command.add_argument("--output", metavar="FILE", required=name == "parquet", help="file to write [standard output]")
        if name == "openmetrics":
            command.add_argument("--label", action="append", default=[], metavar="NAME=VALUE", help="label of every sample; repeatable")
            command.add_argument("--no-timestamps", action="store_true", help="omit the time of the run, for a textfile collector")
        if name == "mlflow":
            command.add_argument("--experiment", metavar="NAME", help="experiment of MLflow [its default]")
        if name == "wandb":
            command.add_argument("--project", metavar="NAME", help="project of W&B [its default]")
        if name == "check":
            command.add_argument("gates", nargs="*", metavar="GATE", help="condition such as 'ttft_ms.p99 <= 500'")
    return main


def main(arguments: Optional[List[str]] = None) -> int:
    """Run a command; returns the exit code: 0 done, 1 a gate failed, 2 wrong usage or input."""
    options = parser().parse_args(arguments)
    try:
        return _execute(options)
    except GateError as e:
        print(e, file=sys.stderr)
        return 1
    except (AifactoryError, ValueError) as e:
        print(f"aifactory: {e}", file=sys.stderr)
        return 2


def _execute(options: argparse.Namespace) -> int:
    run = _run(options)
    if options.command == "parquet":
        print(write_parquet(run, options.output))
    elif options.command == "openmetrics":
        text = openmetrics(run, dict(_label(label) for label in options.label), not options.no_timestamps)
        if options.output is None:
            sys.stdout.write(text)
        else:
            _write(Path(options.output), text)
    elif options.command == "mlflow":
        print(log_to_mlflow(run, options.experiment))
    elif options.command == "wandb":
        print(log_to_wandb(run, options.project))
    else:
        report = check(run, options.gates)
        report.raise_if_failed()
        print(report)
    return 0


def _run(options: argparse.Namespace) -> Run:
    is_id = re.fullmatch(r"[A-Za-z0-9._-]+", options.run) and not Path(options.run).exists()
    if options.service is not None or is_id:
        return Service(options.service, token_file=options.token_file).run(options.run)
    return read_run(options.run)


def _label(text: str) -> List[str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise AifactoryError(f"invalid value for --label: {text!r} (expected NAME=VALUE)")
    return [name, value]


def _write(path: Path, text: str) -> None:
    """A collector never sees half of the file."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text)
        os.replace(partial, path)
    except OSError as e:
        raise AifactoryError(f"cannot write {path}: {e.strerror or e}") from e
    finally:
        partial.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
