"""Results of AI Factory Client Services in Python.

>>> from aifactory import Benchmark, read_run, compare, check
>>> run = read_run("results/r7d9c31")                      # doctest: +SKIP
>>> run.requests()                                         # doctest: +SKIP
>>> check(run, ["ttft_ms.p99 <= 500"]).raise_if_failed()   # doctest: +SKIP
"""

from .benchmark import Benchmark
from .command import Simulator, find_command
from .comparison import Comparison, compare
from .errors import AifactoryError, CommandError, GateError, MissingPackageError, RunFileError, ServiceError
from .gates import GateReport, check
from .openmetrics import openmetrics
from .parquet import write_parquet
from .run import Run, read_run, read_runs
from .service import Service
from .tracking import log_to_mlflow, log_to_wandb
from .version import __version__

__all__ = [
    "AifactoryError",
    "Benchmark",
    "CommandError",
    "Comparison",
    "GateError",
    "GateReport",
    "MissingPackageError",
    "Run",
    "RunFileError",
    "Service",
    "ServiceError",
    "Simulator",
    "__version__",
    "check",
    "compare",
    "find_command",
    "log_to_mlflow",
    "log_to_wandb",
    "openmetrics",
    "read_run",
    "read_runs",
    "write_parquet",
]
