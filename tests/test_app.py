"""The app without a browser: every page, every error path."""

import ast
import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import planner
from planner.app.bars import share_words
from planner.app.examples import Example, examples
from planner.app.words import texts
from planner.flask.fields import ADDITIONS, FIELDS
from planner.model.parameters import load_model
from planner.plans.recommendation import Plan
from planner.predictions.records import prediction_record
from planner.rings.options import WAYS
from planner.sheets.archives import eln_bytes
from planner.sheets.sheet import plan_sheet

APP = str(Path(__file__).parents[1] / "streamlit_app.py")


def open_app(**inputs: str) -> AppTest:
    """Open the app at an address that holds inputs."""
    app = AppTest.from_file(APP, default_timeout=60)
    for name, value in inputs.items():
        app.query_params[name] = value
    return app.run()


def typed(app: AppTest, box: str, text: str) -> None:
    """Type a text that is not on the list of a box; the test's own boxes take listed ones only."""
    list_of = app.selectbox(key=box)
    list_of.options.append(text)
    list_of.set_value(text).run()


def per_cent(app: AppTest, label: str) -> int:
    """Read a number off the screen."""
    value = next(m for m in app.metric if m.label.startswith(label)).value
    return round(float(re.sub(r"[^0-9.]", "", value.replace(":red", ""))))


def test_every_text_is_asked_for_and_there() -> None:
    """What the pages ask for is what ``words.toml`` holds, no more and no less."""
    lines, tables = set(), set()
    for file in Path(planner.__file__).parent.glob("app/*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="explain"), args=[asked]):
                    lines.add(ast.literal_eval(asked))
                case ast.Subscript(value=ast.Call(func=ast.Name(id="texts")), slice=asked):
                    tables.add(ast.literal_eval(asked))
    assert lines == set(texts()["explain"])
    assert tables == set(texts())


def test_texts_are_whole_sentences() -> None:
    """Each text is one line that ends, with a space after every stop; equations close their braces."""
    for text in (*texts()["explain"].values(), *texts()["glossary"].values()):
        assert text.endswith("."), text
        assert not re.search(r"\n|  |[a-z][.,;:][A-Za-z]", text), text
    for step in texts()["ladder"]:
        assert step["words"]
        assert 0 < step["equation"].count("{") == step["equation"].count("}")


@pytest.fixture(scope="module")
def app() -> AppTest:
    """Share one session among tests that only look."""
    return open_app()


def test_the_worked_example_is_there(app: AppTest) -> None:
    """An empty address shows benzylamine and butanal with an answer, and no error."""
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="amine").value == "benzylamine"
    assert 60 < per_cent(app, "Target") < 95
    assert {"download_prediction.csv", "download_prediction.json"} <= {
        b.key for b in app.get("download_button")
    }


def test_the_sheet_and_what_moves_the_answer_are_a_tab_away() -> None:
    """Each closer look shows its table; the sheet weighs out the scale, the shares add up to at most one."""
    app = open_app(scale="2 mmol")
    app.session_state["details"] = "For the bench"
    app.run()
    assert not app.exception
    charges = next(d.value for d in app.dataframe if "amount_mmol" in d.value)
    assert charges.loc[charges["role"] == "amine", "amount_mmol"].item() == pytest.approx(2.0, rel=1e-3)
    app.session_state["details"] = "What moves this answer"
    app.run()
    assert not app.exception
    assert 0.3 < app.dataframe[0].value["share"].sum() <= 1.0


def on_screen(app: AppTest) -> list[str]:
    """Collect the words that stand on a page."""
    texts = [e.value for kind in ("markdown", "caption", "warning", "error") for e in app.get(kind)]
    texts += [option for box in (*app.selectbox, *app.multiselect) for option in box.options]
    texts += [box.placeholder for box in (*app.selectbox, *app.multiselect)]
    tables = [
        t.value for t in app.dataframe if not t.proto.editing_mode
    ]  # one that is typed into says words itself
    texts += [str(cell) for table in tables for cell in table.astype(str).to_numpy().ravel()]
    return [str(text).replace("\\", "") for text in texts]


