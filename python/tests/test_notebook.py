"""The notebook, executed in a kernel as a reader would."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).resolve().parents[1] / "examples" / "benchmark.ipynb"


@pytest.mark.filterwarnings("default")
def test_the_notebook_runs_and_shows_frames_plots_and_progress(program: str, tmp_path: Path) -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "the notebook is kept without outputs"
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    kinds = [kind for output in outputs for kind in output.get("data", {})]
    assert kinds.count("image/png") >= 3
    html = "".join(str(output["data"]["text/html"]) for output in outputs if "text/html" in output.get("data", {}))
    assert "<progress" in html and "dataframe" in html
    assert (tmp_path / "requests.parquet").exists()
