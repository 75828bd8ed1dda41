"""A ReFrame test that gates on a benchmark of an AI server.

  reframe -C SITE.py -c aifactory_check.py -r -S ai_server=http://node17:8000

It fails if the run is not valid, if a request failed, or if a value leaves its reference; values are kept by ReFrame's performance log. Without
``ai_server``, it measures a simulated server, which shows that the installation works.
"""

import json
import os

import reframe as rfm
import reframe.utility.sanity as sn


@rfm.simple_test
class AifactoryCheck(rfm.RunOnlyRegressionTest):
    descr = "Latency and throughput of an AI server"
    valid_systems = ["*"]
    valid_prog_environs = ["*"]
    executable = "aifactory"
    ai_server = variable(str, value="")
    request_rate = variable(float, value=20.0)
    duration = variable(str, value="20s")
    num_clients = variable(int, value=1)
    # Of every system; a site sets its own: reference = {'alps:gh200': {'ttft_p99': (120, None, 0.10, 'ms'), …}}
    reference = {
        "*": {
            "ttft_p50": (60, None, 1.0, "ms"),
            "ttft_p99": (60, None, 3.0, "ms"),
            "tpot_p50": (11, None, 1.0, "ms"),
            "output_tokens": (600, -0.5, None, "tok/s"),
        }
    }

    @run_before("run")
    def compose(self):
        target = self.ai_server
        if not target:
            # The simulator ends with its input, which is open as long as this script runs.
            self.prerun_cmds = [
                f"exec 8> >({self.executable} simulate --port 0 --json --end-with-input >server.json)",
                "for _ in $(seq 300); do [ -s server.json ] && break; sleep 0.1; done",
                """server=$(sed -n 's/.*"address" *: *"\\([^"]*\\)".*/\\1/p' server.json)""",
            ]
            self.postrun_cmds = ["exec 8>&-"]
            target = "$server"
        self.executable_opts = [
            "benchmark", "--ai-server", f'"{target}"', "--num-clients", str(self.num_clients), "--request-rate", str(self.request_rate),
            "--duration", self.duration, "--warmup", "2s", "--isl", "128", "--osl", "32", "--seed", "7", "--output", "result",
        ]

    @deferrable
    def summary(self):
        with open(os.path.join(self.stagedir, "result", "summary.json")) as file:
            return json.load(file)

    @sanity_function
    def run_is_valid(self):
        summary = self.summary().evaluate()
        reasons = "; ".join(reason["message"] for reason in summary["invalid_reasons"])
        return sn.all([
            sn.assert_true(summary["valid"], f"the run is not valid: {reasons}"),
            sn.assert_eq(summary["requests"]["failed"], 0, "{0} requests failed"),
        ])

    @performance_function("ms")
    def ttft_p50(self):
        return self.summary()["metrics"]["ttft_ms"]["p50"]

    @performance_function("ms")
    def ttft_p99(self):
        return self.summary()["metrics"]["ttft_ms"]["p99"]

    @performance_function("ms")
    def tpot_p50(self):
        return self.summary()["metrics"]["tpot_ms"]["p50"]

    @performance_function("tok/s")
    def output_tokens(self):
        return self.summary()["output_token_throughput"]