@pytest.mark.parametrize("page", ["Plan", "Recommend", "Learn", "Peaks", "Rings"])
def test_no_identifier_stands_on_the_screen(page: str) -> None:
    """The ways of addition are said in words everywhere, while the link keeps their identifiers."""
    app = open_app(page=page, addition="slow_carbonyl", additions="slow_amine", reductants="STAB")
    if page == "Recommend":
        app.button(key="search").click().run()
    assert not app.exception
    assert not [text for text in on_screen(app) if any(name in text for name in WAYS + tuple(ADDITIONS))]
    assert app.selectbox(key="addition").value == "slow_carbonyl"
    app.selectbox(key="addition").set_value("imine_first").run()
    assert app.query_params["addition"] in ("imine_first", ["imine_first"])
    assert app.query_params["additions"] in ("slow_amine", ["slow_amine"])


def test_more_carbonyl_gives_more_over_alkylation() -> None:
    """Moving the slider writes the number box and the address, and over-alkylation rises."""
    app = open_app()
    before = per_cent(app, "Over-alkylation")
    app.slider(key="slide_carbonyl_equivalents_0").set_value(2.0).run()
    assert not app.exception
    assert app.text_input(key="carbonyl_equivalents").value == "2"
    assert app.query_params["carbonyl_equivalents"] == "2"
    assert per_cent(app, "Over-alkylation") > before


def test_a_moved_slider_goes_back_to_its_default_at_once() -> None:
    """A move and right after it the button for all defaults: the box is empty again, also in the run after that."""
    app = open_app()
    app.slider(key="slide_hold_time_h_0").set_value(8.0).run()
    assert app.text_input(key="hold_time_h").value == "8"
    next(b for b in app.button if b.label == "All back to default").click().run()
    assert app.text_input(key="hold_time_h").value in (None, "")
    app.slider(key="slide_temperature_C_0").set_value(30.0).run()
    assert app.text_input(key="hold_time_h").value in (None, "")
    assert app.text_input(key="temperature_C").value == "30"


def test_a_bug_takes_no_input_with_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """When drawing a page breaks, it says so without a path, on that page alone, and every box keeps what was typed."""
    app = open_app(carbonyl_equivalents="1.4")
    monkeypatch.setattr("planner.app.plan.split_bars", lambda _: 1 / 0)
    typed(app, "amine", "NCCc1ccccc1")
    assert not app.exception
    assert len(app.error) == 1
    assert "ZeroDivisionError" in app.error[0].value
    assert "/" not in app.error[0].value
    assert "line" in capsys.readouterr().err
    app.session_state["page"] = "Model"
    app.run()
    assert not app.error
    app.session_state["page"] = "Plan"
    app.run()
    assert len(app.error) == 1
    monkeypatch.undo()
    app.run()
    assert not app.error
    assert app.selectbox(key="amine").value == "NCCc1ccccc1"
    assert app.text_input(key="carbonyl_equivalents").value == "1.4"


def test_a_target_that_a_new_amine_does_not_have_is_put_back() -> None:
    """From ammonia's tri to a secondary amine: the target becomes one that it has, and the answer is that of it."""
    app = open_app(amine="N", target="tri")
    assert app.selectbox(key="target").value == "tri"
    typed(app, "amine", "C1CCNCC1")
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="target").value == "mono"
    assert per_cent(app, "Target: mono") > 50


