"""Request records, schema ``aifactory.request/1``: one JSON object per line, plain or compressed with Zstandard."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, BinaryIO, Dict, Iterator, List, Mapping, Optional

from .errors import RunFileError, require
from .table import Table

SCHEMA = "aifactory.request/1"
LONGEST_LINE_BYTES = 1 << 20
NANOS_PER_MILLISECOND = 1e6

# Members of a record in their order, then those of its 'response' with a prefix, then what follows from them.
RECORD_COLUMNS: Dict[str, str] = {
    "index": "int",
    "client": "int",
    "target": "int",
    "session": "int",
    "turn": "int",
    "phase": "str",
    "outcome": "str",
    "scheduled_nanos": "int",
    "due_delayed_by_cap_nanos": "int",
    "started_nanos": "int",
    "connect_nanos": "int",
    "sent_nanos": "int",
    "first_chunk_nanos": "int",
    "first_output_nanos": "int",
    "done_nanos": "int",
    "failed_nanos": "int",
    "input_tokens": "int",
    "output_tokens": "int",
    "requested_output_tokens": "int",
    "token_source": "str",
    "chunks": "int",
    "chunks_together": "int",
    "maximum_gap_nanos": "int",
    "http_status": "int",
    "error": "str",
    "error_detail": "str",
    "ttft_client_share_nanos": "int",
    "e2el_client_share_nanos": "int",
}
RESPONSE_COLUMNS: Dict[str, str] = {
    "finish_reason": "str",
    "usage_output_tokens": "int",
    "counted_output_tokens": "int",
    "counted_by": "str",
    "first_chunk_tokens": "int",
    "skipped_events": "int",
    "retry_after_seconds": "int",
    "served_by": "str",
    "valid_document": "bool",
}
# Without a schedule that is independent of the responses, these do not exist.
OPEN_LOOP_COLUMNS = ("ttft_from_schedule_ms", "e2el_from_schedule_ms")
DERIVED_COLUMNS: Dict[str, str] = {
    "scheduled_s": "float",
    "ttft_ms": "float",
    "ttfo_ms": "float",
    "ttft_from_schedule_ms": "float",
    "tpot_ms": "float",
    "e2el_ms": "float",
    "e2el_from_schedule_ms": "float",
    "schedule_delay_ms": "float",
}
COLUMNS: Dict[str, str] = {**RECORD_COLUMNS, **RESPONSE_COLUMNS, **DERIVED_COLUMNS}
REQUIRED = ("index", "client", "target", "phase", "outcome", "scheduled_nanos")


def read_file(path: Path) -> Table:
    """Read a file of request records; its name ends in ``.zst`` if it is compressed.

    :raises RunFileError: naming the file and the line
    """
    try:
        with open(path, "rb") as file:
            return read_stream(_decompressed(file) if path.suffix == ".zst" else file, str(path))
    except OSError as e:
        raise RunFileError(f"cannot read {path}: {e.strerror or e}") from e


def read_stream(stream: BinaryIO, name: str) -> Table:
    """Read request records from a stream of lines.

    :param name: of the stream, for errors
    """
    table = Table(COLUMNS)
    texts: Dict[str, str] = {}
    number = 0
    try:
        for number, line in enumerate(_lines(stream, name), start=1):
            if line.strip():
                table.append(_row(line, f"{name} line {number}", texts))
    except (EOFError, _zstd_error()) as e:
        raise RunFileError(f"{name} is cut off or damaged after line {number}: {e}; copy the file again") from e
    except ValueError as e:
        raise RunFileError(f"{name} line {number} is not a request record: {e}") from e
    return table


def _lines(stream: BinaryIO, name: str) -> Iterator[bytes]:
    number = 0
    while True:
        line = stream.readline(LONGEST_LINE_BYTES + 1)
        if not line:
            return
        number += 1
        if len(line) > LONGEST_LINE_BYTES:
            raise RunFileError(f"{name} line {number} is longer than {LONGEST_LINE_BYTES} bytes; it is not a request record")
        if not line.endswith(b"\n"):
            raise RunFileError(f"{name} is cut off in line {number}; copy the file again")
        yield line


def _row(line: bytes, place: str, texts: Dict[str, str]) -> Dict[str, Any]:
    try:
        record = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError) as e:
        raise RunFileError(f"{place} is not a request record: {e}") from e
    if not isinstance(record, dict) or record.get("schema") != SCHEMA:
        found = record.get("schema") if isinstance(record, dict) else type(record).__name__
        raise RunFileError(f"{place} is not a request record: schema is {found!r} (expected {SCHEMA!r})")
    for member in REQUIRED:
        if record.get(member) is None:
            raise RunFileError(f"{place} is not a request record: {member} is missing")
    response = record.get("response")
    row: Dict[str, Any] = {name: record.get(name) for name in RECORD_COLUMNS}
    if isinstance(response, dict):
        row.update((name, response.get(name)) for name in RESPONSE_COLUMNS)
    # The same few texts occur in every record.
    for name, value in row.items():
        if isinstance(value, str):
            row[name] = texts.setdefault(value, value) if len(texts) < 10_000 else value
    row.update(derived(row))
    return row


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is not a number of JSON")


def derived(record: Mapping[str, Any]) -> Dict[str, Optional[float]]:
    """Latencies of a record in milliseconds, by the definitions of the program; None if they do not exist for the request.

    Latencies exist for completed requests only, as in the summary.
    """
    scheduled = record["scheduled_nanos"]
    started = record.get("started_nanos")
    values: Dict[str, Optional[float]] = {
        "scheduled_s": None if not _whole(scheduled) else scheduled / 1e9,
    }
    delay, by_cap = _between(scheduled, started), record.get("due_delayed_by_cap_nanos")
    if delay is not None:
        values["schedule_delay_ms"] = delay - (by_cap / NANOS_PER_MILLISECOND if _whole(by_cap) else 0)  # type: ignore[operator]
    if record.get("outcome") != "completed":
        return values
    first, done = record.get("first_chunk_nanos"), record.get("done_nanos")
    values["ttft_ms"] = _between(started, first)
    values["ttfo_ms"] = _between(started, record.get("first_output_nanos"))
    values["ttft_from_schedule_ms"] = _between(scheduled, first)
    values["e2el_ms"] = _between(started, done)
    values["e2el_from_schedule_ms"] = _between(scheduled, done)
    tokens, whole = record.get("output_tokens"), _between(first, done)
    if whole is not None and _whole(tokens) and tokens > 1:  # type: ignore[operator]
        values["tpot_ms"] = whole / (tokens - 1)  # type: ignore[operator]
    return values


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _between(start: Any, end: Any) -> Optional[float]:
    return (end - start) / NANOS_PER_MILLISECOND if _whole(start) and _whole(end) else None


def _decompressed(file: BinaryIO) -> BinaryIO:
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]

        return io.BufferedReader(zstd.ZstdFile(file))
    except ImportError:
        zstandard = require("zstandard", "reading requests.jsonl.zst")
        return io.BufferedReader(_Frames(zstandard.ZstdDecompressor(), file))


class _Frames(io.RawIOBase):
    """Decompresses Zstandard frames; a file that ends inside a frame is an error, which zstandard's own reader does not report.

    Fed with pieces so small that a piece of a hostile file expands to at most 32 MiB (a block of four bytes to 128 KiB).
    """

    PIECE_BYTES = 1024

    def __init__(self, decompressor: Any, file: BinaryIO) -> None:
        self._decompressor = decompressor
        self._file = file
        self._frame: Any = None
        self._pending = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._pending:
            piece = self._file.read(self.PIECE_BYTES)
            if not piece:
                if self._frame is not None:
                    raise EOFError("the last frame is not complete")
                return 0
            self._pending = memoryview(self._decompress(piece))
        size = min(len(buffer), len(self._pending))
        buffer[:size] = self._pending[:size]
        self._pending = self._pending[size:]
        return size

    def _decompress(self, piece: bytes) -> bytes:
        text = b""
        while piece:
            self._frame = self._frame or self._decompressor.decompressobj()
            text += self._frame.decompress(piece)
            if not self._frame.eof:
                break
            piece, self._frame = self._frame.unused_data, None
        return text


def _zstd_error() -> Any:
    try:
        from compression import zstd

        return zstd.ZstdError
    except ImportError:
        try:
            import zstandard

            return zstandard.ZstdError
        except ImportError:
            return EOFError


def measured(table: Table) -> List[Dict[str, Any]]:
    """The completed requests of the measured window."""
    return [row for row in table.rows() if row["phase"] == "measured" and row["outcome"] == "completed"]
