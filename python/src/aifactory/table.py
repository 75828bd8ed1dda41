"""Typed columns, and their conversion to frames of pandas, polars and Arrow.

A column of numbers is an array of machine words and a mask of missing values: a run of a million requests fits into memory, and the
types of a frame do not depend on the values that happen to occur.
"""

from __future__ import annotations

import importlib.util
from array import array
from typing import Any, Dict, Iterator, List, Mapping, Optional, Union

from .errors import AifactoryError, MissingPackageError, require

BACKENDS = ("pandas", "polars", "arrow")
Value = Union[int, float, str, bool, None]


class Column:
    """Values of one kind: ``int`` (64 bits), ``float``, ``bool`` or ``str``; each may be missing."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.missing = bytearray()
        self._numbers: Any = array({"int": "q", "float": "d", "bool": "b"}[kind]) if kind != "str" else None
        self._texts: List[Optional[str]] = []

    def __len__(self) -> int:
        return len(self.missing)

    def append(self, value: Any) -> None:
        """Add a value.

        :raises ValueError: if it is not of the column's kind
        """
        if value is None:
            self.missing.append(1)
            if self.kind == "str":
                self._texts.append(None)
            else:
                self._numbers.append(0)
            return
        self._check(value)
        if self.kind == "str":
            self._texts.append(value)
        else:
            self._numbers.append(value)
        self.missing.append(0)

    def clear(self) -> None:
        """Make every value missing."""
        self.missing = bytearray(b"\1" * len(self.missing))
        self._texts = [None] * len(self._texts)

    def _check(self, value: Any) -> None:
        accepted: Any = {"int": int, "float": (int, float), "bool": bool, "str": str}[self.kind]
        if not isinstance(value, accepted) or (isinstance(value, bool) and self.kind != "bool"):
            raise ValueError(f"{value!r} is not of type {self.kind}")
        if self.kind == "int" and not -(2**63) <= value < 2**63:
            raise ValueError(f"{value!r} does not fit into 64 bits")

    def __iter__(self) -> Iterator[Value]:
        if self.kind == "str":
            yield from self._texts
            return
        for number, missing in zip(self._numbers, self.missing):
            yield None if missing else bool(number) if self.kind == "bool" else number

    def pandas(self) -> Any:
        """The column as a pandas array: nullable integers and booleans, floats with NaN, strings with None."""
        pandas = require("pandas", "a pandas frame", "pandas")
        if self.kind == "str":
            return pandas.array(self._texts, dtype="string")
        numpy = require("numpy", "a pandas frame", "pandas")
        mask = numpy.frombuffer(bytes(self.missing), dtype=bool)
        values = numpy.array(self._numbers, dtype={"int": "int64", "float": "float64", "bool": "bool"}[self.kind])
        if self.kind == "float":
            values[mask] = numpy.nan
            return values
        arrays = pandas.arrays
        return arrays.IntegerArray(values, mask.copy()) if self.kind == "int" else arrays.BooleanArray(values, mask.copy())


class Table:
    """Columns of equal length, by name."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self.columns: Dict[str, Column] = {name: Column(kind) for name, kind in kinds.items()}

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def append(self, row: Mapping[str, Any]) -> None:
        """Add a row; a member that the row does not have is missing, members without a column are ignored.

        :raises ValueError: naming the member that is not of its column's kind; the table must not be used after that
        """
        for name, column in self.columns.items():
            try:
                column.append(row.get(name))
            except ValueError as e:
                raise ValueError(f"{name}: {e}") from None

    def rows(self) -> Iterator[Dict[str, Value]]:
        """The rows as dictionaries."""
        names = list(self.columns)
        for values in zip(*self.columns.values()):
            yield dict(zip(names, values))

    def frame(self, backend: Optional[str] = None) -> Any:
        """The table as a frame of the backend: ``pandas``, ``polars`` or ``arrow`` (a pyarrow.Table); by default the first of them
        that is installed.

        :raises MissingPackageError: if the backend is not installed
        """
        chosen = backend or _installed_backend()
        if chosen == "pandas":
            pandas = require("pandas", "a pandas frame", "pandas")
            return pandas.DataFrame({name: column.pandas() for name, column in self.columns.items()})
        if chosen == "polars":
            return self._polars()
        if chosen == "arrow":
            return self._arrow()
        raise AifactoryError(f"invalid value for backend: {backend!r} (expected one of {', '.join(BACKENDS)})")

    def _polars(self) -> Any:
        polars = require("polars", "a polars frame", "polars")
        types = {"int": polars.Int64, "float": polars.Float64, "bool": polars.Boolean, "str": polars.Utf8}
        return polars.DataFrame(
            {name: polars.Series(name, list(column), dtype=types[column.kind]) for name, column in self.columns.items()}
        )

    def _arrow(self) -> Any:
        arrow = require("pyarrow", "an Arrow table", "parquet")
        types = {"int": arrow.int64(), "float": arrow.float64(), "bool": arrow.bool_(), "str": arrow.string()}
        return arrow.table({name: arrow.array(column, type=types[column.kind]) for name, column in self.columns.items()})


def _installed_backend() -> str:
    for backend, package in (("pandas", "pandas"), ("polars", "polars"), ("arrow", "pyarrow")):
        if importlib.util.find_spec(package) is not None:
            return backend
    raise MissingPackageError(
        "a frame requires pandas, polars or pyarrow, and none of them is installed;"
        " install one with: pip install 'aifactory[pandas]'; Run.rows() reads the same values without them"
    )