ADDRESS = {
    "amine": "NCCc1ccccc1",
    "carbonyl": "CC(=O)C",
    "target": "di",
    "basis": "carbonyl",
    "max_over_alkylation": "0.05",
    "reductant": "NaBH3CN",
    "carbonyl_equivalents": "1.3",
    "reductant_equivalents": "2.5",
    "acid_equivalents": "0.5",
    "addition": "slow_carbonyl",
    "addition_time_h": "3",
    "hold_time_h": "20",
    "temperature_C": "10",
    "concentration_M": "0.1",
    "feed_volume_fraction": "0.3",
    "solvent": "EtOH",
    "water": "wet",
    "quench": "borohydride",
}


def test_an_address_restores_every_input() -> None:
    """A link is a plan: every field of the address stands in its widget again, and stays in the address."""
    app = open_app(**ADDRESS)
    assert not app.exception
    assert not app.error
    widgets = [*app.text_input, *app.selectbox]
    held = {w.key: w.value for w in widgets if w.key in ADDRESS}
    assert held.keys() == ADDRESS.keys()
    for name, text in ADDRESS.items():
        assert str(held[name]) == text or float(held[name]) == float(text), name


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"amine": "not a molecule"}, "not a molecule"),
        ({"amine": "C1CC"}, "C1CC"),
        ({"amine": "CN(C)C"}, "CN(C)C"),
        ({"amine": "C" * 3000 + "N"}, "at most 2000"),
        ({"carbonyl": "CCO"}, "CCO"),
        ({"amine": "CC(N)Cc1ccccc1", "carbonyl": "C=O"}, "regulated"),
        ({"reductant": "NaBH4", "solvent": "DMF"}, "run away"),
    ],
)
def test_what_cannot_be_planned_is_said_once_and_nothing_is_lost(inputs: dict[str, str], words: str) -> None:
    """Bad input shows one line in one place; what was typed stays."""
    app = open_app(carbonyl_equivalents="1.4", **inputs)
    assert not app.exception
    assert len(app.error) == 1
    assert words in app.error[0].value.replace("\\", "")
    assert app.text_input(key="carbonyl_equivalents").value == "1.4"
    for name in ("amine", "carbonyl"):
        assert app.selectbox(key=name).value == inputs.get(name, app.selectbox(key=name).value)


def test_recommend_lists_procedures_within_the_limits_and_opens_one() -> None:
    """The button ranks procedures; opening the first loads Plan with it, and Plan shows the recommended numbers."""
    app = open_app(page="Recommend", reductants="STAB", additions="all_at_once", max_over_alkylation="0.08")
    assert not app.exception
    app.button(key="search").click().run()
    assert not app.exception
    assert not app.error
    plan = app.session_state["found"]
    assert plan.best.prediction.over_alkylation.mean <= 0.08
    app.session_state["plan_details"] = "For the bench"
    app.run()
    assert not app.exception
    assert {
        "download_conditions.csv",
        "download_plan.json",
        "download_run_sheet.html",
        "download_plan.eln",
    } <= {b.key for b in app.get("download_button")}
    app.button(key="open_1").click().run()
    assert not app.exception
    assert (
        app.text_input(key="carbonyl_equivalents").value == f"{plan.best.procedure.carbonyl_equivalents:.12g}"
    )
    told = plan.best.prediction
    for label, share in (("Target", told.target_fraction), ("Carbonyl left", told.carbonyl_left)):
        for shown in (m for m in app.metric if m.label.startswith(label)):
            value, span = share_words(share)
            assert (re.sub(r"^:\w+\[(.*)\]$", r"\1", shown.value), shown.delta) == (value, span)
            assert shown.proto.delta_description == f"recommended: {value}"
    assert any(m.label.startswith("Target") for m in app.metric)


def shown_numbers(app: AppTest) -> list[tuple[str, str, str, str]]:
    """Read the cards of the Plan page, with what they are counted over."""
    return [(m.label, m.value, m.delta, m.help.partition(" joint")[0]) for m in app.metric]


