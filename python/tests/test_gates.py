"""Gates on the values of a run, and the fixtures for pytest."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import Writer

from aifactory import AifactoryError, GateError, Simulator, check
from aifactory.gates import Gate


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("ttft_ms.p99 <= 51", True),
        ("ttft_ms.p99 < 51", False),
        ("ttft_ms.p99 <= 0.051s", True),
        ("ttft_ms.p99 > 50000us", True),
        ("  requests.failed==1 ", True),
        ("requests.failed == 0", False),
        ("request_throughput >= .05", True),
        ("output_token_throughput > 5.5e-1", False),
        ("metrics.ttft_ms.max <= 51ms", True),
        ("goodput_rps >= 0", False),
        ("tpot_ms.p99 <= 1e9", False),
        ("slo_attainment >= 99%", False),
    ],
)
def test_conditions(written_run: Writer, text: str, passes: bool) -> None:
    report = check(written_run(), [text, "ttft_ms.p50 <= 50"])
    assert report.passed is passes and bool(report) is passes
    assert len(report.results) == 2 and report.results[1].passed
    if passes:
        report.raise_if_failed()
    else:
        with pytest.raises(AssertionError) as raised:
            report.raise_if_failed()
        assert text.strip() in str(raised.value) and isinstance(raised.value, GateError)


@pytest.mark.parametrize(
    "text", ["", "ttft_ms.p99", "ttft_ms.p99 <= ", "ttft_ms.p99 <= x", "ttft_ms.p99 = 5", "ttft_ms.p99 <= +5%", "requests.failed <= 1ms",
             "ttft_ms.p99 <= 5 ; rm", "ttft_ms.p99 <= 5 minutes", "ttft_ms.p99 <= nan", "<= 5", "ttft_ms.p99 <= 5 <= 6"]
)
def test_what_is_not_a_condition(text: str) -> None:
    with pytest.raises(AifactoryError):
        Gate.parse(text)


def test_an_unknown_value_is_an_error_and_not_a_pass(written_run: Writer) -> None:
    with pytest.raises(AifactoryError, match="no value 'ttft.p99'"):
        check(written_run(), "ttft.p99 <= 500")


def test_a_run_that_is_not_valid_passes_nothing(written_run: Writer) -> None:
    directory = written_run(valid=False, status="invalid", invalid_reasons=[{"code": "client_share", "message": "the clients were late"}])
    report = check(directory, "ttft_ms.p99 <= 500")
    assert not report and "the clients were late" in str(report)
    assert check(directory, "ttft_ms.p99 <= 500", require_valid=False)
    assert not check(written_run(name="incomplete", valid=False, status="incomplete"), [])


PLUGIN_TEST = """
def test_fast_enough(aifactory_simulator, aifactory_benchmark):
    run = aifactory_benchmark("{url}", concurrency=1, duration="1s", isl=8, osl=4, gates=["requests.failed == 0"])
    assert run.value("requests.completed") > 0


def test_too_slow(aifactory_benchmark):
    aifactory_benchmark("{url}", concurrency=1, duration="1s", isl=8, osl=4, gates=["ttft_ms.p50 <= 0.001"])
"""


@pytest.mark.filterwarnings("default")
def test_the_fixtures_of_pytest(pytester: pytest.Pytester, simulator: Simulator, tmp_path: Path) -> None:
    pytester.makepyfile(PLUGIN_TEST.format(url=simulator.url))
    result = pytester.runpytest_subprocess(f"--aifactory-command={os.environ['AIFACTORY_COMMAND']}", f"--aifactory-results={tmp_path}", "-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(["*GateError*"])
    result.stdout.fnmatch_lines(["*FAILED ttft_ms.p50 <= 0.001*"])
    assert result.parseoutcomes().get("failed", 0) >= 1
    assert (tmp_path / "test_fast_enough-1" / "summary.json").exists() and (tmp_path / "test_too_slow-1" / "report.html").exists()
