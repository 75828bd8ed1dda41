"""Benchmarks that are run from Python, by the program ``aifactory`` or by a Client Service."""

from __future__ import annotations

import json
import math
import re
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

from .command import run_command
from .errors import AifactoryError, CommandError, GateError, ServiceError
from .gates import check
from .progress import Progress
from .run import PathLike, Run, read_run
from .service import Service

# Members of a benchmark file outside of its workload, and of these what the service's API takes for a group.
FILE_KEYS = ("time_limit", "dispatcher", "profile", "partition", "qos", "account", "container", "gpu", "template", "server")
GROUP_KEYS = ("time_limit", "profile", "partition", "qos", "account", "container", "gpu", "template", "server")
RUN_STATES_ACTIVE = ("queued", "arming", "running", "draining")
GROUP_STATES_ENDED = ("ending", "ended", "failed", "cancelled", "expired")
POLL_SECONDS = 0.5
DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")


class Benchmark:
    """A benchmark of AI servers.

    Keywords are those of a benchmark file (docs/workloads.md): members of the workload (``request_rate``, ``concurrency``, ``duration``,
    ``isl``, ``osl`` …), ``time_limit`` (minutes), ``profile``, ``dispatcher`` and so on::

        run = Benchmark("http://127.0.0.1:8000", request_rate=20, duration="10s", isl=256, osl=32).run()

    :param ai_servers: one address, or several over which requests are spread; None with a ``server`` block
    :param num_clients: client processes
    :param gates: conditions on the result, such as ``'ttft_ms.p99 <= 500'``; evaluated by :meth:`run` with ``check=True``
    :param service: a Client Service that executes the benchmark through its API; by default the command does
    :param output: the directory for the files of the run, with the command; default ``results/RUN_ID``
    :param max_failed: failed requests that are tolerated
    :param command: the program, by default found on PATH
    :param environment: variables in addition to those of this process, for the command
    """

    def __init__(
        self,
        ai_servers: Union[str, Sequence[str], None] = None,
        num_clients: int = 1,
        gates: Sequence[str] = (),
        service: Optional[Service] = None,
        output: Optional[PathLike] = None,
        max_failed: int = 0,
        command: Optional[str] = None,
        environment: Optional[Mapping[str, str]] = None,
        **keys: Any,
    ) -> None:
        self.ai_servers = [ai_servers] if isinstance(ai_servers, str) else list(ai_servers or [])
        self.num_clients = num_clients
        self.gates = [gates] if isinstance(gates, str) else list(gates)
        self.service = service
        self.output = None if output is None else Path(output)
        self.max_failed = max_failed
        self.command = command
        self.environment = dict(environment or {})
        self.placement = {name: keys.pop(name) for name in FILE_KEYS if name in keys}
        self.workload = {**keys.pop("workload", {}), **keys}
        if not self.ai_servers and "server" not in self.placement:
            raise AifactoryError("no AI server to measure: Benchmark('http://HOST:PORT', …), or server={…} to start one")

    def file(self) -> Dict[str, Any]:
        """The benchmark as the content of a benchmark file."""
        content: Dict[str, Any] = {"num_clients": self.num_clients, **self.placement, "workload": self.workload}
        return {"ai_servers": self.ai_servers, **content} if self.ai_servers else content

    def run(self, progress: Optional[bool] = None, check: bool = False) -> Run:
        """Run the benchmark to its end and return its result, also of a run that is not valid.

        :param progress: False for none; by default it is shown in notebooks and on terminals
        :param check: raise an error if the run is not valid, more requests failed than tolerated, or a gate is not met
        :raises GateError: with ``check``
        :raises CommandError: if the command could not run the benchmark
        :raises ServiceError: if the service could not
        """
        display = Progress.of(progress)
        try:
            result = self._by_command(display) if self.service is None else self._by_service(self.service, display)
        finally:
            display.close()
        if check:
            self.require(result)
        return result

    def require(self, run: Run) -> None:
        """Raise a :class:`GateError` unless the run is valid, and meets the gates and ``max_failed``."""
        check(run, [f"requests.failed <= {self.max_failed}", *self.gates]).raise_if_failed()

    def _by_command(self, display: Progress) -> Run:
        if self.output is not None and (self.output / "summary.json").exists():
            raise AifactoryError(f"{self.output} contains the files of another run; give another directory, or delete it")
        with tempfile.TemporaryDirectory(prefix="aifactory-") as temporary:
            file = Path(temporary) / "benchmark.yaml"
            try:
                file.write_text(json.dumps(self.file(), allow_nan=False))  # JSON is YAML
            except (TypeError, ValueError) as e:
                raise AifactoryError(f"a value of the benchmark cannot be written to a file: {e}") from e
            arguments = ["benchmark", "-f", str(file), f"--max-failed={self.max_failed}"]
            if self.output is not None:
                arguments.append(f"--output={self.output}")
            # 1 and 3: there is a result, and it tells itself what is wrong with it.
            code, printed = run_command(arguments, self.command, (0, 1, 3), display.show, self.environment)
        directory = self.output or _directory_in(printed)
        if directory is None or not (directory / "summary.json").exists():
            raise CommandError(f"aifactory benchmark ended with {code} and wrote no summary.json: {printed.strip()[-500:]}", code)
        return read_run(directory)

    def _by_service(self, service: Service, display: Progress) -> Run:
        group = {name: value for name, value in self.placement.items() if name in GROUP_KEYS}
        if "dispatcher" in self.placement:
            raise AifactoryError("dispatcher cannot be chosen with a service: the service has its own; omit it")
        group.setdefault("time_limit", time_limit_minutes(self.workload))
        created = service.request(
            "POST", "/api/v1/client-groups", {"num_clients": self.num_clients, "ai_servers": self.ai_servers or None, **group}
        )
        path = f"/api/v1/client-group/{created['benchmark_id']}"
        try:
            run = str(service.request("POST", path + "/run?when=ready", self.workload)["run_id"])
            self._follow(service, path, run, display)
            return service.run(run)
        finally:
            display.show("deleting the group")
            service.request("DELETE", path)

    def _follow(self, service: Service, group: str, run: str, display: Progress) -> None:
        while True:
            view = service.get(f"/api/v1/runs/{run}")
            state = view.get("state")
            if state not in RUN_STATES_ACTIVE:
                if state == "failed":
                    raise ServiceError(f"run {run} failed: {view.get('detail') or 'no reason given'}")
                return
            if state == "queued":
                info = service.get(group).get("info") or {}
                if info.get("status") in GROUP_STATES_ENDED:
                    raise ServiceError(f"the group ended before the run began: {info.get('reason') or info.get('status')}")
                display.show(f"clients: {info.get('registered')} of {info.get('num_clients')} registered, group {info.get('status')}")
            else:
                display.show(progress_line(str(state), view.get("progress") or {}))
            time.sleep(POLL_SECONDS)