@pytest.mark.parametrize("button", ["open_2", "way_0"])
def test_a_procedure_that_was_opened_has_one_answer_wherever_its_link_is_opened(button: str) -> None:
    """Card and Plan say the same, so does its link without the list; another charge is answered on fewer draws."""
    app = open_app(page="Recommend", reductants="STAB", max_over_alkylation="0.08")
    app.button(key="search").click().run()
    plan = app.session_state["found"]
    told = plan.ranked(2).prediction if button == "open_2" else plan.strategies[0].recommendation.prediction
    app.button(key=button).click().run()
    assert not app.exception
    mean, span = share_words(told.target_fraction)
    here = shown_numbers(app)
    assert here[0][1:] == (mean, span, f"Mean over {told.draws:,}")
    mark = app.query_params["opened"]  # a browser writes the boxes into the address itself
    boxes = {name: app.session_state[name] for name in ("amine", "carbonyl", "target", "basis", *FIELDS)}
    sent = {name: str(value) for name, value in boxes.items() if value}
    there = open_app(opened=mark, max_over_alkylation="0.08", **sent)
    assert not there.exception
    assert not there.warning
    assert shown_numbers(there) == here
    charge = there.text_input(key="carbonyl_equivalents").value
    there.text_input(key="carbonyl_equivalents").set_value("0.8").run()
    assert shown_numbers(there)[0][3] == "Mean over 256"
    there.text_input(key="carbonyl_equivalents").set_value(charge).run()
    assert shown_numbers(there) == here


def test_no_limit_is_set_until_one_is_given() -> None:
    """The limit on over-alkylation starts empty, as on the command line, and can be taken away again."""
    app = open_app(max_over_alkylation="0.05")
    assert app.text_input(key="max_over_alkylation").value == "0.05"
    app.text_input(key="max_over_alkylation").set_value("").run()
    assert not app.exception
    assert not app.text_input(key="max_over_alkylation").value
    assert open_app().text_input(key="max_over_alkylation").value is None


def test_limits_that_cannot_be_met_are_said() -> None:
    """When nothing is left within the limits, one line says so and nothing is lost."""
    app = open_app(page="Recommend", max_time_h="0.25", reductants="NaBH4", additions="imine_first")
    app.button(key="search").click().run()
    assert not app.exception
    assert len(app.error) == 1
    assert app.text_input(key="max_time_h").value == "0.25"


def test_the_model_page_shows_every_number() -> None:
    """Every constant of the model stands in the table, with its source; a word filters it."""
    app = open_app(page="Model")
    assert not app.exception
    n_parameters = len(load_model().parameters)
    assert len(app.dataframe[1].value) == n_parameters
    app.text_input(key="find").set_value("stab.hydride_loss").run()
    found = app.dataframe[1].value
    assert 0 < len(found) < n_parameters
    assert all("stab" in name for name in found["name"])
    app.text_input(key="find").set_value("no such thing").run()
    assert not app.exception


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_a_worked_example_loads_and_answers(example: Example) -> None:
    """One click loads a worked example: its inputs stand in their boxes, an answer and a lesson are there."""
    app = open_app(carbonyl_equivalents="3", water="wet")
    app.button(key=f"example_{example.name}").click().run()
    assert not app.exception
    assert not app.error
    for name, value in {"water": None, "carbonyl_equivalents": None, **example.inputs}.items():
        widgets = [*app.text_input, *app.selectbox]
        assert next(w.value for w in widgets if w.key == name) in (
            value,
            f"{value:g}" if isinstance(value, float) else "",
        ), name
    assert {"amine", "carbonyl", "target"} <= set(example.inputs)
    assert example.lesson in {c.value for c in app.caption}
    assert per_cent(app, "Target") > 20


