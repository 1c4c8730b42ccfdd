"""A new reducing agent is one file, a new site class a few lines: library and command line take them as they are."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

import planner
from planner.cli import main, serve
from planner.model.folders import models_folder

RELATIVE = "LiBH(O2CtBu)3"
"""A hindered relative of STAB that is not shipped."""
OWN_HAZARD = "Ask the keeper of this hood first"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the shipped folder and add one reductant: a hundred times faster than STAB, by its file alone."""
    place = Path(shutil.copytree(models_folder(), tmp_path_factory.mktemp("own") / "models"))
    text = (place / "default/reductants/stab.toml").read_text(encoding="utf-8")
    for old, new in (
        (r'^name = "STAB"$', f'name = "{RELATIVE}"'),
        (r"^aliases = .*$", 'aliases = ["lithium tripivaloyloxyborohydride", "LiPBH"]'),
        (r"^smiles = .*$", 'smiles = "[Li+].CC(C)(C)C(=O)O[BH-](OC(=O)C(C)(C)C)OC(=O)C(C)(C)C"'),
        (r"^formula = .*$", 'formula = "C15H28BLiO6"'),
        (r"^molar_mass = .*$", "molar_mass = 322.14"),
        (r"(\[hydride_transfer\]\n)value = 0.02\n", r"\g<1>value = 2.0\n"),
        (r"^hold_time_h = 16$", "hold_time_h = 3"),
    ):
        text, n = re.subn(old, new, text, flags=re.M)
        assert n == 1, old
    (place / "default/reductants/lipbh.toml").write_text(text, encoding="utf-8")
    hazards = (place / "hazards.toml").read_text(encoding="utf-8")
    own = hazards.replace('sentence = "Check the SDS', f'sentence = "{OWN_HAZARD}. Check the SDS', 1)
    (place / "hazards.toml").write_text(own, encoding="utf-8")
    return place


def test_the_library_takes_it(models: Path) -> None:
    """It predicts under its name and alias, with its own defaults, and faster than what it was copied from."""
    new = planner.predict("CCCCN", "O=C1CCCCC1", reductant="lipbh", models=models, hold_time_h=2.0)
    old = planner.predict("CCCCN", "O=C1CCCCC1", reductant="STAB", models=models, hold_time_h=2.0)
    assert new.procedure.reductant == RELATIVE
    assert new.conversion > old.conversion
    assert planner.predict("CCCCN", "CCCC=O", reductant=RELATIVE, models=models).procedure.hold_time_h == 3.0
    with pytest.raises(planner.ProcedureError, match="unknown reductant"):
        planner.predict("CCCCN", "CCCC=O", reductant=RELATIVE)


def test_the_old_answers_do_not_move(models: Path) -> None:
    """The other reductants' medians stay: each draws its own numbers."""
    here = planner.predict("CCCCN", "CCCC=O", draws=1024)
    there = planner.predict("CCCCN", "CCCC=O", draws=1024, models=models)
    assert here.model.sha256 != there.model.sha256
    for a, b in zip(here.products, there.products, strict=True):
        assert a.median == pytest.approx(b.median, abs=0.02)


def test_recommendations_may_choose_it(models: Path) -> None:
    """Named as what may be used, it is what the plan proposes."""
    plan = planner.recommend(
        "NCc1ccccc1", "O=Cc1ccccc1", reductants=[RELATIVE], additions=["all_at_once"], models=models, top=1
    )
    assert plan.best.procedure.reductant == RELATIVE


def test_the_command_line_takes_it(models: Path) -> None:
    """--models lists it with its numbers, and predicts with it."""
    run = CliRunner().invoke
    listed = json.loads(run(main, ["models", "--models", str(models), "--format", "json"]).stdout)
    assert RELATIVE in [r["name"] for r in listed["reductants"]]
    assert "lipbh.hydride_transfer" in [p["name"] for p in listed["parameters"]]
    words = [
        "predict",
        "CCCCN",
        "CCCC=O",
        "--reductant",
        "LiPBH",
        "--models",
        str(models),
        "--format",
        "json",
    ]
    record = json.loads(run(main, words).stdout)
    assert record["procedure"]["reductant"] == RELATIVE
    assert sum(p["fraction"] for p in record["products"]) == pytest.approx(1)


