"""Plots, Parquet, OpenMetrics, MLflow and W&B."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from conftest import Writer, record
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from aifactory import AifactoryError, Run, log_to_mlflow, log_to_wandb, openmetrics, plots, read_run, write_parquet
from aifactory.__main__ import main
from aifactory.tracking import parameters, values


def lines_of(figure: Any) -> int:
    """Draws the figure, and counts the lines with values."""
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    assert picture.getvalue().startswith(b"\x89PNG")
    return sum(1 for axis in figure.axes for line in axis.get_lines() if len(line.get_xdata()))


def test_plots_of_a_real_run(real_run: Run, slower_run: Run) -> None:
    timeline = plots.timeline(real_run)
    assert [axis.get_title(loc="left") for axis in timeline.axes][0] == "Requests, per second"
    assert lines_of(timeline) == 9
    shaded = [patch for axis in timeline.axes for patch in axis.patches]
    assert len(shaded) == 6  # the warmup
    assert lines_of(plots.distribution(real_run)) >= 5
    assert lines_of(plots.distribution(real_run, slower_run, metrics=["ttft_ms"])) == 2
    assert lines_of(plots.server_metrics(real_run)) == 4
    figure = plots.requests(real_run)
    assert lines_of(figure) == 0 and sum(len(points.get_offsets()) for points in figure.axes[0].collections) == len(real_run.requests())
    assert lines_of(plots.capacity([real_run, slower_run])) == 3


def test_plots_of_runs_with_gaps_and_failures(written_run: Writer) -> None:
    failed = {"outcome": "failed", "started_nanos": None, "first_chunk_nanos": None, "done_nanos": None, "failed_nanos": 3_000_000_000}
    run = read_run(written_run([record(0), record(1, scheduled_nanos=2_000_000_000, **failed)]))
    assert lines_of(plots.timeline(run)) == 9
    assert lines_of(plots.distribution(run)) >= 3
    assert len(plots.requests(run).axes[0].collections) == 2
    with pytest.raises(AifactoryError, match="no server metrics"):
        plots.server_metrics(run)
    with pytest.raises(AifactoryError, match="expected one of .*ttft_ms"):
        plots.requests(run, "error")
    empty = read_run(written_run(name="empty"))
    with pytest.raises(AifactoryError, match="no intervals"):
        plots.timeline(empty)
    assert lines_of(plots.distribution(empty)) == 0
    for call in (lambda: plots.distribution(), lambda: plots.capacity([]), lambda: plots.capacity([run], metric="tpot_ms.p99")):
        with pytest.raises(AifactoryError):
            call()


def test_openmetrics_of_a_real_run_is_parsed_by_prometheus(real_run: Run) -> None:
    text = openmetrics(real_run, {"cluster": "alps"})
    families = {family.name: family for family in text_string_to_metric_families(text)}
    ttft = {sample.labels.get("quantile"): sample for sample in families["aifactory_run_ttft_seconds"].samples}
    assert families["aifactory_run_ttft_seconds"].unit == "seconds"
    assert ttft["0.99"].value == pytest.approx(real_run.value("ttft_ms.p99") / 1000)  # type: ignore[operator]
    assert ttft["0.99"].labels["cluster"] == "alps" and ttft["0.99"].labels["run_id"] == real_run.run_id
    assert ttft["0.99"].timestamp is not None
    assert text.endswith("# EOF\n")


def test_openmetrics_of_known_values(written_run: Writer) -> None:
    run = read_run(written_run())
    text = openmetrics(run, timestamps=False)
    assert 'aifactory_run_requests{outcome="failed",run_id="r1"} 1\n' in text
    assert 'aifactory_run_errors{cause="timeout",run_id="r1"} 1\n' in text
    assert 'model="m \\"1\\"\\\\"' in text and "goodput" not in text and "tpot" not in text
    assert 'aifactory_run_ttft_seconds_sum{run_id="r1"} 0.15\n' in text
    assert {family.name for family in text_string_to_metric_families(text)} >= {"aifactory_run", "aifactory_run_valid", "aifactory_run_tokens"}
    assert openmetrics(run).splitlines()[2].endswith(" 1767323105.500")
    for name in ("a-b", "1a", "quantile", "é"):
        with pytest.raises(ValueError, match="labels"):
            openmetrics(run, {name: "x"})


def test_parquet_of_a_real_run(real_run: Run, tmp_path: Path) -> None:
    file = write_parquet(real_run, tmp_path / "requests.parquet")
    table = pyarrow.parquet.read_table(file)
    assert table.num_rows == len(real_run.records())
    assert table.column("ttft_ms").to_pylist() == list(real_run.records().columns["ttft_ms"])
    assert table.schema.metadata[b"run_id"].decode() == real_run.run_id
    assert json.loads(table.schema.metadata[b"summary"]) == real_run.summary
    assert [path.name for path in tmp_path.iterdir()] == ["requests.parquet"]


def test_parquet_of_no_requests_has_the_same_columns(written_run: Writer, real_run: Run, tmp_path: Path) -> None:
    schema = pyarrow.parquet.read_schema(write_parquet(real_run, tmp_path / "some.parquet"))
    assert pyarrow.parquet.read_schema(write_parquet(read_run(written_run()), tmp_path / "none.parquet")).equals(schema)


def test_parquet_that_cannot_be_written_leaves_nothing(written_run: Writer, tmp_path: Path) -> None:
    run = read_run(written_run([record()]))
    with pytest.raises(AifactoryError, match="is a directory"):
        write_parquet(run, tmp_path)
    with pytest.raises(AifactoryError, match="cannot write"):
        write_parquet(run, tmp_path / "none" / "x.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_flat_names(written_run: Writer) -> None:
    run = read_run(written_run())
    assert parameters(run)["goodput.ttft"] == 200 and parameters(run)["server.model"] == "m" and parameters(run)["num_clients"] == 2
    assert values(run)["ttft_ms.p99"] == 51.0 and values(run)["requests.failed"] == 1.0 and values(run)["valid"] == 1.0
    assert "goodput_rps" not in values(run) and "tokens.source" not in values(run)


def test_logging_to_mlflow(real_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import mlflow

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    mlflow.set_tracking_uri((tmp_path / "store").as_uri())
    run_id = log_to_mlflow(real_run, experiment="nightly", tags={"cluster": "alps"})
    logged = mlflow.get_run(run_id)
    assert logged.data.metrics["ttft_ms.p99"] == pytest.approx(real_run.value("ttft_ms.p99"))
    assert logged.data.params["request_rate"] == "40.0"
    assert logged.data.tags["aifactory.run_id"] == real_run.run_id and logged.data.tags["cluster"] == "alps"
    history = mlflow.tracking.MlflowClient().get_metric_history(run_id, "interval/completed")
    assert sum(point.value for point in history) == real_run.intervals().completed.sum()
    names = [artifact.path for artifact in mlflow.tracking.MlflowClient().list_artifacts(run_id)]
    assert "summary.json" in names and "report.html" in names
    with mlflow.start_run() as outer:
        assert log_to_mlflow(real_run, files=False) == outer.info.run_id


def test_logging_to_wandb_offline(real_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setenv("WANDB_DIR", str(tmp_path))
    monkeypatch.setenv("WANDB_SILENT", "true")
    run_id = log_to_wandb(real_run, project="nightly", mode="offline")
    (file,) = tmp_path.glob(f"wandb/offline-run-*-{run_id}/run-{run_id}.wandb")
    # Its own process writes the file, and on a busy machine it is not done when finish() returns.
    expected = (real_run.run_id.encode(), b"ttft_ms.p99", b"interval/completed")
    deadline = time.monotonic() + 60
    while not all(one in file.read_bytes() for one in expected) and time.monotonic() < deadline:
        time.sleep(0.1)
    content = file.read_bytes()
    assert [one for one in expected if one not in content] == []


def test_the_command_line(real_run: Run, written_run: Writer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = str(real_run.directory)
    assert main(["parquet", directory, "--output", str(tmp_path / "x.parquet")]) == 0 and (tmp_path / "x.parquet").exists()
    assert main(["openmetrics", directory, "--label", "a=b", "--output", str(tmp_path / "x.prom"), "--no-timestamps"]) == 0
    assert 'a="b"' in (tmp_path / "x.prom").read_text()
    good = str(written_run())
    assert main(["check", good, "ttft_ms.p99 <= 500"]) == 0
    assert main(["check", good, "ttft_ms.p99 <= 5"]) == 1
    capsys.readouterr()
    assert main(["check", good, "nonsense"]) == 2 and "is not a condition" in capsys.readouterr().err
    assert main(["openmetrics", str(tmp_path), "--label", "a=b"]) == 2 and "no summary.json" in capsys.readouterr().err
    assert main(["openmetrics", good, "--label", "a"]) == 2 and "NAME=VALUE" in capsys.readouterr().err
    assert main(["openmetrics", good]) == 0 and capsys.readouterr().out.endswith("# EOF\n")


def test_the_command_line_reads_runs_of_a_service(service: Any, simulator: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aifactory import Benchmark

    run = Benchmark(simulator.url, service=service, concurrency=1, duration="1s", isl=8, osl=4).run(progress=False)
    token = tmp_path / "token"
    token.write_text(service._token)
    output = tmp_path / "x.prom"
    assert main(["openmetrics", run.run_id, "--service", service.url, "--token-file", str(token), "--output", str(output)]) == 0
    assert run.run_id in output.read_text()