def progress_line(state: str, progress: Mapping[str, Any]) -> str:
    """The progress of a run in one line."""
    elapsed, planned = progress.get("elapsed_seconds"), progress.get("planned_seconds")
    if elapsed is None:
        return state
    if elapsed < 0:
        return f"{state}: starts in {-elapsed:.1f} s"
    when = f"{elapsed:.0f} s" if planned is None else f"{min(elapsed, planned):.0f} of {planned:.0f} s"
    counts = progress.get("all") or {}
    return (
        f"{state} {when}: {counts.get('completed', 0)} completed, {counts.get('failed', 0)} failed,"
        f" {progress.get('request_rate') or 0:.1f} req/s, {progress.get('output_token_rate') or 0:.0f} tok/s,"
        f" {progress.get('in_flight', 0)} in flight"
    )


def time_limit_minutes(workload: Mapping[str, Any]) -> int:
    """Minutes for a group that runs a workload with a duration, and drains; 30 if the workload ends by count."""
    total = seconds_of(workload["duration"]) if "duration" in workload else None
    if total is None:
        return 30
    return math.ceil((total + seconds_of(workload.get("timeout", "120s"))) / 60) + 3


def seconds_of(duration: Any) -> float:
    """Seconds of a duration such as ``90s``, ``1m30s`` or ``500ms``.

    :raises AifactoryError: if it is not a duration
    """
    text = str(duration).strip()
    parts: List[Any] = DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise AifactoryError(f"invalid value for a duration: {duration!r} (expected a duration such as 30s)")
    return sum(float(number) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[unit] for number, unit in parts)


def _directory_in(printed: str) -> Optional[Path]:
    """The directory that the command prints at its end, ``Files:  DIR``."""
    found = re.findall(r"^Files:\s+(.+)$", printed, re.MULTILINE)
    return Path(found[-1].strip()) if found else None


__all__ = ["Benchmark", "GateError", "progress_line", "seconds_of", "time_limit_minutes"]
