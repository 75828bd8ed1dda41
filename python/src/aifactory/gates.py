"""Gates: conditions that the values of a run have to meet."""

from __future__ import annotations

import operator
import re
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Union

from .errors import AifactoryError, GateError
from .run import PathLike, Run, read_run

OPERATORS: Dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}
FORM = re.compile(r"\s*([A-Za-z0-9_.]+)\s*(<=|>=|==|<|>)\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(ms|s|us|%|)\s*")
MILLISECONDS = {"ms": 1.0, "s": 1000.0, "us": 0.001}


class Gate(NamedTuple):
    """A condition on a value of the summary; ``limit`` is in the unit of that value."""

    text: str
    name: str
    comparison: str
    limit: float

    @staticmethod
    def parse(text: str) -> "Gate":
        """Read a condition such as ``ttft_ms.p99 <= 500``, ``e2el_ms.p50 < 1.2s`` or ``requests.failed == 0``.

        :raises AifactoryError: naming what is wrong
        """
        found = FORM.fullmatch(text)
        if not found:
            raise AifactoryError(f"{text!r} is not a condition (expected NAME <= NUMBER, such as 'ttft_ms.p99 <= 500')")
        name, comparison, number, unit = found.groups()
        limit = float(number)
        is_latency = any(part.endswith("_ms") for part in name.split("."))
        if unit in MILLISECONDS:
            if not is_latency:
                raise AifactoryError(f"{text!r}: {name} is not a latency, so its limit has no unit {unit}")
            limit *= MILLISECONDS[unit]
        elif unit == "%":
            if is_latency:
                raise AifactoryError(f"{text!r}: a limit in % requires a baseline; use compare(before, after, fail_if=…)")
            limit /= 100
        return Gate(text.strip(), name, comparison, limit)


class GateResult(NamedTuple):
    """The outcome of a gate; ``value`` is None if the run does not have the value, which does not pass."""

    gate: Gate
    value: Optional[float]
    passed: bool

    def __str__(self) -> str:
        shown = "the run has no such value" if self.value is None else f"the value is {self.value:g}"
        return f"{'PASS' if self.passed else 'FAILED'} {self.gate.text}: {shown}"


class GateReport(NamedTuple):
    """The outcome of all gates of a run. A run that is not valid passes none."""

    run_id: str
    reasons: List[str]
    results: List[GateResult]

    @property
    def passed(self) -> bool:
        """Whether the run is valid and met every gate."""
        return not self.reasons and all(result.passed for result in self.results)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        lines = [f"run {self.run_id}: {'PASS' if self.passed else 'FAILED'}"]
        lines += [f"  the run is not valid: {reason}" for reason in self.reasons]
        lines += [f"  {result}" for result in self.results]
        return "\n".join(lines)

    def raise_if_failed(self) -> None:
        """Raise a :class:`GateError`, which pytest reports as a failed test, unless everything passed."""
        if not self.passed:
            raise GateError(str(self))


def check(run: Union[Run, PathLike], gates: Union[str, Sequence[str]], require_valid: bool = True) -> GateReport:
    """Evaluate gates on a run, or on the directory of its files.

    Names are those of :meth:`Run.value`: a metric and a statistic, or a path in ``summary.json``.

    :param require_valid: whether a run fails that is not valid
    """
    loaded = run if isinstance(run, Run) else read_run(run)
    parsed = [Gate.parse(text) for text in ([gates] if isinstance(gates, str) else gates)]
    results = []
    for gate in parsed:
        value = loaded.value(gate.name)
        results.append(GateResult(gate, value, value is not None and OPERATORS[gate.comparison](value, gate.limit)))
    reasons: List[str] = []
    if require_valid and not loaded.valid:
        reasons = loaded.reasons or [f"its status is {loaded.summary.get('status')}"]
    return GateReport(loaded.run_id, reasons, results)
