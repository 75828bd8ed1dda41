"""Errors of this package. Each message names the value and the remedy."""

from __future__ import annotations

import importlib
from typing import Any, Optional


class AifactoryError(Exception):
    """Base class of all errors of this package."""


class RunFileError(AifactoryError):
    """A file of a run is missing, cut off, or not what its name says."""


class MissingPackageError(AifactoryError, ImportError):
    """An optional package is not installed."""


class ServiceError(AifactoryError):
    """The Client Service cannot be reached or refused a request.

    ``status`` is the HTTP status, or None if there was no response.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class CommandError(AifactoryError):
    """The program ``aifactory`` could not do what was asked. ``exit_code`` is its exit code, or None if it did not start."""

    def __init__(self, message: str, exit_code: int | None = None) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class GateError(AifactoryError, AssertionError):
    """A gate or a comparison failed; an assertion error, so that pytest reports it as a failed test."""


def require(package: str, purpose: str, extra: Optional[str] = None) -> Any:
    """Import a package that may be missing.

    :param extra: of this package, which installs it

    :raises MissingPackageError: with the command that installs it
    """
    try:
        return importlib.import_module(package)
    except ImportError as e:
        name = package.split(".")[0]
        wanted = f"'aifactory[{extra}]'" if extra else name
        raise MissingPackageError(f"{purpose} requires the package {name} ({e}); install it with: pip install {wanted}") from e
