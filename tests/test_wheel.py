"""The built wheel carries numbers, texts and app, and works from any folder."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_wheel_works_from_any_folder(tmp_path: Path) -> None:
    """Build, install beside nothing, run from elsewhere: prediction, models and app path come from the wheel."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    build = [*pip, "wheel", "--no-build-isolation", "--no-deps", "-w", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("reductive_amination_planner-*.whl")
    target = tmp_path / "site"
    subprocess.run(
        [*pip, "install", "--no-deps", "--target", str(target), str(wheel)], check=True, capture_output=True
    )
    code = (
        "import json, planner, planner.cli.serve as serve\n"
        "p = planner.predict('NCc1ccccc1.Cl', 'CCCC=O', draws=16)\n"
        "print(json.dumps([planner.__file__, str(serve.app_path()), p.model.name, p.conversion]))"
    )
    environment = {**os.environ, "PYTHONPATH": str(target)}
    run = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
    )
    where, app, model, conversion = json.loads(run.stdout.splitlines()[-1])
    assert Path(where).is_relative_to(target)
    assert Path(app) == target / "planner" / "_streamlit_app.py"
    assert model == "default"
    assert 0 < conversion < 1
    assert list((target / "planner" / "_models").glob("default/reductants/*.toml"))
    data = [file for kind in ("csv", "toml", "html") for file in (ROOT / "planner").rglob(f"*.{kind}")]
    assert data
    assert not [file for file in data if not (target / file.relative_to(ROOT)).is_file()]
