"""Parquet files of the request records."""

from __future__ import annotations

import json
import os
from pathlib import Path

from .errors import AifactoryError, require
from .run import PathLike, Run

ROWS_PER_GROUP = 100_000


def write_parquet(run: Run, path: PathLike) -> Path:
    """Write the request records of a run as one Parquet file, compressed with Zstandard.

    The columns are those of :meth:`Run.requests`. The file's metadata contain ``run_id``, and ``summary``, the content of
    ``summary.json``. The file appears under its name when it is complete.
    """
    arrow = require("pyarrow", "writing Parquet", "parquet")
    parquet = require("pyarrow.parquet", "writing Parquet", "parquet")
    target = Path(path)
    if target.is_dir():
        raise AifactoryError(f"invalid value for path: {target} is a directory (expected a file such as requests.parquet)")
    table = run.requests("arrow").replace_schema_metadata({"run_id": run.run_id, "summary": json.dumps(run.summary)})
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        parquet.write_table(table, partial, compression="zstd", row_group_size=ROWS_PER_GROUP)
        os.replace(partial, target)
    except (OSError, arrow.ArrowException) as e:
        raise AifactoryError(f"cannot write {target}: {e}") from e
    finally:
        partial.unlink(missing_ok=True)
    return target