def test_the_app_takes_it(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Started with --models, the app offers it and predicts with it; the bundled numbers do not know it."""
    import streamlit as st

    script = str(Path(__file__).parents[1] / "streamlit_app.py")
    monkeypatch.setattr(sys, "argv", [script, "--models", str(models)])
    st.cache_resource.clear()
    try:
        app = AppTest.from_file(script, default_timeout=60)
        app.query_params["reductant"] = RELATIVE
        app.run()
        assert not app.exception
        assert not app.error
        assert app.selectbox(key="reductant").value == RELATIVE
        assert app.text_input(key="hold_time_h").placeholder.startswith("3")
        assert [m for m in app.metric if m.label.startswith("Target")]
        app.session_state["page"] = "Recommend"
        app.session_state["reductants"] = [RELATIVE]
        app.session_state["additions"] = ["all_at_once"]
        app.run()
        app.button(key="search").click().run()
        assert not app.exception
        assert not app.error
        assert app.session_state["found"].best.procedure.reductant == RELATIVE
        app.session_state["page"] = "Plan"
        app.session_state["details"] = "For the bench"
        app.run()
        assert OWN_HAZARD in " ".join(m.value.replace("\\", "") for m in app.markdown)
        app.session_state["page"] = "Model"
        app.run()
        assert not app.exception
        numbers = next(table.value for table in app.dataframe if "name" in table.value)
        assert numbers["name"].str.startswith("lipbh.").any()
    finally:
        st.cache_resource.clear()


def test_the_command_passes_the_folder_on(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``planner app --models DIR`` hands the folder to the app's script, and tells a folder that is none at once."""
    started: list[list[str]] = []
    monkeypatch.setattr(serve, "serve", started.append)
    assert CliRunner().invoke(main, ["app", "--models", str(models)]).exit_code == 0
    assert started[0][-4:] == ["--", str(serve.app_path()), "--models", str(models.resolve())]
    assert CliRunner().invoke(main, ["app", "--models", str(models / "nowhere")]).exit_code == 2
    assert len(started) == 1


NEW_CLASS = """[[amine]]
name = "glucamine"
label = "aminopolyol"
smarts = ["[NX3;H2]-[CX4;H2]-[CX4]([OX2;H1])-[CX4]-[OX2;H1]"]
like = "ethanolamine"
note = "1-amino-1-deoxyalditols, a class of this test"

[[amine]]
name = "vicinal_diamine"
"""

NEW_NUMBER = """
[second_condensation_amine.glucamine]
value = 0.01
log10_sd = 0.5
unit = "1"
basis = "assumed"
source = "estimate"
note = "a number of this test: a crowd of hydroxyl groups"
"""

NEW_WARNING = """

[[warning]]
name = "glucamine"
amine_classes = ["glucamine"]
severity = "handling"
happens = "Aminopolyols hold boric acid: expect the borate ester of the product"
remedy = "set it free with acid"
source = "estimate"
"""


def test_a_new_class_is_a_data_edit(models: Path, tmp_path: Path) -> None:
    """A class with its number and its warning, added to the files, changes what is predicted and said."""
    place = Path(shutil.copytree(models, tmp_path / "models"))
    sites, numbers = place / "sites.toml", place / "default/common.toml"
    text = sites.read_text(encoding="utf-8")
    old = '[[amine]]\nname = "vicinal_diamine"\n'
    assert text.count(old) == 1
    sites.write_text(text.replace(old, NEW_CLASS), encoding="utf-8")
    with (place / "warnings.toml").open("a", encoding="utf-8") as file:
        file.write(NEW_WARNING)
    with numbers.open("a", encoding="utf-8") as file:
        file.write(NEW_NUMBER)
    pair = ("NCC(O)C(O)C(O)C(O)CO", "CCCC=O")
    before, after = planner.predict(*pair), planner.predict(*pair, models=place)
    assert after.pair.sites[0].site_class == "glucamine"
    assert after.products[2].median < before.products[2].median / 2
    assert any("boric acid" in c for c in after.caveats)
    assert not any("boric acid" in c for c in before.caveats)
    found = CliRunner().invoke(main, ["sites", pair[0], "--models", str(place)])
    assert "glucamine" in found.stdout


def test_a_damaged_file_is_told_in_one_line(models: Path, tmp_path: Path) -> None:
    """A new file with a misspelt key is named with file, key and the nearest known one; exit code 2."""
    place = Path(shutil.copytree(models, tmp_path / "models"))
    file = place / "default/reductants/lipbh.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("usable_hydrides", "useable_hydrides"))
    result = CliRunner().invoke(main, ["predict", "CCCCN", "CCCC=O", "--models", str(place)])
    assert result.exit_code == 2
    assert "lipbh.toml" in result.stderr
    assert "usable_hydrides" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
