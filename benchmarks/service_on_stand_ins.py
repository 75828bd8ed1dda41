"""The program's own Client Service with stand-ins for Slurm's commands, which report every job as running: a cluster of any size that
starts nothing, so that a script can simulate the clients of the service."""

import json
import os
import pathlib
import socket
import stat
import subprocess
import time
import urllib.request

from benchmark_tools import ROOT, fail

# What the service asks of Slurm, and gets for jobs that run. sbatch takes the job's name from its arguments.
STAND_INS = {
    "sbatch": r"""
        case " $* " in *" --test-only "*) echo "sbatch: Job 4710 to start at 2030-01-01T00:00:00 using 1 processors on nodes node0001 in partition cpu" >&2; exit 0 ;; esac
        mkdir -p "$HERE/jobs" "$HERE/ended"
        id=$(($(cat "$HERE/id" 2>/dev/null || echo 4710) + 1))
        echo $id >"$HERE/id"
        started=$(date +%s)
        for argument; do case $argument in --job-name=*)
            printf '%s\037%s\037%s\037RUNNING\037None\037%s\037%s\037%s\037node[0001-9999]\037cpu\037%s\036\n' \
                "$id" "$id" "$id" "$started" $((started + 3600)) "$started" "${argument#*=}" >"$HERE/jobs/$id" ;;
        esac; done
        echo $id""",
    "squeue": """cat "$HERE"/jobs/* 2>/dev/null || true""",
    "scancel": r"""
        for id; do
            [ -f "$HERE/jobs/$id" ] || continue
            { IFS=$(printf '\037') read -r _ _ _ _ _ started _ _ _ _ name; } <"$HERE/jobs/$id"
            printf '%s\037COMPLETED\0370:0\037None\037%s\037%s\037%s\037node[0001-9999]\037cpu\037%s\037%s\n' \
                "$id" "$started" "$started" "$(date +%s)" "$id" "${name%?}" >"$HERE/ended/$id"
            rm "$HERE/jobs/$id"
        done
        true""",
    "sacct": """cat "$HERE"/ended/* 2>/dev/null || true""",
    # No steps.
    "sstat": "true",
    "sinfo": r"""
        case "$*" in
            *--version*) echo slurm 26.05.0 ;;
            *) printf 'cpu*\037up\0371-00:00:00\0371-infinite\037idle\0379999\03716\0370/159984/0/159984\03765536\037(null)\037(null)\037node[0001-9999]\n' ;;
        esac""",
    # "show job -o ID" is asked before a job is cancelled: whether it is still the same one.
    "scontrol": r"""
        if [ "$2" = job ] && [ -f "$HERE/jobs/$4" ]; then
            { IFS=$(printf '\037') read -r _ _ _ _ _ started _ _ _ _ name; } <"$HERE/jobs/$4"
            echo "JobId=$4 JobName=${name%?} JobState=RUNNING Reason=None SubmitTime=$started StartTime=$started" \
                "Partition=cpu NodeList=node[0001-9999]"
            exit 0
        fi
        echo 'slurm_load_jobs error: Invalid job id specified' >&2
        exit 1""",
}


class Service:
    """On a free port, with a separate data directory. Its process is the one that the launcher execs."""

    def __init__(self, directory, *arguments, environment=None):
        self.directory = pathlib.Path(directory)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        commands = self.directory / "bin"
        commands.mkdir()
        for name, text in STAND_INS.items():
            path = commands / name
            path.write_text(f"#!/bin/sh\nHERE={self.directory}\n{text}\n")
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
        settings = {**os.environ, "PATH": f"{commands}:{os.environ['PATH']}",
                    "AIFACTORY_CONFIG": str(self.directory / "config.yaml"), **(environment or {})}
        (self.directory / "config.yaml").write_text("slurm: {program: /bin/true}\n")
        self.log = open(self.directory / "serve.log", "w")
        self.process = subprocess.Popen(
            [os.path.join(ROOT, "aifactory"), "serve", "--dispatcher", "slurm", "--host", "127.0.0.1", "--port", str(self.port),
             "--data-dir", str(self.directory / "data"), "--shared-dir", str(self.directory / "shared"),
             "--ai-server", "http://127.0.0.1:9", *arguments],
            env=settings, stdout=self.log, stderr=subprocess.STDOUT)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def token(self):
        return (self.directory / "data/token").read_text().strip()

    def log_text(self):
        return (self.directory / "serve.log").read_text()

    def request(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": "Bearer " + self.token()})
        with urllib.request.urlopen(request, timeout=200) as answer:
            return json.load(answer)

    def await_start(self):
        for _ in range(1200):
            if self.process.poll() is not None:
                break
            try:
                return self.request("GET", "/api/v1/client-groups")
            except OSError:
                time.sleep(0.1)
        fail(f"the service does not start: {self.log_text()[-2000:]}")

    def create(self, group, clients):
        """The secret of the new group, which has to be the only one."""
        self.request("POST", f"/api/v1/client-group/{group}", {"num_clients": clients, "time_limit": 60})
        secrets = [path for path in (self.directory / "shared/secrets").rglob("*") if path.is_file()]
        if len(secrets) != 1:
            fail(f"one secret was expected and there are {secrets}")
        return secrets[0].read_text().strip()

    def cpu_seconds(self):
        """What its process has used so far."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mib(self, name="VmRSS"):
        with open(f"/proc/{self.process.pid}/status") as file:
            for line in file:
                if line.startswith(name + ":"):
                    return int(line.split()[1]) / 1024
        fail(f"/proc has no entry for {name}")

    def close(self):
        self.process.terminate()
        self.process.wait(60)
        self.log.close()
