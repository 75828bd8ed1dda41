"""Benchmarks from Python: by the command and by a service, and what may go wrong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import threading
import time
from pathlib import Path

import pytest

from aifactory import AifactoryError, Benchmark, CommandError, GateError, Run, Service, ServiceError, Simulator, compare, find_command, read_run
from aifactory.benchmark import progress_line, seconds_of, time_limit_minutes
from aifactory.command import options_of, run_command
from aifactory.progress import NotebookProgress, TerminalProgress, bar, printable


def test_a_run_by_the_command_is_what_was_asked_for(real_run: Run) -> None:
    specification = real_run.summary["provenance"]["specification"]
    assert (specification["request_rate"], specification["duration"], specification["warmup"]) == (40.0, "4s", "1s")
    assert specification["output_length"]["mean"] == 16.0 and specification["seed"] == 7
    assert (real_run.directory / "report.html").exists()  # type: ignore[operator]


def test_a_run_by_the_service_is_read_without_files(service: Service, simulator: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    run = Benchmark(simulator.url, service=service, request_rate=20, duration="2s", isl=32, osl=8).run(progress=True)
    assert run.directory is None and run.value("requests.completed") == run.value("requests.scheduled") > 10  # type: ignore[operator]
    assert len(run.requests()) >= run.value("requests.completed")  # type: ignore[operator]
    assert run.intervals().completed.sum() >= run.value("requests.completed")
    assert run.run_id in [one["run_id"] for one in service.runs()]
    shown = capsys.readouterr().err
    assert "registered" in shown and "deleting the group" in shown and "of 2 s" in shown
    groups = service.get("/api/v1/client-groups")["groups"]
    assert all(group["info"]["status"] in ("ending", "ended") for group in groups)


def test_the_service_explains_a_workload_that_it_refuses(service: Service, simulator: Simulator) -> None:
    with pytest.raises(ServiceError, match="status 422") as raised:
        Benchmark(simulator.url, service=service, request_rate=-1, duration="2s").run(progress=False)
    assert "request_rate" in str(raised.value)
    with pytest.raises(ServiceError, match="status 404"):
        service.run("r-none")


def test_a_wrong_token_is_refused_and_not_shown(service: Service) -> None:
    with pytest.raises(ServiceError, match="status 401") as raised:
        Service(service.url, token="wrong-token").runs()
    assert "wrong-token" not in str(raised.value) and "token" not in repr(Service(service.url, token="wrong-token"))


def test_a_service_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ServiceError, match="cannot be reached"):
        Service("http://127.0.0.1:9", timeout_s=2).runs()
    for url in ("ftp://x", "127.0.0.1:8001", "http://", "http://a:b@c:1", "http://h:99999999"):
        with pytest.raises(ServiceError, match="invalid value for url"):
            Service(url)
    with pytest.raises(ServiceError, match="64 hexadecimal digits"):
        Service("https://127.0.0.1:1", certificate_sha256="abc")
    monkeypatch.setenv("AIFACTORY_DATA_DIR", str(tmp_path))
    with pytest.raises(ServiceError, match="no discovery file"):
        Service()
    (tmp_path / "service.json").write_text('{"url": "http://127.0.0.1:1", "process_id": 4194304}')
    with pytest.raises(ServiceError, match="has ended"):
        Service()
    (tmp_path / "service.json").write_text("{")
    with pytest.raises(ServiceError, match="cannot be read"):
        Service()
    (tmp_path / "service.json").write_text(f'{{"url": "http://127.0.0.1:1", "process_id": {os.getpid()}, "token_file": "{tmp_path}/none"}}')
    with pytest.raises(ServiceError, match="token file"):
        Service()


def test_a_service_is_found_by_its_discovery_file(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = tmp_path / "token"
    token.write_text(service._token or "")
    (tmp_path / "service.json").write_text(f'{{"url": "{service.url}", "process_id": {os.getpid()}, "token_file": "{token}"}}')
    monkeypatch.setenv("AIFACTORY_DATA_DIR", str(tmp_path))
    assert Service().url == service.url and isinstance(Service().runs(), list)


def test_a_key_that_does_not_exist_is_named_by_the_program(simulator: Simulator) -> None:
    with pytest.raises(CommandError, match="request_rat") as raised:
        Benchmark(simulator.url, request_rat=20, duration="1s").run(progress=False)
    assert raised.value.exit_code == 2


def test_a_server_that_is_not_there_is_an_error(tmp_path: Path, program: str) -> None:
    with pytest.raises(CommandError, match="127.0.0.1:9") as raised:
        Benchmark("http://127.0.0.1:9", request_rate=20, duration="1s", output=tmp_path / "out").run(progress=False)
    assert raised.value.exit_code == 4


def test_gates_of_a_benchmark_raise_with_check(simulator: Simulator, tmp_path: Path) -> None:
    benchmark = Benchmark(
        simulator.url, concurrency=2, duration="1s", isl=16, osl=4, gates=["ttft_ms.p50 <= 1"], output=tmp_path / "out"
    )
    with pytest.raises(GateError, match="FAILED ttft_ms.p50 <= 1"):
        benchmark.run(progress=False, check=True)
    with pytest.raises(AifactoryError, match="files of another run"):
        benchmark.run(progress=False)


def test_a_benchmark_without_a_server_is_refused() -> None:
    with pytest.raises(AifactoryError, match="no AI server"):
        Benchmark(request_rate=1)
    assert Benchmark(server={"engine": "vllm"}, request_rate=1).file() == {
        "num_clients": 1,
        "server": {"engine": "vllm"},
        "workload": {"request_rate": 1},
    }
    with pytest.raises(AifactoryError, match="cannot be written"):
        Benchmark("http://a:1", request_rate=float("nan")).run()


def declared_valid(run: Run, directory: Path) -> Run:
    """A copy of a run that is valid, however busy this machine was."""
    shutil.copytree(run.directory, directory)  # type: ignore[arg-type]
    summary = {**run.summary, "valid": True, "status": "completed", "invalid_reasons": []}
    (directory / "summary.json").write_text(json.dumps(summary))
    return read_run(directory)


def test_the_comparison_finds_the_slower_server(real_run: Run, slower_run: Run, tmp_path: Path) -> None:
    before, after = declared_valid(real_run, tmp_path / "before"), declared_valid(slower_run, tmp_path / "after")
    comparison = compare(before, after, fail_if=["ttft_ms.p50 > +50%"])
    ttft = comparison.differences()[lambda f: (f.metric == "ttft_ms") & (f.statistic == "p50")].iloc[0]
    assert ttft.before == pytest.approx(real_run.value("ttft_ms.p50"), rel=0.1) and ttft.finding == "slower" and ttft.change > 1
    assert comparison.conditions[0]["holds"] is True and comparison.exit_code == 1 and not comparison
    with pytest.raises(GateError, match="ttft_ms.p50"):
        comparison.raise_if_failed()
    assert compare([before.directory], [str(before.directory)], fail_if="ttft_ms.p50 > +50%").passed  # type: ignore[list-item]


def test_a_comparison_with_a_run_that_is_not_valid_does_not_pass(real_run: Run, tmp_path: Path) -> None:
    before = declared_valid(real_run, tmp_path / "before")
    summary = {**before.summary, "valid": False, "status": "invalid", "invalid_reasons": [{"code": "client_share", "message": "late", "client": None}]}
    after = tmp_path / "after"
    shutil.copytree(before.directory, after)  # type: ignore[arg-type]
    (after / "summary.json").write_text(json.dumps(summary))
    comparison = compare(before, after)
    assert comparison.exit_code == 3 and not comparison.passed and not comparison.comparable and "late" in str(comparison)


def test_a_comparison_of_nothing_is_refused(real_run: Run, tmp_path: Path) -> None:
    for runs in ([], ["--html=x"]):
        with pytest.raises(AifactoryError, match="at least one per side"):
            compare(runs, real_run)
    with pytest.raises(CommandError, match="p98"):
        compare(real_run, real_run, fail_if="ttft_ms.p98 > +5%")
    with pytest.raises(CommandError, match=r"summary\.json"):
        compare(tmp_path, real_run)


def script(path: Path, text: str) -> str:
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_a_program_that_is_missing_or_does_not_start_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is not found; install it"):
        find_command(str(tmp_path / "none"))
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF of no machine")
    broken.chmod(0o755)
    with pytest.raises(CommandError, match="cannot be started"):
        run_command(["version"], str(broken))
    with pytest.raises(CommandError, match="did not start: no room"):
        Simulator(command=script(tmp_path / "full", "echo no room >&2; exit 2\n")).start()


def test_the_end_of_a_program_without_a_result_is_an_error(tmp_path: Path) -> None:
    for code in (0, 1, 3):
        command = script(tmp_path / f"ends-{code}", f"echo 'aifactory: the reason' >&2; exit {code}\n")
        with pytest.raises(CommandError, match=r"no summary\.json"):
            Benchmark("http://a:1", duration="1s", command=command, output=tmp_path / "out").run(progress=False)
    with pytest.raises(CommandError, match="aifactory: the reason"):
        run_command(["benchmark"], script(tmp_path / "ends-2", "echo other; echo 'aifactory: the reason' >&2; exit 2\n"))


def test_an_interruption_lets_the_program_end_its_run(tmp_path: Path) -> None:
    command = script(tmp_path / "slow", f"trap 'echo ended >{tmp_path}/ended; exit 130' TERM\necho started >&2\nwhile :; do sleep 0.05; done\n")

    def interrupt(line: str) -> None:
        threading.Thread(target=lambda: (time.sleep(0.05), os.kill(os.getpid(), signal.SIGINT))).start()

    # A job in the background of a shell ignores SIGINT, and so would the tests.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            run_command(["benchmark"], command, on_line=interrupt)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (tmp_path / "ended").read_text() == "ended\n"


def test_a_time_limit_interrupts_the_program(tmp_path: Path) -> None:
    command = script(tmp_path / "slow", "trap 'exit 130' INT TERM\nwhile :; do sleep 0.05; done\n")
    with pytest.raises(CommandError, match="interrupted"):
        run_command(["benchmark"], command, timeout_s=0.2)


def test_much_output_does_not_block_the_program(tmp_path: Path) -> None:
    command = script(tmp_path / "loud", "head -c 3000000 /dev/zero | tr '\\0' x; head -c 3000000 /dev/zero | tr '\\0' y >&2\n")
    code, output = run_command(["benchmark"], command)
    assert code == 0 and len(output) == 3_000_000


def test_options_of_the_command() -> None:
    assert options_of({"request_rate": 2.5, "ignore_eos": True, "streaming": False, "header": ["A: b", "C: d"], "model": None}) == [
        "--request-rate=2.5",
        "--ignore-eos",
        "--no-streaming",
        "--header=A: b",
        "--header=C: d",
    ]
    with pytest.raises(CommandError, match="invalid value for extra"):
        options_of({"extra": {"a": 1}})


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("1m30s", 90), ("500ms", 0.5), ("2h", 7200), ("1.5m", 90)])
def test_durations(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "abc", "10", "s", "1m x", "-1s", 5, None])
def test_what_is_not_a_duration(text: object) -> None:
    with pytest.raises(AifactoryError, match="such as 30s"):
        seconds_of(text)


def test_the_time_limit_of_a_group_covers_its_run() -> None:
    assert time_limit_minutes({"duration": "60s", "timeout": "60s"}) == 5
    assert time_limit_minutes({"request_count": 5}) == 30
    assert time_limit_minutes({"duration": "10s"}) == 6


def test_progress_lines() -> None:
    assert progress_line("running", {"elapsed_seconds": -1.5}) == "running: starts in 1.5 s"
    line = progress_line("running", {"elapsed_seconds": 3.2, "planned_seconds": 20, "all": {"completed": 5}, "request_rate": None})
    assert line.startswith("running 3 of 20 s: 5 completed, 0 failed, 0.0 req/s")
    assert progress_line("arming", {}) == "arming"
    assert 'max="20" value="3"' in bar(line) and bar("arming") == "" and bar("0 of 0 s") == ""
    assert printable("a\x1b[31mb\n") == "a [31mb "


def test_a_notebook_shows_one_output_that_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []

    class Handle:
        def update(self, value: object) -> None:
            shown.append(value)

    monkeypatch.setattr("IPython.display.display", lambda value, display_id: shown.append(value) or Handle())
    progress = NotebookProgress()
    progress.show("running 1 of 2 s <b>")
    progress.show("running 2 of 2 s")
    progress.close()
    assert len(shown) == 2 and "&lt;b&gt;" in shown[0].data and "<progress" in shown[0].data  # type: ignore[attr-defined]


def test_a_log_gets_lines(capsys: pytest.CaptureFixture[str]) -> None:
    progress = TerminalProgress()
    progress.show("a")
    progress.close()
    assert capsys.readouterr().err == "a\n"
