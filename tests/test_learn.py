"""Learning from runs at the doors: commands, records, words, pictures and the page."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from streamlit.testing.v1 import AppTest

import planner
from learned_runs import PAIR, RUNS, learned
from places import Counted
from planner.app import queue
from planner.calibration.checking import Check, check_runs, parent_of
from planner.calibration.effects import before_learning, curve_rows, narrowing, split_of, split_rows
from planner.calibration.pictures import check_chart, curve_chart, narrowing_chart, split_chart
from planner.calibration.records import fit_record
from planner.calibration.runs import run_records
from planner.calibration.words import calibration_text, verdict_words
from planner.cli import main
from planner.errors import ParameterError
from planner.files.tables import read_csv
from planner.flask.procedure import Procedure
from planner.model.model import Model
from planner.model.parameters import load_model
from planner.plans.saved import save_plan
from planner.structures.pairs import read_pair

APP = str(Path(__file__).parents[1] / "streamlit_app.py")


def run(*words: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, list(words))


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the runs."""
    path = tmp_path_factory.mktemp("runs") / "runs.csv"
    path.write_text(RUNS, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def saved(table: Path) -> tuple[Path, Result]:
    """Learn on the command line."""
    path = table.with_name("my.toml")
    return path, run("calibrate", str(table), "--out", str(path))


def test_calibrate_says_before_after_and_what_was_learned(saved: tuple[Path, Result]) -> None:
    """The command writes the model, and says found, before, after, what was learned and how the fit went."""
    path, ran = saved
    assert ran.exit_code == 0, ran.stderr
    assert "wrote" in ran.stderr
    for words in ("Learned from 3 runs", "found", "before", "after", "What was learned", "How the fit went"):
        assert words in ran.stdout, words
    assert [line.split()[:3] for line in ran.stdout.splitlines()[3:6]] == [
        ["A", "unreacted", "18"],
        ["A", "mono", "66"],
        ["A", "di", "16"],
    ]
    calibration = load_model(path).calibration
    assert calibration is not None
    assert list(calibration.runs) == run_records(planner.read_runs(RUNS))


@pytest.mark.parametrize(
    "words",
    [
        ("predict", *PAIR, "--draws", "16"),
        ("compare", *PAIR, "--observed", "di=0.1", "--draws", "16"),
        ("species", *PAIR, "--draws", "16"),
        ("purify", *PAIR, "--draws", "16"),
        ("models",),
        ("sites", PAIR[0]),
    ],
)
def test_every_command_takes_the_file_of_a_calibrated_model(
    saved: tuple[Path, Result], words: tuple[str, ...]
) -> None:
    """What takes a folder of models takes a calibrated model."""
    ran = run(*words, "--models", str(saved[0]))
    assert ran.exit_code == 0, ran.stderr


def test_runs_inside_a_model_are_fitted_again(saved: tuple[Path, Result], tmp_path: Path) -> None:
    """A calibrated model is a table of runs: fitted again with the same seed it gives the same numbers."""
    again = tmp_path / "again.toml"
    ran = run("calibrate", str(saved[0]), "--out", str(again), "--format", "json")
    assert ran.exit_code == 0, ran.stderr
    record = json.loads(ran.stdout)
    assert record["model"]["sha256"] == load_model(saved[0]).sha256
    assert {"runs", "checks", "diagnostics", "identifiability", "parent", "version"} <= set(record)
    refused = run("calibrate", str(saved[0]), "--out", str(saved[0]))
    assert (refused.exit_code, "is an input too" in refused.stderr) == (2, True)


def test_next_says_what_to_run_and_writes_it_for_the_sheet(
    saved: tuple[Path, Result], tmp_path: Path
) -> None:
    """The next run comes in words and as JSON, as a table to fill, and as a prediction that the sheet takes."""
    held = ("--reductant", "STAB", "--models", str(saved[0]))
    save = tmp_path / "next.json"
    ran = run("next", *PAIR, *held, "--target", "mono", "--save", str(save))
    assert ran.exit_code == 0, ran.stderr
    for words in ("Next run of", "1. STAB", "points of the target", "ceiling"):
        assert words in ran.stdout, words
    sheet = run("sheet", str(save), "250 mg", "--models", str(saved[0]))
    assert sheet.exit_code == 0, sheet.stderr
    record = json.loads(run("next", *PAIR, *held, "--format", "json").stdout)
    assert {"procedures", "teaches_more", "gain", "ceiling", "stop", "reasons"} <= set(record)
    fill = tmp_path / "fill.csv"
    fill.write_text(run("next", *PAIR, *held, "--format", "csv").stdout, encoding="utf-8")
    row = read_csv(fill, ("run", "amine", "mono", "di"))[0]
    assert row["hold_time_h"] == record["procedures"][0]["hold_time_h"]
    assert row["mono"] is None
    assert row["run"] == "run 4"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("{runs}",), "Missing option '--out'"),
        (("{runs}", "--out", "{out}.csv"), "says that it is something else"),
        (("{nothing}", "--out", "{out}"), "it is not there"),
        (("{bad}", "--out", "{out}"), "row 2 (run A), column 'mono'"),
        (("{runs}", "--out", "{out}", "--peaks", "A={nothing}"), "holds what was found"),
        (("{runs}", "--out", "{out}", "--column", "mono"), "is not HEADING=NAME"),
        (("{runs}", "--out", "{out}", "--seed", "one"), "--seed"),
        (("{runs}", "--out", "{out}", "--seed", "-1"), "seed -1 is not usable"),
        (("{runs}", "--out", "{out}", "--column", "zzz=mono"), "'zzz' is no heading of this table"),
        (("{runs}", "--out", "{out}", "--models", "{mine}"), "has learned from runs already"),
    ],
)
def test_what_cannot_be_learned_from_is_one_line(
    saved: tuple[Path, Result], table: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    """Exit 2 with one line, and no file is written."""
    bad = tmp_path / "bad.csv"
    bad.write_text("run,amine,carbonyl,mono,di\nA,NCc1ccccc1,CCCC=O,much,1\n", encoding="utf-8")
    places = {
        "runs": table,
        "out": tmp_path / "out.toml",
        "nothing": tmp_path / "no.csv",
        "bad": bad,
        "mine": saved[0],
    }
    ran = run("calibrate", *(word.format(**places) for word in words))
    assert ran.exit_code == 2, ran.output
    assert said in ran.stderr
    assert not (tmp_path / "out.toml").exists()


def test_ctrl_c_ends_a_fit_cleanly(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt during the fit ends the command without a traceback and without a file."""

    def interrupted(*_: object, progress: Any, **__: object) -> Model:
        progress(0.2)
        raise KeyboardInterrupt

    monkeypatch.setattr(planner, "calibrate", interrupted, raising=False)
    out = tmp_path / "out.toml"
    ran = run("calibrate", str(table), "--out", str(out))
    assert ran.exit_code == 1
    assert "Aborted!" in ran.stderr
    assert not out.exists()


def test_peaks_are_what_was_found(stab: Any, tmp_path: Path) -> None:
    """A peak list fills the empty run of the table that the sheet wrote, and the fit takes it."""
    plan, fill, peaks = tmp_path / "plan.json", tmp_path / "fill.csv", tmp_path / "peaks.csv"
    save_plan(stab, plan)
    run("sheet", str(plan), "250 mg", "--runs", str(fill))
    peaks.write_text("m/z;Area\n108.0808;1200\n164.1434;30000\n220.2060;1500\n", encoding="utf-8")
    out = tmp_path / "out.toml"
    ran = run("calibrate", str(fill), "--out", str(out), "--peaks", f"1={peaks}", "--format", "csv")
    assert ran.exit_code == 0, ran.stderr
    assert "areas from its peaks" in ran.stderr
    assert ran.stdout.startswith("run,time_h,part,found,before")
    calibration = load_model(out).calibration
    assert calibration is not None
    assert (calibration.runs[0]["mono"], calibration.runs[0]["detector"]) == (30000.0, "MS")


def test_each_run_left_out_and_profiles_on_request(saved: tuple[Path, Result], tmp_path: Path) -> None:
    """On request every run is predicted from the others, and a sum is told to be closed or open on its sides."""
    out, name = tmp_path / "out.toml", "k_c2/k_c1"
    words = ("calibrate", str(saved[0]), "--out", str(out), "--leave-one-out", "--profile", name)
    ran = run(*words)
    assert ran.exit_code == 0, ran.stderr
    said = ran.stdout.partition("Each run as the others predict it")[2]
    assert [line.split(",")[0].strip() for line in said.splitlines()[1:10]] == [*"AAABBBCCC"]
    assert f"{name}: " in said.partition("Profiles")[2]
    record = json.loads(run(*words, "--format", "json").stdout)
    assert [one["part"] for one in record["left_out"][:3]] == ["unreacted", "mono", "di"]
    assert len(record["profiles"][0]["log_likelihood"]) == len(record["profiles"][0]["prior_sd"])
    refused = run("calibrate", str(saved[0]), "--out", str(tmp_path / "no.toml"), "--profile", "kc2/kc1")
    assert (refused.exit_code, (tmp_path / "no.toml").exists()) == (2, False)


# --- what is said ---


def test_checks_are_shares_with_ordered_intervals() -> None:
    """Each row's parts sum to 1, quantiles are in order, and learning narrowed the whole."""
    checks = check_runs(learned())
    by_run: dict[str, float] = {}
    for c in checks:
        by_run[c.run] = by_run.get(c.run, 0.0) + c.found
        assert 0 <= c.before_low <= c.before <= c.before_high <= 1
        assert 0 <= c.after_low <= c.after <= c.after_high <= 1
    assert all(math.isclose(total, 1.0) for total in by_run.values())
    before = sum(c.before_high - c.before_low for c in checks)
    assert sum(c.after_high - c.after_low for c in checks) < 0.5 * before
    assert all(c.is_inside for c in checks)


def test_checks_of_other_kinds_of_runs() -> None:
    """A conversion, a ratio and samples in time are checked as what they are."""
    runs = planner.read_runs(
        "run,amine,carbonyl,hold (h),time_h,kind,conversion,mono,di\n"
        "A,NCc1ccccc1,CCCC=O,16,2,ratio,,9,1\nA,,,16,,ratio,,6,1\nB,NCc1ccccc1,CCCC=O,16,,conversion,85,,\n"
    )
    checks = check_runs(planner.calibrate(runs))
    assert [(c.run, c.time_h, c.part) for c in checks] == [
        ("A", 2.0, "mono"),
        ("A", 2.0, "di"),
        ("A", None, "mono"),
        ("A", None, "di"),
        ("B", None, "unreacted"),
        ("B", None, "mono + di"),
    ]
    assert checks[-1].found == pytest.approx(0.85)


def test_nothing_learned_has_nothing_to_check() -> None:
    """A model without runs is refused with what to do."""
    with pytest.raises(ParameterError, match="planner calibrate RUNS --out FILE"):
        check_runs(load_model())


def test_no_number_without_its_width() -> None:
    """Each verdict that is told states how much of its width is left; what was not learned is counted."""
    calibration = learned().calibration
    assert calibration is not None
    words = verdict_words(calibration)
    told = [line for line in words if ": " in line and "not learned" not in line]
    assert told
    assert all("% of its width before" in line for line in told)
    asked = [v for v in calibration.verdicts if v["kind"] != "term"]
    n_open = sum(v["verdict"] == "not learned" for v in asked)
    assert any(line.startswith(f"{n_open} others are not learned") for line in words)
    rows, columns = calibration.verdict_rows()
    assert columns[:5] == ("name", "prior_sd", "posterior_sd", "ratio", "verdict")
    assert len(rows) == len(calibration.verdicts)


def test_the_record_says_what_the_text_says() -> None:
    """JSON and table hold the same numbers."""
    checks = check_runs(learned())
    record = json.loads(json.dumps(fit_record(learned(), checks)))
    assert [Check(**c) for c in record["checks"]] == list(checks)
    assert record["identifiability"] == [dict(v) for v in learned().calibration.verdicts]  # type: ignore[union-attr]
    assert all(line in calibration_text(learned(), checks) for line in record["diagnostics"])


# --- what it changed ---


def test_before_is_the_prior_of_the_fit() -> None:
    """Before learning a model is wider than its parent, and knows none of the runs."""
    asked, pair = Procedure(reductant="STAB"), read_pair(*PAIR, load_model())
    before, after, parent = (
        split_of(m, pair, asked, 1).target_fraction
        for m in (before_learning(learned()), learned(), parent_of(learned()))
    )
    assert before.high - before.low > parent.high - parent.low
    assert after.high - after.low < 0.5 * (before.high - before.low)
    calibration = before_learning(learned()).calibration
    assert calibration is not None
    assert not calibration.rows
    assert parent_of(learned()).sha256 == load_model().sha256


def test_narrowing_begins_with_none_and_ends_with_all() -> None:
    """The first step is the prior of the fit, the last the model itself; the second knows one run."""
    asked, pair = Procedure(reductant="STAB"), read_pair(*PAIR, load_model())
    steps = narrowing(learned(), pair, asked, 1, lambda done, words: None)
    assert [step.n_runs for step in steps] == [0, 1, 2, 3]
    assert steps[0].target == split_of(before_learning(learned()), pair, asked, 1).target_fraction
    assert steps[-1].target == split_of(learned(), pair, asked, 1).target_fraction
    assert steps[1].width < steps[0].width
    assert narrowing_chart(steps, 1).data["narrowing"]["runs"].tolist() == [0, 1, 2, 3]


def test_pictures_hold_what_was_computed() -> None:
    """Every picture shows the rows that it was given, and can be drawn."""
    asked, pair = Procedure(reductant="STAB"), read_pair(*PAIR, load_model())
    before, after = (split_of(m, pair, asked, 1) for m in (before_learning(learned()), learned()))
    rows, curve = split_rows(before, after), curve_rows(learned(), pair, asked, 1)
    checks = check_runs(learned())
    assert [row["fraction"] for row in rows] == [p.fraction for s in (before, after) for p in s.products]
    at_one = next(r for r in curve if r["when"] == "after" and r["carbonyl_equivalents"] == 1.0)
    assert at_one["fraction"] == pytest.approx(after.products[1].fraction, abs=1e-3)
    for picture, n_rows in (
        (split_chart(rows), len(rows)),
        (curve_chart(curve, 1), len(curve)),
        (check_chart(checks), 2 * len(checks)),
    ):
        assert len(next(iter(picture.data.values()))) == n_rows
        assert "<svg" in picture.svg()


# --- the page ---


def opened(**inputs: str) -> AppTest:
    """Open the page."""
    app = AppTest.from_file(APP, default_timeout=120)
    for name, value in {"page": "Learn", **inputs}.items():
        app.query_params[name] = value
    return app.run()


def uploaded(app: AppTest, text: str, name: str = "runs.csv") -> AppTest:
    """Upload a file."""
    app.segmented_control(key="runs_way").set_value("Upload").run()
    return app.file_uploader(key="run_file").set_value((name, text.encode(), "text/csv")).run()


def keys(app: AppTest, kind: str) -> set[str]:
    """Name the elements of a kind."""
    return {element.key for element in app.get(kind)}


def said(app: AppTest) -> str:
    """Collect what stands on the page."""
    return " ".join(str(m.value) for m in app.markdown).replace("\\", "")


def test_the_page_begins_with_a_table_to_fill() -> None:
    """Without runs there is the procedure at the left to fill in, nothing to learn from and no error."""
    app = opened(carbonyl_equivalents="1.2")
    assert not app.exception
    assert not app.error
    assert "fit" not in keys(app, "button")
    assert "download_runs.csv" in keys(app, "download_button")
    assert app.session_state["typed_runs"][0]["carbonyl_equivalents"] == "1.2"
    app.button(key="add_run").click().run()
    assert [row["run"] for row in app.session_state["typed_runs"]] == ["A", "B"]


def test_three_runs_are_learned_from_and_every_page_answers_with_them() -> None:
    """Upload, learn, see what was learned; the Plan page uses it until it is switched off."""
    app = uploaded(opened(), RUNS)
    assert not app.error
    app.button(key="fit").click().run()
    assert not app.exception
    assert not app.error
    assert "Learned from 3 runs of NCc1ccccc1 + CCCC=O" in said(app)
    files = {"download_calibrated.toml", "download_checks.csv", "download_learned.csv"}
    assert files <= keys(app, "download_button")
    answered = {}
    for use in (True, False):
        app.session_state["page"] = "Learn"
        app.run()
        if app.toggle(key="use_learned").value != use:
            app.toggle(key="use_learned").set_value(use).run()
        app.session_state["page"] = "Plan"
        app.run()
        answered[use] = "Learned from 3 runs of this pair" in said(app)
    assert answered == {True: True, False: False}


def test_an_uploaded_file_stays_while_another_page_is_open() -> None:
    """Leave the page and come back: file, way and what was told of its columns are there, until it is taken away."""
    app = uploaded(opened(), RUNS.replace("detector", "colour"))
    app.selectbox(key="column_colour").set_value("leave it out").run()
    assert "fit" in keys(app, "button")
    for page in ("Model", "Learn"):
        app.session_state["page"] = page
        app.run()
    assert not app.exception
    assert not app.error
    assert "runs.csv is kept from before" in said(app)
    assert "fit" in keys(app, "button")
    app.button(key="forget_run_file").click().run()
    assert "fit" not in keys(app, "button")
    assert "kept from before" not in said(app)


def test_a_saved_model_is_opened_by_upload(saved: tuple[Path, Result]) -> None:
    """A calibrated model shows what it learned without a fit; a broken one is one line with its name."""
    app = uploaded(opened(), saved[0].read_text(encoding="utf-8"), "mine.toml")
    assert not app.error
    assert "Learned from 3 runs" in said(app)
    app = uploaded(opened(), "format = 2\n", "broken.toml")
    assert "broken.toml" in app.error[0].value.replace("\\", "")
    assert not app.exception


def test_another_pair_is_said() -> None:
    """Where the inputs are of another pair, the page says so and shows neither split nor next run."""
    app = uploaded(opened(), RUNS)
    app.button(key="fit").click().run()
    box = app.selectbox(key="amine")
    box.options.append("CNCc1ccccc1")  # the test's own boxes take listed ones only
    box.set_value("CNCc1ccccc1").run()
    assert not app.exception
    assert any("another pair" in warning.value for warning in app.warning)
    assert "find_next" not in keys(app, "button")


def test_unknown_headings_are_asked_for() -> None:
    """A column that no word tells is asked for with a guess; when all are told the runs are there."""
    text = RUNS.replace(";mono;", ";product;").replace("detector", "colour")
    app = uploaded(opened(), text)
    assert not app.error
    assert {"column_product", "column_colour"} <= keys(app, "selectbox")
    assert "fit" not in keys(app, "button")
    assert app.selectbox(key="column_product").value is None, "a product may be any degree"
    app.selectbox(key="column_product").set_value("mono")
    app.selectbox(key="column_colour").set_value("leave it out").run()
    assert not app.error
    assert "fit" in keys(app, "button")


def test_a_wrong_cell_is_one_line_on_the_page() -> None:
    """What cannot be read is said with row and column, and the page stays."""
    app = uploaded(opened(), RUNS.replace("66", "-66"))
    assert not app.exception
    assert "row 2" in app.error[0].value
    assert "mono" in app.error[0].value
    assert "runs_way" in {c.key for c in app.get("button_group")}


def test_an_app_started_with_a_calibrated_model_shows_it(
    saved: tuple[Path, Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`planner app --models my.toml` shows what was learned, and new runs are learned from with its parent."""
    from planner.app import answers

    monkeypatch.setattr("sys.argv", ["app", "--models", str(saved[0])])
    answers.the_first_model.clear()
    try:
        app = opened()
        assert "Learned from 3 runs" in said(app)
        assert "fit" not in keys(app, "button")
        app = uploaded(app, RUNS.partition("C;NCc")[0])
        app.button(key="fit").click().run()
        assert not app.error
        assert "Learned from 2 runs" in said(app)
        app.session_state["page"] = "Plan"
        assert "Learned from 2 runs of this pair" in said(app.run())
    finally:
        answers.the_first_model.clear()


def test_what_is_asked_for_is_worked_out(saved: tuple[Path, Result]) -> None:
    """Run by run, left out, shares and a profile are worked out on request."""
    app = uploaded(opened(), saved[0].read_text(encoding="utf-8"), "mine.toml")
    for key in ("show_left_out", "show_narrowing", "show_learned_shares"):
        app.toggle(key=key).set_value(True).run()
        assert not app.exception
        assert not app.error, key
    assert "A, mono: found 66, " in said(app)
    assert "download_narrowing.svg" in keys(app, "download_button")
    assert any("before" in frame.value.columns and "after" in frame.value.columns for frame in app.dataframe)
    app.selectbox(key="profiled").set_value("k_c2/k_c1").run()
    assert "ln L at -3 and +3 prior sd" in said(app)


def test_the_next_run_is_a_click_from_its_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find the next run, see why, open its sheet, put it into the inputs; fit and search waited in the queue."""
    places = Counted()
    monkeypatch.setattr(queue, "_places", lambda: places)
    app = uploaded(opened(reductants="STAB", additions="all_at_once"), RUNS)
    app.button(key="fit").click().run()
    app.button(key="find_next").click().run()
    assert not app.exception
    assert not app.error
    assert (places.asked, places.taken, places.given_back) == (3, 2, 2)
    assert "ceiling" in said(app)
    assert "download_next_runs.csv" in keys(app, "download_button")
    app.toggle(key="next_sheet").set_value(True).run()
    assert not app.error
    assert {"download_run_sheet.html", "download_charges.csv"} <= keys(app, "download_button")
    app.button(key="open_next").click().run()
    assert not app.exception
    assert app.session_state["page"] == "Plan"
    assert app.session_state["reductant"] == "STAB"


def test_draws_are_those_of_the_session_that_asks() -> None:
    """The app keeps draws by the model that they are of: a session that learned does not answer for another."""
    from planner.app import answers
    from tests.test_discrepancy import child

    first, learned = answers.the_first_model(), child(spread=0.5)
    drawn = [answers._draws_of(model.sha256, 16, model) for model in (first, learned, first)]
    assert drawn[0].names != drawn[1].names
    assert drawn[0] is drawn[2]
