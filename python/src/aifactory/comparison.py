"""Comparison of runs, by the program's own statistics (``aifactory compare``)."""

from __future__ import annotations

import json
import subprocess
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Union

from .command import find_command
from .errors import AifactoryError, CommandError, GateError
from .run import PathLike, Run
from .table import Table

SCHEMA = "aifactory.comparison/1"
DIFFERENCE_COLUMNS = {
    "metric": "str",
    "statistic": "str",
    "unit": "str",
    "before": "float",
    "after": "float",
    "change": "float",
    "low": "float",
    "high": "float",
    "adjusted_probability": "float",
    "finding": "str",
}
RunLike = Union[Run, PathLike]


class Comparison(NamedTuple):
    """What a comparison found.

    ``document`` is the whole result of the program, ``messages`` everything that keeps it from passing.
    """

    exit_code: int
    sentence: str
    comparable: bool
    document: Dict[str, Any]
    messages: List[str]

    @property
    def passed(self) -> bool:
        """Whether all runs are valid and comparable, and no condition of ``fail_if`` is met or inconclusive."""
        return self.exit_code == 0

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        return "\n".join([self.sentence, *self.messages])

    @property
    def conditions(self) -> List[Dict[str, Any]]:
        """The conditions of ``fail_if`` with their outcome."""
        return list(self.document.get("conditions") or [])

    def differences(self, backend: Optional[str] = None) -> Any:
        """One row per metric and statistic: both values, the relative change and its confidence interval."""
        table = Table(DIFFERENCE_COLUMNS)
        for difference in self.document.get("differences") or []:
            table.append(difference)
        return table.frame(backend)

    def raise_if_failed(self) -> None:
        """Raise a :class:`GateError`, which pytest reports as a failed test, unless the comparison passed."""
        if not self.passed:
            raise GateError(str(self))


def compare(
    before: Union[RunLike, Sequence[RunLike]],
    after: Union[RunLike, Sequence[RunLike]],
    fail_if: Union[str, Sequence[str]] = (),
    command: Optional[str] = None,
) -> Comparison:
    """Compare runs: directories, or ids of a running service's runs.

    :param before: the baseline; one run or several
    :param fail_if: conditions such as ``'ttft_ms.p99 > +5%'``
    :raises CommandError: if the program could not compare them
    """
    sides = [_names(before), _names(after)]
    conditions = [fail_if] if isinstance(fail_if, str) else list(fail_if)
    arguments = ["compare", "--json", *(f"--fail-if={condition}" for condition in conditions), *sides[0], "--", *sides[1]]
    done = subprocess.run([find_command(command), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False)
    messages = [line[len("aifactory: ") :] for line in done.stderr.splitlines() if line.startswith("aifactory: ")]
    if done.returncode not in (0, 1, 3):
        raise CommandError(f"aifactory compare ended with {done.returncode}: {done.stderr.strip()}", done.returncode)
    try:
        document = json.loads(done.stdout)
    except ValueError as e:
        raise CommandError(f"aifactory compare printed no comparison: {done.stderr.strip() or e}", done.returncode) from e
    if document.get("schema") != SCHEMA:
        raise CommandError(f"aifactory compare printed schema {document.get('schema')!r} (expected {SCHEMA!r}); use the program of this release")
    return Comparison(done.returncode, str(document.get("sentence")), bool(document.get("comparable")), document, messages)


def _names(runs: Union[RunLike, Sequence[RunLike]]) -> List[str]:
    one = isinstance(runs, (Run, str)) or not isinstance(runs, Sequence)
    names = []
    for run in [runs] if one else list(runs):  # type: ignore[arg-type]
        if isinstance(run, Run):
            names.append(str(run.directory) if run.directory is not None else run.run_id)
        else:
            names.append(str(run))
    if not names or any(name.startswith("-") for name in names):
        raise AifactoryError(f"invalid value for runs: {names!r} (expected directories or ids of runs, at least one per side)")
    return names
