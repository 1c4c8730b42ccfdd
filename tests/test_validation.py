"""The shipped numbers against printed results, where the data folder stands beside the repository."""

import importlib.util
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parent / "benchmarks" / "validation.py"


def load_script() -> ModuleType:
    """Import the benchmark script, which is no part of a package."""
    spec = importlib.util.spec_from_file_location("validation", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["validation"] = module
    spec.loader.exec_module(module)
    return module


validation = load_script()
DATA_IS_THERE = (validation.DATA / "patent_procedures.csv").is_file()
needs_data = pytest.mark.skipif(
    not DATA_IS_THERE, reason="no ../shared/data beside the repository: nothing to validate against"
)


@pytest.fixture(scope="module")
def report():
    """Compare once."""
    return validation.compare(draws=512)


@needs_data
def test_patent_yields_stay_within_the_bounds(report) -> None:
    """At least 14 of 16 rows hold, and the intervals are narrow enough to mean something (mean width < 0.45)."""
    assert len(report.patents) == 16
    assert sum(p.holds for p in report.patents) >= validation.PASSED
    assert report.mean_width < validation.WIDTH
    assert sum(p.holds_statistically for p in report.patents) < validation.PASSED


@needs_data
def test_every_ordering_holds(report) -> None:
    """All constraints of the data file have a judge and hold on medians."""
    assert len(report.orderings) == len(validation.JUDGES) == 20
    assert [o.id for o in report.orderings if not o.holds] == []


@needs_data
def test_carbonyls_rank_as_measured(report) -> None:
    """Spearman's rho is at least 0.8 with class constants only; the n-alkanal is known to stand out."""
    assert report.rho >= validation.RHO
    alkanal = next(r for r in report.ranked if "propanal" in r.carbonyl)
    assert alkanal.predicted == max(r.predicted for r in report.ranked)


@needs_data
def test_the_report_shows_every_row(report) -> None:
    """Text and picture name every row, failing ones too; the picture is well-formed."""
    words = validation.text(report, validation.DATA)
    for row in (*report.patents, *report.orderings):
        assert f"| {row.id} |" in words
    picture = ET.fromstring(validation.svg(report))
    circles = picture.findall("{http://www.w3.org/2000/svg}circle")
    assert len(circles) == len(report.patents) + len(report.ranked)


def test_without_data_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the data are not there the script tells, writes nothing and ends well."""
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), "--data", str(tmp_path), "--out", str(tmp_path)])
    validation.main()
    assert "nothing to validate against" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
