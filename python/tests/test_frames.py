"""Frames of a run: of the real program's files, and of small files with known values."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas
import polars
import pyarrow
import pytest
from conftest import PROJECT, Writer, record

from aifactory import AifactoryError, MissingPackageError, Run, RunFileError, read_run, read_runs
from aifactory.records import COLUMNS
from aifactory.table import Table

SOURCE = Path(__file__).resolve().parents[1] / "src"


def test_requests_of_a_real_run_agree_with_its_summary(real_run: Run) -> None:
    frame = real_run.requests()
    completed = frame[(frame.phase == "measured") & (frame.outcome == "completed")]
    assert len(completed) == real_run.summary["requests"]["completed"] > 50
    assert (frame.phase == "warmup").sum() > 0
    for metric in ("ttft_ms", "tpot_ms", "e2el_ms", "ttft_from_schedule_ms", "schedule_delay_ms"):
        assert completed[metric].mean() == pytest.approx(real_run.value(f"{metric}.mean"), rel=1e-3, abs=1e-4), metric
        assert completed[metric].max() == pytest.approx(real_run.value(f"{metric}.max"), rel=1e-3), metric
    assert completed.output_tokens.sum() == real_run.value("tokens.output")
    assert str(frame.dtypes["index"]) == "Int64" and str(frame.dtypes["ttft_ms"]) == "float64"


def test_the_backends_have_the_same_values(real_run: Run) -> None:
    frames = {backend: real_run.requests(backend) for backend in ("pandas", "polars", "arrow")}
    assert isinstance(frames["pandas"], pandas.DataFrame)
    assert isinstance(frames["polars"], polars.DataFrame)
    assert isinstance(frames["arrow"], pyarrow.Table)
    expected = frames["arrow"].to_pydict()
    assert frames["polars"].to_dict(as_series=False) == expected
    assert [None if pandas.isna(one) else one for one in frames["pandas"]["session"]] == expected["session"]
    assert frames["pandas"]["scheduled_nanos"].tolist() == expected["scheduled_nanos"]


def test_intervals_clients_targets_and_percentiles_of_a_real_run(real_run: Run) -> None:
    intervals = real_run.intervals()
    assert intervals.completed.sum() >= real_run.value("requests.completed")
    assert intervals.second.is_monotonic_increasing and intervals.ttft_p50_ms.notna().any() and intervals.itl_p50_ms.notna().any()
    clients = real_run.clients()
    assert clients.completed.sum() == real_run.value("requests.completed") and clients["ttft_ms.p50"].notna().all()
    assert real_run.targets().name.tolist() == real_run.summary["provenance"]["targets"]
    percentiles = real_run.percentiles()
    ttft = percentiles[percentiles.metric == "ttft_ms"]
    assert ttft.percentile.max() == 100 and ttft.milliseconds.max() == pytest.approx(real_run.value("ttft_ms.max"), rel=1e-3)
    metrics = real_run.metrics().set_index("metric")
    assert metrics.loc["ttft_ms", "p99"] == real_run.value("ttft_ms.p99")


def test_server_metrics_of_a_real_run_are_those_of_the_simulator(real_run: Run) -> None:
    frame = real_run.server_metrics()
    assert len(frame) > 0
    assert set(frame.server) == set(real_run.summary["provenance"]["targets"]) and frame.running.notna().any()


def test_derived_frames_of_files_without_series_agree_with_the_series(real_run: Run, tmp_path: Path) -> None:
    for name in ("summary.json", "requests.jsonl.zst"):
        (tmp_path / name).write_bytes((real_run.directory / name).read_bytes())  # type: ignore[operator]
    older = read_run(tmp_path)
    ours, theirs = older.intervals(), real_run.intervals()
    assert ours.completed.sum() == theirs.completed.sum() and ours.scheduled.sum() == theirs.scheduled.sum()
    assert older.clients().completed.sum() == real_run.value("requests.completed")
    assert older.clients()["ttft_ms.p50"][0] == pytest.approx(real_run.value("ttft_ms.p50"), rel=0.02)
    assert len(older.server_metrics()) == 0 and ours.itl_p50_ms.isna().all()
    assert older.percentiles()[lambda f: f.metric == "ttft_ms"].milliseconds.max() == pytest.approx(real_run.value("ttft_ms.max"), rel=1e-3)


def test_every_value_of_a_record_has_a_column() -> None:
    """Of the members that the program writes, all but lists and the schema."""
    source = (PROJECT / "reporting/src/main/java/aifactory/reporting/records/RecordFields.java").read_text()
    written = set(re.findall(r'= name\("(\w+)"\)', source))
    assert {"served_by", "valid_document"} <= written
    assert written - {"response", "remarks"} <= set(COLUMNS)


def test_known_values_of_records(written_run: Writer) -> None:
    failed = {"started_nanos": 2_000_000_000, "first_chunk_nanos": None, "done_nanos": None, "output_tokens": 0}
    run = read_run(
        written_run(
            [
                record(0, response={"finish_reason": "stop", "retry_after_seconds": None, "served_by": "10.0.0.7:8000", "valid_document": False}),
                record(1, output_tokens=1, scheduled_nanos=1_200_000_000, started_nanos=None, first_chunk_nanos=None),
                record(2, outcome="failed", failed_nanos=2_500_000_000, error="timeout", scheduled_nanos=1_999_999_999, client=1, **failed),
                record(3, phase="warmup", session=5),
            ]
        )
    )
    rows = list(run.records().rows())
    assert rows[0]["ttft_ms"] == 50.0 and rows[0]["tpot_ms"] == 10.0 and rows[0]["e2el_from_schedule_ms"] == 151.0
    assert rows[0]["finish_reason"] == "stop" and rows[0]["retry_after_seconds"] is None
    assert rows[0]["served_by"] == "10.0.0.7:8000" and rows[0]["valid_document"] is False and rows[1]["valid_document"] is None
    assert rows[1]["tpot_ms"] is None and rows[1]["ttft_ms"] is None and rows[1]["schedule_delay_ms"] is None
    assert rows[2]["e2el_ms"] is None and rows[2]["error"] == "timeout"
    intervals = list(run.interval_table().rows())
    assert [row["scheduled"] for row in intervals] == [2, 2, 0] and [row["failed"] for row in intervals] == [0, 0, 1]
    assert [row["completed"] for row in intervals] == [3, 0, 0] and [row["in_flight"] for row in intervals] == [0, 0, 0]
    clients = list(run.part_table("per_client").rows())
    assert [(row["number"], row["completed"], row["failed"]) for row in clients] == [(0, 2, 0), (1, 0, 1)]


def test_a_closed_loop_has_no_latencies_from_schedule(written_run: Writer) -> None:
    provenance = {"specification": {"arrival_pattern": "closed"}}
    (row,) = read_run(written_run([record(due_delayed_by_cap_nanos=400_000)], provenance=provenance)).records().rows()
    assert row["ttft_from_schedule_ms"] is None and row["e2el_from_schedule_ms"] is None and row["ttft_ms"] == 50.0
    assert row["schedule_delay_ms"] == pytest.approx(0.6)


def test_values_by_name(written_run: Writer) -> None:
    run = read_run(written_run())
    assert run.value("ttft_ms.p99") == 51.0 and run.value("metrics.ttft_ms.p50") == 50.0
    assert run.value("requests.failed") == 1.0 and run.value("goodput_rps") is None and run.value("tpot_ms.p99") is None
    for name in ("ttft_ms.p98", "nothing", "ttft_ms", "valid", "status", "requests.errors", "", "."):
        with pytest.raises(AifactoryError, match=r"no value|not a number"):
            run.value(name)
    assert "VALID" in repr(run) and "<table>" in run._repr_html_() and run.findings[0]["code"] == "few_samples"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"schema":"other/1"}\n', "schema is 'other/1'"),
        ("[]\n", "schema is 'list'"),
        ('{"schema":"aifactory.request/1","index":0}\n', "client is missing"),
        ('{"schema":"aifactory.request/1"', "cut off in line 1"),
        ('{"schema":"aifactory.request/1",}\n', "not a request record"),
        ('{"schema":"aifactory.request/1","index":1,"client":0,"target":0,"phase":"measured","outcome":"completed","scheduled_nanos":1e3}\n', "scheduled_nanos: 1000.0"),
        ('{"schema":"aifactory.request/1","index":true,"client":0,"target":0,"phase":"measured","outcome":"completed","scheduled_nanos":1}\n', "index: True"),
        (f'{{"schema":"aifactory.request/1","index":{2**63},"client":0,"target":0,"phase":"m","outcome":"c","scheduled_nanos":1}}\n', "64 bits"),
        ('{"schema":"aifactory.request/1","index":NaN}\n', "NaN is not a number"),
        ("[" * 100_000 + "\n", "not a request record"),
        ("x" * (1 << 21) + "\n", "longer than"),
        ("\x00\x01\n", "not a request record"),
    ],
)
def test_a_damaged_or_foreign_record_is_named_with_its_line(written_run: Writer, text: str, expected: str) -> None:
    directory = written_run()
    (directory / "requests.jsonl").write_text(text)
    with pytest.raises(RunFileError, match="line 1") as raised:
        read_run(directory).records()
    assert expected in str(raised.value) and str(directory) in str(raised.value)


def test_compressed_records_that_are_cut_off_or_damaged_are_named(real_run: Run, tmp_path: Path) -> None:
    whole = (real_run.directory / "requests.jsonl.zst").read_bytes()  # type: ignore[operator]
    (tmp_path / "summary.json").write_bytes((real_run.directory / "summary.json").read_bytes())  # type: ignore[operator]
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0x55
    for content in (whole[: len(whole) // 2], whole[:-1], whole[:-5], b"no zstandard", bytes(damaged), whole + b"\x00\x01"):
        (tmp_path / "requests.jsonl.zst").write_bytes(content)
        with pytest.raises(RunFileError, match=r"cut off or damaged|cut off in line|not a request record"):
            read_run(tmp_path).records()
    (tmp_path / "requests.jsonl.zst").write_bytes(whole + whole)
    assert len(read_run(tmp_path).records()) == 2 * len(real_run.records())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "not complete JSON"),
        ('{"schema": "aifactory.summary/1", "run_id"', "not complete JSON"),
        ("[]", "schema is 'list'"),
        ('{"schema": "aifactory.summary/2"}', "aifactory.summary/2"),
        ('{"schema": "aifactory.summary/1"}', "run_id is None"),
        ('{"schema": "aifactory.summary/1", "run_id": "r", "valid": "yes"}', "valid is 'yes'"),
    ],
)
def test_a_foreign_summary_is_refused(tmp_path: Path, content: str, expected: str) -> None:
    (tmp_path / "summary.json").write_text(content)
    with pytest.raises(RunFileError, match=str(tmp_path)) as raised:
        read_run(tmp_path)
    assert expected in str(raised.value)


def test_missing_files_are_named(tmp_path: Path, written_run: Writer) -> None:
    with pytest.raises(RunFileError, match="is not a directory"):
        read_run(tmp_path / "none")
    with pytest.raises(RunFileError, match=r"no summary\.json"):
        read_run(tmp_path)
    directory = written_run()
    (directory / "requests.jsonl").unlink()
    with pytest.raises(RunFileError, match=r"neither requests\.jsonl\.zst nor requests\.jsonl"):
        read_run(directory / "summary.json").records()


def test_files_of_two_runs_in_one_directory_are_refused(written_run: Writer) -> None:
    directory = written_run(series={"run_id": "r2"})
    with pytest.raises(RunFileError, match="files of two runs"):
        read_run(directory)


def test_a_damaged_series_is_named(written_run: Writer) -> None:
    run = read_run(written_run(series={"timeline": [{"second": "x"}], "per_client": 3, "server_metrics": None}))
    with pytest.raises(RunFileError, match="second: 'x'"):
        run.intervals()
    with pytest.raises(RunFileError, match="per_client"):
        run.clients()
    assert len(run.server_metrics()) == 0


def test_several_runs(written_run: Writer) -> None:
    runs = read_runs([written_run(name="a"), written_run(name="b", run_id="r2", valid=False, invalid_reasons=[{"code": "c", "message": "why"}])])
    assert [run.run_id for run in runs] == ["r1", "r2"] and runs[1].reasons == ["why"] and not runs[1].valid


def test_an_unknown_backend_is_refused(written_run: Writer) -> None:
    with pytest.raises(AifactoryError, match="expected one of pandas, polars, arrow"):
        read_run(written_run()).requests("dask")


def test_an_empty_table_has_its_types() -> None:
    table = Table({"a": "int", "b": "float", "c": "str", "d": "bool"})
    assert [str(kind) for kind in table.frame("pandas").dtypes] == ["Int64", "float64", "string", "boolean"]
    table.append({"a": None, "b": 1, "c": "x", "d": True})
    assert table.frame("polars").rows() == [(None, 1.0, "x", True)]


def bare_python(code: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run code in a Python without site packages: no pandas, polars, pyarrow, matplotlib, zstandard."""
    base: Any = getattr(sys, "_base_executable", sys.executable)
    return subprocess.run(
        [base, "-S", "-c", code], env={**os.environ, "PYTHONPATH": str(SOURCE), **environment}, capture_output=True, text=True, check=False
    )