def test_a_saved_prediction_reopens() -> None:
    """A prediction saved as JSON brings its inputs back; another file is met with one line."""
    made = planner.predict("NCCc1ccccc1", "O=C1CCCCC1", target="di", carbonyl_equivalents=1.7, water="wet")
    saved = json.dumps(prediction_record(made)).encode()
    app = open_app()
    app.file_uploader(key="reopened").set_value(("prediction.json", saved, "application/json")).run()
    assert not app.exception
    assert app.selectbox(key="carbonyl").value == "O=C1CCCCC1"
    assert app.selectbox(key="target").value == "di"
    assert app.text_input(key="carbonyl_equivalents").value == "1.7"
    assert app.text_input(key="hold_time_h").value in (None, "")
    for wrong in (b"[1, 2]", b"{}", b"\xff\xfe", b'{"procedure": {"hold_time_h": -1}}'):
        app.file_uploader(key="reopened").set_value(("x.json", wrong, "application/json")).run()
        assert not app.exception
        assert len(app.error) == 1
        assert app.text_input(key="carbonyl_equivalents").value == "1.7"


def test_an_archive_reopens(stab: Plan) -> None:
    """An .eln brings its plan back, with the list on its page; one without a plan is met with one line."""
    packed = eln_bytes(stab, stab.best, plan_sheet(stab, "250 mg"), "run")
    app = open_app(amine="CCCN")
    app.file_uploader(key="reopened").set_value(("run.eln", packed, "application/zip")).run()
    assert not app.exception
    assert app.selectbox(key="amine").value == "NCc1ccccc1"
    assert app.session_state["found"] == stab
    app.file_uploader(key="reopened").set_value(("x.eln", packed[:500], "application/zip")).run()
    assert not app.exception
    assert len(app.error) == 1
    assert app.session_state["found"] == stab


def test_isomers_are_told_apart() -> None:
    """Where several nitrogens can take the alkyl group, each product is listed; together they are the degree."""
    app = open_app(amine="NCCNCc1ccccc1")
    assert not app.exception
    app.session_state["details"] = "Numbers"
    app.run()
    degrees, isomers = app.dataframe[0].value, app.dataframe[1].value
    mono = isomers[isomers["product"] == "mono"]
    assert set(mono["smiles"]) == {"CCCCNCCNCc1ccccc1", "CCCCN(CCN)Cc1ccccc1"}
    assert mono["fraction"].sum() == pytest.approx(degrees.loc[1, "fraction"])


def test_a_salt_and_a_name_are_read() -> None:
    """Names of the catalogue and salts are read; what was stripped is said."""
    app = open_app(amine="Cl.NCc1ccccc1", carbonyl="benzaldehyde")
    assert not app.exception
    assert not app.error
    assert any("hydrochloride" in h.body for h in app.get("html"))


@pytest.mark.parametrize("scale", ["", "many", "-3 g", "1e9 kg", "250"])
def test_a_scale_that_is_none_is_said(scale: str) -> None:
    """A scale without a unit or a number gets one line; the prediction stays."""
    app = open_app(scale=scale)
    app.session_state["details"] = "For the bench"
    app.run()
    assert not app.exception
    assert per_cent(app, "Target") > 0
    assert len(app.error) == 1


def test_what_a_run_gave_is_told_at_once_and_stays() -> None:
    """A number typed after the fact is placed in its interval; it stays on other pages, but not for another pair."""
    app = open_app()
    assert app.text_input(key="ran_di").value in (None, "")
    app.text_input(key="ran_di").set_value("12 %").run()
    assert not app.exception
    assert not app.error
    assert any("You found 12\u00a0% di" in m.value.replace("\\", "") for m in app.markdown)
    app.session_state["page"] = "Model"
    app.run()
    app.session_state["page"] = "Plan"
    app.run()
    assert app.text_input(key="ran_di").value == "12 %"
    app.text_input(key="ran_mono").set_value("99").run()
    assert [e for e in app.error if "add up" in e.value.replace("\\", "")]
    typed(app, "amine", "NCCc1ccccc1")
    assert not app.exception
    assert app.text_input(key="ran_di").value in (None, "")
    assert not any("You found" in m.value for m in app.markdown)
