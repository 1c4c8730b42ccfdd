"""The Peaks page and its pictures."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import planner
from planner.mixtures.pictures import SORTS, extraction_chart, flow_chart, spectrum_chart
from planner.mixtures.species import species_of

APP = str(Path(__file__).parents[1] / "streamlit_app.py")
LIST = "m/z;Area\n197.1;1000\n198.1;126\n293.1;400\n213.1;30\n175.3;9\n"
DIAZEPANE, THIOPHENE = "C1CNCCCN1", "O=Cc1cccs1"


@pytest.fixture
def app() -> AppTest:
    """Open the page for the diazepane."""
    opened = AppTest.from_file(APP, default_timeout=60)
    for name, value in {"amine": DIAZEPANE, "carbonyl": THIOPHENE, "page": "Peaks"}.items():
        opened.query_params[name] = value
    return opened.run()


def said(app: AppTest) -> str:
    """Collect what stands on the page."""
    return " ".join(str(m.value) for m in app.markdown).replace("\u00a0", " ")


def test_without_a_list_it_says_what_to_look_for(app: AppTest) -> None:
    """Species, steps and difficulty are there before anything is pasted."""
    assert not app.exception
    assert not app.error
    assert "Quench" in said(app)
    assert "Difficulty" in said(app)
    assert {"download_species.csv", "download_separation.csv"} <= {b.key for b in app.get("download_button")}
    assert "download_peaks.csv" not in {b.key for b in app.get("download_button")}


def test_a_pasted_list_is_assigned_and_stays(app: AppTest) -> None:
    """Peaks are named and added up by degree; the list is still there after a look at another page."""
    app.text_area(key="pasted_peaks").set_value(LIST).run()
    assert not app.exception
    assert not app.error
    assert "(72 %)" in said(app).replace("\\", "")
    assert "download_peaks.csv" in {b.key for b in app.get("download_button")}
    for page in ("Model", "Peaks"):
        app.session_state["page"] = page
        app.run()
    assert app.text_area(key="pasted_peaks").value == LIST


def test_a_list_that_cannot_be_read_is_one_line(app: AppTest) -> None:
    """The error names the line; the rest of the page stays."""
    app.text_area(key="pasted_peaks").set_value("m/z;Area\n-5;3\n").run()
    assert not app.exception
    assert len(app.error) == 1
    assert "line 2" in app.error[0].value
    assert "Difficulty" in said(app)


def test_sticks_are_the_peaks() -> None:
    """One stick a peak, the highest is 1, each of a stated sort."""
    table = planner.identify(DIAZEPANE, THIOPHENE, LIST, draws=8)
    frame = spectrum_chart(table).data["peaks"]
    assert list(frame["mz"]) == [peak.mz for peak in table.peaks.peaks]
    assert frame["height"].max() == 1.0
    assert set(frame["sort"]) <= set(SORTS)
    assert list(frame["sort"])[:2] == [SORTS[0], SORTS[2]]


def test_curves_are_those_of_the_compounds() -> None:
    """Each compound has its curve between 0 and 1; the windows are drawn unless acid is refused."""
    run = planner.purification(DIAZEPANE, THIOPHENE, draws=8)
    picture = extraction_chart(run)
    assert set(picture.data["extraction"]["compound"]) == {part.name for part in run.parts}
    assert picture.data["extraction"]["share"].between(0, 1).all()
    assert list(picture.data["windows"]["pH"]) == [run.scheme.low, run.scheme.high]
    refused = planner.purification(DIAZEPANE, THIOPHENE, draws=8, reductant="NaBH3CN")
    assert extraction_chart(refused).data["windows"].empty


@pytest.mark.parametrize("kind", ["spectrum", "extraction", "flow"])
def test_pictures_are_drawn_for_print(kind: str) -> None:
    """All become SVG, with nothing that cannot be drawn."""
    if kind == "spectrum":
        picture = spectrum_chart(planner.identify(DIAZEPANE, THIOPHENE, LIST, draws=8))
    else:
        draw = extraction_chart if kind == "extraction" else flow_chart
        picture = draw(planner.purification(DIAZEPANE, THIOPHENE, draws=8))
    svg = picture.svg()
    assert svg.startswith("<svg")
    assert "NaN" not in svg


def test_the_flow_holds_the_steps_in_their_order() -> None:
    """One box a step from top to bottom, an arrow between each two, pH and what a window takes written in."""
    for reductant in ("STAB", "NaBH4", "NaBH3CN"):
        run = planner.purification(DIAZEPANE, THIOPHENE, draws=8, reductant=reductant)
        picture = flow_chart(run)
        boxes, arrows = picture.data["steps"], picture.data["arrows"]
        assert list(boxes["words"]) == [step.words for step in run.steps]
        assert boxes["place"].is_monotonic_decreasing
        assert len(arrows) == len(run.steps) - 1
        assert (boxes["bottom"] > boxes["top"]).all()
        for step, detail in zip(run.steps, boxes["detail"], strict=True):
            assert ("pH" in detail) == (step.pH is not None)
    windows = [d for s, d in zip(run.steps, boxes["detail"], strict=True) if s.title == "Second window"]
    assert all("mono" in detail for detail in windows)


def test_the_page_draws_the_flow_and_lists_the_species_once(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rerun with a list, a purification and a table works the species out from what is there already."""
    counted: list[object] = []
    monkeypatch.setattr(
        "planner.mixtures.purification.species_of", lambda p: counted.append(p) or species_of(p)
    )
    monkeypatch.setattr(
        "planner.mixtures.identification.species_of", lambda p: counted.append(p) or species_of(p)
    )
    app.text_area(key="pasted_peaks").set_value(LIST).run()
    assert not app.exception
    assert not counted


def test_the_page_divides_areas_by_a_detector(app: AppTest) -> None:
    """With UV named the areas become moles, and what UV does not see is said."""
    app.text_area(key="pasted_peaks").set_value(LIST)
    app.selectbox(key="peak_detector").set_value("UV").run()
    assert not app.exception
    assert "expected response of UV" in said(app).replace("\\", "")


def test_an_uploaded_list_stays_while_another_page_is_open(app: AppTest) -> None:
    """A file and the detector that was named are there after a look at another page, until the file is taken away."""
    app.file_uploader(key="peak_file").set_value(("peaks.csv", LIST.encode(), "text/csv"))
    app.selectbox(key="peak_detector").set_value("UV").run()
    assert not app.error
    for page in ("Model", "Peaks"):
        app.session_state["page"] = page
        app.run()
    assert not app.exception
    assert "peaks.csv is kept from before" in said(app).replace("\\", "")
    assert "download_peaks.csv" in {b.key for b in app.get("download_button")}
    assert app.selectbox(key="peak_detector").value == "UV"
    app.button(key="forget_peak_file").click().run()
    assert "download_peaks.csv" not in {b.key for b in app.get("download_button")}
