"""What ``import planner`` offers."""

import subprocess
import sys

import planner


def test_exports_are_sorted_and_there() -> None:
    """Every exported name exists, and the list is sorted."""
    names = [n for n in planner.__all__ if n != "__version__"]
    assert names == sorted(names)
    assert all(getattr(planner, name) is not None for name in planner.__all__)


def test_help_does_not_load_the_heavy_libraries() -> None:
    """``planner --help`` answers without RDKit, SciPy, pandas or Streamlit."""
    code = (
        "import sys\nfrom planner.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "assert not {'rdkit', 'scipy', 'pandas', 'streamlit', 'llvmlite'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
