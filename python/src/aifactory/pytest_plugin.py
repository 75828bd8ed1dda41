"""Fixtures for pytest; loaded by pytest where this package is installed.

``aifactory_simulator``  a simulated AI server for the session; its ``url`` is an address for ``aifactory_benchmark``
``aifactory_benchmark``  a function that runs a benchmark, requires a valid run and its gates, and returns the run::

    def test_latency(aifactory_benchmark):
        run = aifactory_benchmark("http://gpu1:8000", request_rate=20, duration="30s", gates=["ttft_ms.p99 <= 500"])
        assert run.value("output_token_throughput") > 1000

The files of the runs are in a temporary directory of the test, or below ``--aifactory-results``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, Optional

import pytest

if TYPE_CHECKING:
    from .command import Simulator
    from .run import Run


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of pytest."""
    group = parser.getgroup("aifactory")
    group.addoption("--aifactory-command", metavar="PATH", help="the program aifactory [AIFACTORY_COMMAND, else from PATH]")
    group.addoption("--aifactory-results", metavar="DIR", help="keep the files of the tests' runs below this directory")


@pytest.fixture(scope="session")
def aifactory_command(request: pytest.FixtureRequest) -> Optional[str]:
    """The program, as given to pytest."""
    command: Optional[str] = request.config.getoption("--aifactory-command")
    return command


@pytest.fixture(scope="session")
def aifactory_simulator(aifactory_command: Optional[str]) -> "Iterator[Simulator]":
    """A simulated AI server: TTFT 50 ms, 10 ms between tokens."""
    from .command import Simulator

    with Simulator(command=aifactory_command) as simulator:
        yield simulator


@pytest.fixture
def aifactory_benchmark(request: pytest.FixtureRequest, tmp_path: Path, aifactory_command: Optional[str]) -> "Callable[..., Run]":
    """A function with the parameters of :class:`aifactory.Benchmark`."""
    from .benchmark import Benchmark

    results = request.config.getoption("--aifactory-results")
    parent = Path(results) if results else tmp_path
    name = "".join(character if character.isalnum() or character in "._-" else "_" for character in request.node.name)
    counter = iter(range(1, 1_000_000))

    def run(*arguments: Any, **keywords: Any) -> "Run":
        directory = parent / f"{name}-{next(counter)}"
        keywords.setdefault("command", aifactory_command)
        if keywords.get("service") is None:
            keywords.setdefault("output", directory)
        return Benchmark(*arguments, **keywords).run(progress=False, check=True)

    return run
