"""A simulated AI server, a Client Service and runs of the real program, once for the session; and small runs that a test writes itself."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional

import pytest

from aifactory import Benchmark, Run, Service, Simulator

PROJECT = Path(__file__).resolve().parents[2]
START_SECONDS = 120

pytest_plugins = ["pytester"]


@pytest.fixture(scope="session")
def program() -> str:
    """The program of the checkout, unless AIFACTORY_COMMAND names another."""
    return os.environ.setdefault("AIFACTORY_COMMAND", str(PROJECT / "aifactory"))


@pytest.fixture(scope="session", autouse=True)
def data_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Tests do not find a service of the user."""
    directory = tmp_path_factory.mktemp("data")
    before = os.environ.get("AIFACTORY_DATA_DIR")
    os.environ["AIFACTORY_DATA_DIR"] = str(directory)
    yield directory
    os.environ.pop("AIFACTORY_DATA_DIR") if before is None else os.environ.update(AIFACTORY_DATA_DIR=before)


@pytest.fixture(scope="session")
def simulator(program: str) -> Iterator[Simulator]:
    with Simulator(ttft="20ms", inter_token_latency="2ms") as running:
        yield running


@pytest.fixture(scope="session")
def slower_simulator(program: str) -> Iterator[Simulator]:
    with Simulator(ttft="120ms", inter_token_latency="2ms") as running:
        yield running


@pytest.fixture(scope="session")
def real_run(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run by the command, with a warmup."""
    return Benchmark(
        simulator.url, request_rate=40, duration="4s", warmup="1s", isl=64, osl=16, seed=7, output=tmp_path_factory.mktemp("runs") / "fast"
    ).run(progress=False)


@pytest.fixture(scope="session")
def slower_run(slower_simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Benchmark(
        slower_simulator.url, request_rate=40, duration="4s", warmup="1s", isl=64, osl=16, seed=7, output=tmp_path_factory.mktemp("runs") / "slow"
    ).run(progress=False)


@pytest.fixture(scope="session")
def service(program: str, simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A Client Service with a token."""
    directory = tmp_path_factory.mktemp("service")
    arguments = [program, "serve", "--port", "0", "--data-dir", str(directory), "--ai-server", simulator.url]
    with open(directory / "log", "wb") as log:
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not (directory / "service.json").exists():
            assert process.poll() is None and time.monotonic() < deadline, (directory / "log").read_text()
            time.sleep(0.05)
        found = json.loads((directory / "service.json").read_text())
        yield Service(found["url"], token_file=found["token_file"], certificate_sha256=found.get("certificate_sha256"))
    finally:
        process.terminate()
        process.wait(START_SECONDS)


Writer = Callable[..., Path]


@pytest.fixture
def written_run(tmp_path: Path) -> Writer:
    """Writes the files of a small run: ``written_run(records=[…], series={…}, run_id='r1', valid=True)``."""

    def write(
        records: Optional[List[Dict[str, Any]]] = None,
        series: Optional[Dict[str, Any]] = None,
        name: str = "run",
        **members: Any,
    ) -> Path:
        directory = tmp_path / name
        directory.mkdir()
        summary = {**SUMMARY, **members}
        (directory / "summary.json").write_text(json.dumps(summary))
        lines = [json.dumps({"schema": "aifactory.request/1", **record}) for record in (records or [])]
        (directory / "requests.jsonl").write_text("".join(line + "\n" for line in lines))
        if series is not None:
            (directory / "series.json").write_text(json.dumps({"schema": "aifactory.series/1", "run_id": summary["run_id"], **series}))
        return directory

    return write


def record(index: int = 0, **members: Any) -> Dict[str, Any]:
    """A completed request: due at 0 s, started 1 ms later, first chunk at 51 ms, done at 151 ms, 11 tokens."""
    return {
        "index": index,
        "client": 0,
        "target": 0,
        "session": None,
        "turn": 0,
        "phase": "measured",
        "outcome": "completed",
        "scheduled_nanos": 0,
        "started_nanos": 1_000_000,
        "first_chunk_nanos": 51_000_000,
        "first_output_nanos": 51_000_000,
        "done_nanos": 151_000_000,
        "output_tokens": 11,
        **members,
    }


SUMMARY: Dict[str, Any] = {
    "schema": "aifactory.summary/1",
    "benchmark_id": 1,
    "run_id": "r1",
    "status": "completed",
    "valid": True,
    "invalid_reasons": [],
    "provenance": {
        "version": "1.0.0",
        "commit": "0",
        "seed": 7,
        "started_at": "2026-01-02T03:04:05.000Z",
        "ended_at": "2026-01-02T03:05:05.500Z",
        "targets": ["http://a:8000", "http://b:8000"],
        "specification": {"model": 'm "1"\\', "request_rate": 2.0, "duration": "60s", "warmup": "5s", "cooldown": "5s", "goodput": {"ttft": 200}},
        "server": {"model": "m"},
    },
    "clients": {"expected": 2, "registered": 2, "reported": 2, "lost": []},
    "requests": {"scheduled": 4, "sent": 4, "completed": 3, "failed": 1, "cancelled": 0, "errors": {"timeout": 1}},
    "tokens": {"input": 10, "output": 33, "source": "usage", "per_chunk": 1.0},
    "duration_s": 60.0,
    "request_throughput": 0.05,
    "output_token_throughput": 0.55,
    "total_token_throughput": 0.7,
    "goodput_rps": None,
    "slo_attainment": None,
    "metrics": {
        "ttft_ms": {"count": 3, "mean": 50.0, "std": 1.0, "min": 49.0, "p50": 50.0, "p90": 51.0, "p95": 51.0, "p99": 51.0, "p99_9": 51.0, "max": 51.0},
        "tpot_ms": None,
    },
    "client_health": {},
    "findings": [{"code": "few_samples", "message": "p99 from 3 requests"}],
}