def test_a_python_without_frame_libraries_reads_rows_and_names_the_remedy(written_run: Writer) -> None:
    directory = written_run([record()])
    code = (
        f"import aifactory; run = aifactory.read_run({str(directory)!r}); print([row['ttft_ms'] for row in run.records().rows()]);"
        " print(aifactory.check(run, ['ttft_ms.p99 <= 60', 'requests.failed <= 1']).passed); run.requests()"
    )
    done = bare_python(code)
    assert done.stdout.split("\n")[:2] == ["[50.0]", "True"]
    assert "MissingPackageError" in done.stderr and "pip install 'aifactory[pandas]'" in done.stderr
    for call, extra in (
        ("run.requests('polars')", "polars"),
        ("aifactory.write_parquet(run, 'x.parquet')", "parquet"),
        ("__import__('aifactory.plots').plots.distribution(run)", "plots"),
        ("aifactory.log_to_mlflow(run)", "mlflow"),
        ("aifactory.log_to_wandb(run)", "wandb"),
    ):
        done = bare_python(f"import aifactory; run = aifactory.read_run({str(directory)!r}); {call}")
        assert f"pip install 'aifactory[{extra}]'" in done.stderr, (call, done.stderr)


def test_a_python_without_zstandard_names_the_remedy(real_run: Run) -> None:
    if sys.version_info >= (3, 14):  # which has it in its standard library
        return
    done = bare_python(f"import aifactory; aifactory.read_run({str(real_run.directory)!r}).records()")
    assert "pip install zstandard" in done.stderr


def test_missing_package_error_is_an_import_error() -> None:
    assert issubclass(MissingPackageError, ImportError)


def test_a_summary_of_unknown_members_is_read(written_run: Writer) -> None:
    run = read_run(written_run(future={"a": 1}))
    assert run.value("future.a") == 1.0 and json.loads(json.dumps(run.summary))["future"] == {"a": 1}
