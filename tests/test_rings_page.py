"""The Rings page and its pictures."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import planner
from planner.rings.closing import prepare_closing
from planner.rings.landscape import CONCENTRATIONS, FEEDS, survey_ring
from planner.rings.pictures import chain_chart, pump_chart, ring_map

APP = str(Path(__file__).parents[1] / "streamlit_app.py")
DIAMINE, DIBROMIDE = "CCNCCNCC", "BrCCCBr"


@pytest.fixture(scope="module")
def page() -> AppTest:
    """Open the page as it is first."""
    opened = AppTest.from_file(APP, default_timeout=120)
    opened.query_params["page"] = "Rings"
    return opened.run()


def keys(app: AppTest) -> set[str]:
    """Keys of the downloads."""
    return {button.key for button in app.get("download_button")}


def test_the_page_answers_at_once(page: AppTest) -> None:
    """Ring, adduct, salt and conversion are there, with map, chains and downloads."""
    assert not page.exception
    assert not page.error
    assert page.metric[0].label == "7-membered ring"
    assert {"download_ring.csv", "download_ring.json"} <= keys(page)


def test_a_compound_with_both_ends_and_a_recommendation(page: AppTest) -> None:
    """Without B the amino-aldehyde closes alone; the click gives ways and files; boxes stay after another page."""
    page.text_input(key="ring_a").set_value("NCCCCC=O").run()
    page.text_input(key="ring_b").set_value("").run()
    assert not page.exception
    assert not page.error
    assert page.metric[0].label == "6-membered ring"
    page.button(key="ring_recommend").click().run()
    assert not page.exception
    assert "download_ring_plan.csv" in keys(page)
    for name in ("Model", "Rings"):
        page.session_state["page"] = name
        page.run()
    assert page.text_input(key="ring_a").value == "NCCCCC=O"


def test_nonsense_is_one_line_and_is_kept(page: AppTest) -> None:
    """A structure that closes nothing is said; what was typed stays in its box."""
    page.text_input(key="ring_a").set_value("CCO").run()
    assert not page.exception
    assert len(page.error) == 1
    assert page.text_input(key="ring_a").value == "CCO"


def test_the_map_is_of_the_prediction() -> None:
    """Every cell lies between 0 and 1 with its interval around the median."""
    found = planner.cyclize(DIAMINE, DIBROMIDE, draws=8)
    ready = prepare_closing(found.pair, found.model, n_draws=8, seed=0)
    drawn = ring_map(survey_ring(ready, found.procedure)).data["cells"]
    assert len(drawn) == len(CONCENTRATIONS) * len(FEEDS)
    assert drawn["ring"].between(0, 1).all()
    assert ((drawn["low"] <= drawn["ring"] + 1e-9) & (drawn["ring"] <= drawn["high"] + 1e-9)).all()


def test_chains_and_pumps_are_those_of_the_records() -> None:
    """The chart holds the ring's median; the flask ends at the total and the syringes empty."""
    found = planner.cyclize(DIAMINE, DIBROMIDE, draws=8)
    frame = chain_chart(found).data["chains"]
    assert frame.loc[frame["kind"] == "ring", "fraction"].max() == found.isomers[0].fraction.median
    plan = planner.recommend_cyclization(
        "Cc1ccc(S(=O)(=O)NCCNS(=O)(=O)c2ccc(C)cc2)cc1", DIBROMIDE, min_ring=0.5, probability=0.5, draws=16
    )
    fed = next(s.schedule for s in plan.strategies if s.procedure is not None and s.procedure.addition_time_h)
    volumes = pump_chart(fed).data["pumps"]
    last = volumes[volumes["time_h"] == volumes["time_h"].max()].set_index("what")["volume_mL"]
    assert last["flask"] == pytest.approx(fed.total_mL, rel=1e-9)
    assert last["syringe a"] == pytest.approx(0.0, abs=1e-9)


def test_numbers_are_read_as_they_are_typed(page: AppTest) -> None:
    """A decimal comma and a unit give the answer of the number that is meant; what may be two numbers is refused."""
    page.text_input(key="ring_a").set_value(DIAMINE)
    page.text_input(key="ring_b").set_value(DIBROMIDE)
    answers = []
    for text in ("0.05", "0,05", "50 mM"):
        page.text_input(key="ring_concentration_M").set_value(text).run()
        assert not page.exception
        assert not page.error
        answers.append([(m.value, m.delta) for m in page.metric])
    assert answers[0] == answers[1] == answers[2]
    page.text_input(key="ring_concentration_M").set_value("1,250").run()
    assert len(page.error) == 1
    assert "1.250 or 1250" in page.error[0].value.replace("\\", "")


def test_a_link_fills_the_boxes_and_is_written_again() -> None:
    """Partners, numbers and words of a link stand in the boxes and answer; the way is shown in words."""
    opened = AppTest.from_file(APP, default_timeout=120)
    given = {
        "page": "Rings", "ring_a": "NCCCCC=O", "ring_b": "", "ring_concentration_M": "0,02", "ring_hold_time_h": "3",
        "ring_addition": "all_at_once", "ring_min_ring": "0.5",
    }  # fmt: skip
    for name, value in given.items():
        opened.query_params[name] = value
    opened.run()
    assert not opened.exception
    assert not opened.error
    assert not opened.warning
    assert opened.metric[0].label == "6-membered ring"
    assert {name: opened.query_params[name] for name in given} == given
    assert opened.selectbox(key="ring_addition").options == [
        "both fed",
        "B into A",
        "A into B",
        "all at once",
    ]
    opened.session_state["page"] = "Model"
    opened.run()
    assert not [name for name in opened.query_params if name.startswith("ring_")]
