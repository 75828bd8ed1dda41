"""Progress of a benchmark: redrawn in a notebook cell or on a terminal, silent elsewhere."""

from __future__ import annotations

import html
import re
import sys
from typing import Any, Optional

SECONDS = re.compile(r"\b(\d+(?:\.\d+)?) of (\d+(?:\.\d+)?) s\b")
BAR_COLUMNS = 30


class Progress:
    """Shows one line at a time. Used by one thread."""

    def show(self, line: str) -> None:
        """Show the current state."""

    def close(self) -> None:
        """Remove what is redrawn."""

    @staticmethod
    def of(wanted: Optional[bool] = None) -> "Progress":
        """The display for this session.

        :param wanted: False for none; None for one in notebooks and on terminals
        """
        if wanted is False:
            return Progress()
        if is_notebook():
            return NotebookProgress()
        return TerminalProgress() if wanted or sys.stderr.isatty() else Progress()


class TerminalProgress(Progress):
    """One line on standard error."""

    def __init__(self) -> None:
        self._redraws = sys.stderr.isatty()

    def show(self, line: str) -> None:
        if self._redraws:
            sys.stderr.write("\r\x1b[K" + printable(line)[:160])
        else:
            sys.stderr.write(printable(line) + "\n")
        sys.stderr.flush()

    def close(self) -> None:
        if self._redraws:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


class NotebookProgress(Progress):
    """A bar and a line in the output of a cell."""

    def __init__(self) -> None:
        self._handle: Any = None
        self._bar = ""

    def show(self, line: str) -> None:
        from IPython.display import HTML, display

        self._bar = bar(line) or self._bar
        shown = HTML(self._bar + f"<code>{html.escape(printable(line))}</code>")
        if self._handle is None:
            self._handle = display(shown, display_id=True)
        else:
            self._handle.update(shown)

    def close(self) -> None:
        self._handle = None


def bar(line: str) -> str:
    """An HTML progress bar for a line that contains ``3 of 20 s``; empty for other lines."""
    found = SECONDS.search(line)
    if not found or float(found.group(2)) <= 0:
        return ""
    return f'<progress max="{float(found.group(2)):g}" value="{float(found.group(1)):g}" style="width:{BAR_COLUMNS}em"></progress><br>'


def printable(line: str) -> str:
    """The line without control characters, which a terminal would obey."""
    return "".join(character if character.isprintable() else " " for character in line)


def is_notebook() -> bool:
    """Whether the code runs in a Jupyter kernel."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return shell is not None and shell.__class__.__name__ == "ZMQInteractiveShell"
