"""The program ``aifactory``, run as a child process."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence, Tuple

from .errors import CommandError

EXIT_MEANINGS = {
    1: "a check failed, or more requests failed than max_failed allows",
    2: "wrong usage or input",
    3: "the run is invalid or incomplete, or a wait timed out",
    4: "the AI server, the Client Service or Slurm is unavailable",
    70: "a fault of the program itself",
    130: "interrupted",
}
END_SECONDS = 60.0
LARGEST_LINE_CHARACTERS = 1 << 16


def find_command(command: Optional[str] = None) -> str:
    """The program: as given, else by ``AIFACTORY_COMMAND``, else on ``PATH``.

    :raises CommandError: if it is not found
    """
    wanted = command or os.environ.get("AIFACTORY_COMMAND") or "aifactory"
    found = shutil.which(os.path.expanduser(wanted))
    if found is None:
        raise CommandError(
            f"the program {wanted!r} is not found; install it and add its bin directory to PATH, or set AIFACTORY_COMMAND to its path"
        )
    return str(Path(found).absolute())


def run_command(
    arguments: Sequence[str],
    command: Optional[str] = None,
    accepted: Sequence[int] = (0,),
    on_line: Optional[Callable[[str], None]] = None,
    environment: Optional[Dict[str, str]] = None,
    timeout_s: Optional[float] = None,
) -> Tuple[int, str]:
    """Run the program to its end; returns its exit code and standard output.

    An interruption (Ctrl-C, or the stop button of a notebook) is passed on, so that the program keeps its results and ends its job,
    and is raised after the program has ended.

    :param accepted: exit codes that are not an error
    :param on_line: called with each line of standard error, by the calling thread
    :raises CommandError: with the program's own message
    """
    program = find_command(command)
    try:
        # In a separate process group: the terminal's Ctrl-C would reach it a second time, which ends it at once.
        process = subprocess.Popen(
            [program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
    except OSError as e:
        raise CommandError(f"{program} cannot be started: {e.strerror or e}") from e
    assert process.stdout is not None and process.stderr is not None
    output: List[str] = []
    reader = threading.Thread(target=lambda: output.append(process.stdout.read()), daemon=True)  # type: ignore[union-attr]
    reader.start()
    timer = threading.Timer(timeout_s, lambda: _interrupt(process)) if timeout_s is not None else None
    if timer is not None:
        timer.start()
    messages: List[str] = []
    try:
        for line in iter(lambda: process.stderr.readline(LARGEST_LINE_CHARACTERS), ""):  # type: ignore[union-attr]
            text = line.rstrip("\n")
            messages = [*messages[-49:], text]
            if on_line is not None:
                on_line(text)
        code = process.wait()
    except BaseException:
        _end(process)
        raise
    finally:
        if timer is not None:
            timer.cancel()
        reader.join(END_SECONDS)
        process.stdout.close()
        process.stderr.close()
    if code not in accepted:
        own = [message for message in messages if message.startswith("aifactory: ")]
        detail = "\n".join(own) or "\n".join(messages[-5:]) or "no message"
        raise CommandError(f"aifactory {arguments[0]} ended with {code} ({EXIT_MEANINGS.get(code, 'unknown')}): {detail}", code)
    return code, "".join(output)


def _interrupt(process: "subprocess.Popen[str]") -> None:
    # Not SIGINT, which jobs in the background of a shell ignore; and not its children, which it ends itself when they have delivered.
    process.send_signal(signal.SIGTERM)


def _end(process: "subprocess.Popen[str]") -> None:
    """Let the program end its clients or its job; kill it if it does not end."""
    _interrupt(process)
    try:
        process.wait(END_SECONDS)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        process.kill()
        process.wait()


class Simulator:
    """A simulated AI server (``aifactory simulate``) for tests and tutorials; a context manager.

    Options of the command are keywords: ``Simulator(ttft='80ms', max_num_seqs=32)``.
    """

    def __init__(self, command: Optional[str] = None, **options: object) -> None:
        self._program = find_command(command)
        self._options = {"port": 0, **options}
        self._process: Optional["subprocess.Popen[str]"] = None
        self.url = ""

    def start(self) -> "Simulator":
        """Start the server; returns when it accepts requests."""
        arguments = [self._program, "simulate", "--json", "--end-with-input", *options_of(self._options)]
        # A file, because no one reads a pipe while the server runs.
        with tempfile.TemporaryFile("w+", errors="replace") as errors:
            self._process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True)
            assert self._process.stdout is not None
            line = self._process.stdout.readline()
            try:
                self.url = json.loads(line)["address"]
            except (ValueError, KeyError, TypeError):
                self.stop()
                errors.seek(0)
                raise CommandError(f"aifactory simulate did not start: {errors.read().strip() or repr(line)}") from None
        return self

    def stop(self) -> None:
        """End the server."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.communicate(timeout=END_SECONDS)  # closes its input, with which it ends
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()

    def __enter__(self) -> "Simulator":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def options_of(options: "Dict[str, object]") -> List[str]:
    """Options of the command from keywords: ``request_rate=20`` is ``--request-rate=20``, a list repeats the option.

    :raises CommandError: if a value cannot be an option
    """
    arguments: List[str] = []
    for name, value in options.items():
        option = "--" + name.rstrip("_").replace("_", "-")
        if value is None:
            continue
        if isinstance(value, bool):
            arguments.append(option if value else "--no-" + option[2:])
            continue
        values = value if isinstance(value, (list, tuple)) else [value]
        for one in values:
            if not isinstance(one, (str, int, float, os.PathLike)):
                raise CommandError(f"invalid value for {name}: {one!r} (expected a text, a number or a list of them)")
            arguments.append(f"{option}={os.fspath(one) if isinstance(one, os.PathLike) else one}")
    return arguments
