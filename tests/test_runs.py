"""Runs: tables of runs as people write them are read as what was done and found, or refused in one line."""

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

import planner
from planner.calibration.headings import CHARGES, COLUMNS, lore, read_heading, units
from planner.calibration.runs import Run, read_run_table, read_runs, run_records, run_rows
from planner.calibration.sources import BLANK
from planner.errors import ParameterError, PlannerError, ProcedureError, RegulatedError, TableError
from planner.files.tables import csv_text
from planner.flask.fields import ADDITIONS, FIELDS
from planner.flask.procedure import Procedure

AMINE, CARBONYL = "NCc1ccccc1", "CCCC=O"
PAIR = {"amine": AMINE, "carbonyl": CARBONYL}
AT_ONCE = next(iter(ADDITIONS))
UNCLEAR = "may be two"
AREAS = "run,detector,unreacted,mono,di\n"


def read(text: str) -> tuple[Run, ...]:
    """Read a table of benzylamine and butanal."""
    return read_runs(text, **PAIR)


def refusal(text: str, **more: str) -> str:
    """Return the one line that refuses a table."""
    with pytest.raises(PlannerError) as caught:
        read_runs(text, **{**PAIR, **more})
    assert "\n" not in str(caught.value)
    return str(caught.value)


def called(title: str) -> str:
    """Name the column that a heading is taken as, or say that it may be two."""
    try:
        found = read_heading(title)
    except TableError as error:
        return UNCLEAR if " may be " in str(error) else str(error)
    return "" if found is None else found.name


@pytest.mark.parametrize(
    ("heading", "cell", "field", "value"),
    [
        ("T / °C", "30", "temperature_C", 30.0),
        ("Temperatur [K]", "298.15", "temperature_C", 25.0),
        ("T", "rt", "temperature_C", 25.0),
        ("temp_F", "77", "temperature_C", 25.0),
        ("conc (mol/L)", "0.1", "concentration_M", 0.1),
        ("Konzentration / mM", "100", "concentration_M", 0.1),
        ("hold (min)", "90", "hold_time_h", 1.5),
        ("Rührzeit in Std.", "1,5", "hold_time_h", 1.5),
        ("reaction time", "90 min", "hold_time_h", 1.5),
        ("eq aldehyde", "1.05", "carbonyl_equivalents", 1.05),
        ("Keton (Äquiv.)", "1,05", "carbonyl_equivalents", 1.05),
        ("AcOH (mol%)", "50", "acid_equivalents", 0.5),
        ("acid", "50 mol %", "acid_equivalents", 0.5),
        ("Reinheit Amin (%)", "95", "amine_purity", 0.95),
        ("aldehyde assay", "95 %", "carbonyl_purity", 0.95),
        ("Lösungsmittel", "MeOH", "solvent", "MeOH"),
        ("reducing agent", "NaBH4", "reductant", "NaBH4"),
        ("drying", "molecular sieves", "water", "sieves"),
        ("hydride portions", "3", "hydride_portions", 3),
    ],
)
def test_headings_in_other_words_and_units_say_the_same(
    heading: str, cell: str, field: str, value: object
) -> None:
    """A column is its words and its unit, in English or German, and a cell may state its own unit."""
    extra = ";hydride_time_h;addition" if field == "hydride_portions" else ""
    rest = f";1;{AT_ONCE}" if extra else ""
    run = read(f"run;{heading};mono;di{extra}\nA;{cell};3;1{rest}\n")[0]
    assert getattr(run.procedure, field) == value


@pytest.mark.parametrize("name", [n for n in FIELDS if FIELDS[n].unit == "h"])
def test_minutes_and_hours_of_every_time_are_the_same_time(name: str) -> None:
    """A time in minutes, in its heading or its cell, is the same number of hours."""
    words = name.removesuffix("_h").replace("_", " ")
    in_heading, in_cell = read_heading(f"{words} (min)"), read_heading(f"{words}")
    assert in_heading is not None
    assert in_cell is not None
    assert in_heading.name == in_cell.name == name
    assert in_heading.unit is not None
    assert in_heading.unit.taken(90.0) == 1.5


def test_every_word_leads_to_its_column() -> None:
    """Each word, with each unit of its column, names that column or a charge of moles, or is refused as unclear."""
    for name, column in lore()["columns"].items():
        for word in column["words"]:
            for unit in [u.text for u in units(column["is"]).values()] or [""]:
                for written in (
                    (f"{word} ({unit})", f"{word} / {unit}", f"{word} {unit}") if unit else (word,)
                ):
                    found = called(written)
                    is_charge = found in CHARGES and unit in lore()["units"]["charged"]
                    assert found in (name, UNCLEAR) or is_charge or (found and not unit), written


PARTNERS = {
    "amine": ("amine", "Amin", "n(amine)", "amine charged", "Einwaage Amin"),
    "carbonyl": (
        "aldehyde",
        "Keton",
        "Ketone",
        "carbonyl compound",
        "moles of aldehyde",
        "Aldehyd eingesetzt",
    ),
}
MOLES = {"mmol": 1.0, "mol": 1e3, "µmol": 1e-3}
WEIGHED = ("mg", "g", "kg", "mL", "µL", "L")


@pytest.mark.parametrize("amine", PARTNERS["amine"])
@pytest.mark.parametrize("carbonyl", PARTNERS["carbonyl"])
def test_moles_of_both_partners_are_equivalents(amine: str, carbonyl: str) -> None:
    """However they are called and in whatever unit: their ratio is the equivalents, and none was found."""
    for unit, factor in MOLES.items():
        table = read_run_table(
            f"run;{amine} ({unit});{carbonyl} (mmol);mono;di\nA;2;{2.5 * factor};3;1\n", **PAIR
        )
        assert table.runs[0].procedure.carbonyl_equivalents == pytest.approx(1.25)
        assert dict(table.runs[0].observed) == {"mono": 3.0, "di": 1.0}
        assert any("carbonyl_equivalents are worked out from" in remark for remark in table.remarks)


@pytest.mark.parametrize("words", [word for words in PARTNERS.values() for word in words])
def test_a_charge_alone_is_refused_and_one_beside_equivalents_is_left_out(words: str) -> None:
    """Masses, volumes and moles of one partner are never found; beside equivalents they are left out, with words."""
    for unit in (*WEIGHED, *MOLES):
        title = f"{words} ({unit})"
        said = refusal(f"run;{title};mono;di\nA;2;3;1\n")
        assert f"column {title!r} is what was charged" in said
        assert "write carbonyl_equivalents" in said
        table = read_run_table(f"run;{title};carbonyl_equivalents;mono;di\nA;2;1.5;3;1\n", **PAIR)
        assert table.runs[0].procedure.carbonyl_equivalents == 1.5
        assert dict(table.runs[0].observed) == {"mono": 3.0, "di": 1.0}
        assert any(remark == f"columns not used: {title}" for remark in table.remarks)


def test_equivalents_of_the_amine_are_the_measure_of_the_others() -> None:
    """With an amine of other than one equivalent all others are divided by it; one equivalent changes nothing."""
    head = "run;amine (eq);aldehyde (eq);hydride (eq);mono;di\n"
    for amine, expected in (("1", (1.5, 2.0)), ("1.25", (1.2, 1.6))):
        procedure = read(f"{head}A;{amine};1.5;2;3;1\n")[0].procedure
        assert (procedure.carbonyl_equivalents, procedure.reductant_equivalents) == pytest.approx(expected)
    own = "run;amine (eq);carbonyl_equivalents;mono;di\nA;1.25;1.5;3;1\n"
    assert "carbonyl_equivalents are per amine" in refusal(own)


def test_charges_that_do_not_fit_together_are_refused() -> None:
    """One of two moles missing, equivalents that differ from them, no unit, and a material that may be a charge."""
    head = "run;amine (mmol);aldehyde (mmol);mono;di\n"
    assert "no amine; fill in both" in refusal(f"{head}A;;2;3;1\n")
    assert "no carbonyl; fill in both" in refusal(f"{head}A;2;;3;1\n")
    assert "'250 mg' is not usable" in refusal(f"{head}A;2;250 mg;3;1\n")
    stated = "run;amine (mmol);aldehyde (mmol);carbonyl_equivalents;mono;di\nA;1;1.2;{};3;1\n"
    assert "the charges make it 1.2" in refusal(stated.format(1))
    assert read(stated.format(1.19))[0].procedure.carbonyl_equivalents == 1.19
    assert "'M' is no unit" in refusal("run;amine (M);mono;di\nA;1;3;1\n")
    assert "without a unit" in refusal("run;amine used;aldehyde (mmol);mono;di\nA;1;2;3;1\n")
    for word in ("SM", "Edukt", "starting material"):
        assert called(f"{word} (mmol)") == UNCLEAR
        assert called(f"{word} (area%)") == "unreacted"


def test_own_names_are_their_own() -> None:
    """Every column of the contract is read as itself, in any letters."""
    for name in COLUMNS:
        for written in (name, name.upper()):
            found = read_heading(written)
            assert found is not None
            assert (found.name, found.is_own) == (name, True)


numbers = st.floats(0.001, 999.0).map(lambda x: round(x, 3)).filter(lambda x: x > 0)


@settings(max_examples=60, deadline=None)
@given(
    areas=st.lists(numbers, min_size=3, max_size=3),
    separator=st.sampled_from([";", "\t", "|"]),
    mark=st.sampled_from([".", ","]),
    newline=st.sampled_from(["\n", "\r\n"]),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_separators_marks_and_encodings_do_not_matter(
    areas: list[float], separator: str, mark: str, newline: str, codec: str
) -> None:
    """The same numbers come out of every way in which a spreadsheet writes them."""
    head = separator.join(["Versuch", "Temperatur (°C)", "SM (Fläche)", "mono (Fläche)", "bis (Fläche)"])
    cells = [f"{x:.4f}".replace(".", mark) for x in (20.5, *areas)]
    content = newline.join([head, separator.join(["Ä1", *cells]), ""]).encode(codec)
    run = read_runs(content, **PAIR)[0]
    assert [value for _, value in run.observed] == areas
    assert (run.run, run.kind, run.procedure.temperature_C) == ("Ä1", "area", 20.5)


amounts = st.floats(0, 1e9, allow_nan=False).map(lambda x: float(f"{x:.6g}"))
texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=12
).map(lambda text: " ".join(text.split()))


@st.composite
def some_runs(draw: st.DrawFn) -> Run:
    """Any run of benzylamine and butanal that can be written."""
    kind = draw(st.sampled_from(["area", "ratio", "mol", "conversion"]))
    if kind == "conversion":
        observed: tuple[tuple[str, float], ...] = (
            ("conversion", draw(st.floats(0, 100).map(lambda x: round(x, 2)))),
        )
    elif kind == "mol":
        mono, di = draw(st.floats(1, 60)), draw(st.floats(1, 39))
        observed = (("unreacted", 100.0 - mono - di), ("mono", mono), ("di", di))
    else:
        observed = (("mono", draw(amounts)), ("di", 1.0 + draw(amounts)))
    return Run(
        run=draw(st.sampled_from(["1", "A", "=2", "run 3"])),
        **PAIR,
        procedure=Procedure(
            temperature_C=draw(st.none() | st.floats(-20, 60)),
            carbonyl_equivalents=draw(st.none() | st.floats(0.5, 3)),
            carbonyl_purity=draw(st.none() | st.floats(0.5, 1)),
        ),
        time_h=draw(st.none() | st.floats(0, 1)),
        kind=kind,
        observed=observed,
        detector=draw(st.sampled_from(["UV", "MS"])) if kind == "area" else None,
        responses=((1, draw(st.floats(0.1, 9))),) if kind == "area" else (),
        note=draw(st.just("") | texts.filter(lambda t: t not in BLANK)),
    )


@settings(max_examples=60, deadline=None)
@given(run=some_runs())
def test_writing_and_reading_gives_the_same_runs(run: Run) -> None:
    """Records, a CSV and a frame of runs read back are the same runs."""
    rows, columns = run_rows([run])
    assert read_runs(run_records([run])) == (run,)
    assert read_runs(csv_text(rows, columns)) == (run,)
    assert read_runs(pd.DataFrame(rows, columns=list(columns))) == (run,)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        *((word, "run") for word in ("Lauf", "Versuch", "Versuch Nr.")),
        *(
            (word, "unreacted")
            for word in ("Ausgangsmaterial", "Startmaterial", "RSM", "SM", "amine remaining")
        ),
        *((word, "carbonyl_left") for word in ("aldehyde remaining", "remaining ketone")),
    ],
)
def test_what_is_left_has_many_names(word: str, name: str) -> None:
    """Names of a run and of what is left of a partner, with and without a unit of areas."""
    assert called(word) == name
    assert name == "run" or called(f"{word} (area%)") == called(f"{word}, %") == name


@pytest.mark.parametrize("cell", BLANK)
def test_a_cell_of_which_nothing_is_known_is_empty(cell: str) -> None:
    """However that is written, in a text and in a frame; it is not 0."""
    texts_and_frames = (
        f"run;T;unreacted;mono;di\nA;{cell};{cell};3;1\n",
        [{"T": cell, "unreacted": cell, "mono": 3, "di": 1}],
    )
    for table in texts_and_frames:
        run = read_runs(table, **PAIR)[0]
        assert (run.observed, run.procedure.temperature_C) == ((("mono", 3.0), ("di", 1.0)), None)


@pytest.mark.parametrize("about", ["~", "~ ", "≈", "ca. ", "ca ", "approx. ", "about "])
def test_about_a_number_is_the_number(about: str) -> None:
    """A number that was read off is taken as it stands; a word before no number is still refused."""
    run = read(f"run;T;mono;di\nA;{about}30;{about}95,5 %;5\n")[0]
    assert (run.procedure.temperature_C, run.observed) == (30.0, (("mono", 95.5), ("di", 5.0)))
    assert "is not usable" in refusal(f"run;T;mono;di\nA;{about}warm;3;1\n")


@pytest.mark.parametrize(
    "title", ["mono:di", "mono / bis", "ratio mono:di", "mono/di ratio", "mono : di (mol)"]
)
@pytest.mark.parametrize("cell", ["20:1", "20 : 1", "20/1", "20", "~20:1", "40:2"])
def test_a_ratio_of_two_degrees_is_two_numbers(title: str, cell: str) -> None:
    """A heading of two degrees and a cell of two numbers is a row of kind ratio, whatever the numbers are times."""
    run = read(f"run;T;{title}\nA;25;{cell}\n")[0]
    found = dict(run.observed)
    assert (run.kind, set(found)) == ("ratio", {"mono", "di"})
    assert found["mono"] / found["di"] == 20.0


def test_ratios_of_three_of_areas_and_none() -> None:
    """Three degrees take three numbers, a unit or a kind says areas, and what is no such ratio is refused."""
    assert read("run;T;amine:mono:di\nA;25;2:20:1\n")[0].observed == (
        ("unreacted", 2.0),
        ("mono", 20.0),
        ("di", 1.0),
    )
    assert read("run;detector;mono:di (area)\nA;UV;20:1\n")[0].kind == "area"
    assert read("run;kind;mono:di\nA;area;20:1\n")[0].kind == "area"
    for cell in ("20:1:3", "much", "> 20:1", "20:one", ":"):
        assert "row 2, column 'mono:di'" in refusal(f"run;T;mono:di\nA;25;{cell}\n")
    for other in ("unreacted", "unreacted (mol)", "SM"):
        assert "does not tell how much" in refusal(f"run;{other};mono:di\nA;3;20:1\n")
        assert read(f"run;{other};mono:di\nA;;20:1\n")[0].kind == "ratio"
    assert "are both mono" in refusal("run;mono;mono:di\nA;2;20:1\n")


def test_names_of_runs_stand_in_a_table_as_they_are() -> None:
    """A number that names a run has no apostrophe, a text that a spreadsheet would calculate keeps it."""
    names = ["1", "07", "A", "rank 1", "=1+1", "+A", "-x", "@b"]
    runs = read_runs([{**PAIR, "run": name, "mono": 3, "di": 1} for name in names])
    lines = csv_text(*run_rows(runs)).splitlines()[1:]
    assert [line.split(",")[0] for line in lines] == ["1", "'07", "A", "rank 1", "'=1+1", "'+A", "'-x", "'@b"]
    assert read_runs(csv_text(*run_rows(runs))) == runs


def test_rows_of_one_run_are_one_flask() -> None:
    """Later rows of a run may leave the procedure empty, and must not contradict it."""
    head = "run,time_h,T (°C),mono,di\n"
    runs = read(f"{head}A,1,30,5,1\nA,2,,7,1\nA,,,9,1\nB,,,9,1\n")
    assert [run.procedure.temperature_C for run in runs] == [30.0, 30.0, 30.0, None]
    assert [run.time_h for run in runs] == [1.0, 2.0, None, None]
    words = refusal(f"{head}A,1,30,5,1\nA,2,25,7,1\n")
    assert "row 3 (run A), column 'T (°C)'" in words
    assert "row 2" in words


def test_what_was_not_seen_is_nought_and_what_is_empty_is_not_known() -> None:
    """n.d., a trace and < 1 are 0 with a remark; an empty cell and a dash say nothing."""
    table = read_run_table(f"{AREAS}A,UV,n.d.,90,< 1\nB,UV,,90,10\nC,UV,-,90,n.n.\n", **PAIR)
    assert [run.observed for run in table.runs] == [
        (("unreacted", 0.0), ("mono", 90.0), ("di", 0.0)),
        (("mono", 90.0), ("di", 10.0)),
        (("mono", 90.0), ("di", 0.0)),
    ]
    assert any("unreacted, di not detected" in remark for remark in table.remarks)


def test_kinds_are_read_from_headings_and_refused_where_they_contradict() -> None:
    """Area %, mol % and a conversion are told by their heading; a kind that says otherwise is refused."""
    assert read("run,mono (area%),di (area%)\nA,3,1\n")[0].kind == "area"
    assert read("run,unreacted (mol%),mono (mol-%),di [mol %]\nA,10,80,10\n")[0].kind == "mol"
    assert read("run,T,conversion %\nA,25,85\n")[0].observed == (("conversion", 85.0),)
    assert "kind and headings say area and mol" in refusal("run,kind,mono (area%),di (area%)\nA,mol,3,1\n")
    assert read("run,kind,detector,unreacted\nA,conversion,,15 %\n")[0].observed == (("conversion", 85.0),)


def test_molar_fractions_are_per_cents() -> None:
    """A mol row that adds up to 1 is taken as fractions, with a remark."""
    table = read_run_table("run,kind,unreacted,mono,di\nA,mol,0.1,0.8,0.1\n", **PAIR)
    assert [value for _, value in table.runs[0].observed] == pytest.approx([10.0, 80.0, 10.0])
    assert any("fractions" in remark for remark in table.remarks)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{AREAS}A,UV,0,0,0\n", "row 2 (run A), columns unreacted, mono, di: all are 0"),
        (f"{AREAS}A,UV,,5,\n", "row 2 (run A), column 'mono': one component alone"),
        (f"{AREAS}A,UV,1,-5,2\n", "row 2 (run A), column 'mono': '-5' is negative"),
        (f"{AREAS}A,UV,1,inf,2\n", "row 2 (run A), column 'mono': 'inf' is not usable"),
        (f"{AREAS}A,UV,1,much,2\n", "row 2 (run A), column 'mono': 'much' is not usable"),
        (f"{AREAS}A,UVV,1,1,2\n", "row 2 (run A), column 'detector': 'UVV' is not usable"),
        ("run,T,conversion\nA,25,120\n", "row 2 (run A), column 'conversion': 120 is more than 100 %"),
        ("run,T,conversion\nA,25,0.9\n", "0.9 may be 90 % or 0.9 %"),
        ("run,kind,mono,di\nA,mol,60,10\n", "row 2 (run A), columns mono, di: mol % add up to 70"),
        ("run,reductant,mono,di\nA,NaBH5,6,1\n", "column 'reductant': unknown reductant 'NaBH5'"),
        ("run,solvent,mono,di\nA,MeOOH,6,1\n", "column 'solvent': unknown solvent 'MeOOH'"),
        ("run,tempreture,mono,di\nA,25,6,1\n", "column 'tempreture' (did you mean 'temperature'?)"),
        ("run,conc (µM),mono,di\nA,25,6,1\n", "'µM' is no unit of concentration_M"),
        ("run,hold (fortnights),mono,di\nA,1,6,1\n", "'fortnights' is no unit of hold_time_h"),
        ("run,hold,mono,di\nA,2 weeks,6,1\n", "column 'hold': '2 weeks' is not usable"),
        ("run,product (%),di,T\nA,1,6,25\n", "column 'product (%)' may be mono"),
        ("run,temp,T (°C),mono,di\nA,1,1,6,2\n", "'temp' and 'T (°C)' are both temperature_C"),
        ("run,carbonyl_purity,carbonyl_assay,mono,di\nA,0.9,0.8,6,2\n", "carbonyl_purity 0.9 differ"),
        ("run,amine purity,mono,di\nA,95,6,2\n", "write 0.95 for 95 %"),
        ("run,T,mono,di\nA,200,6,2\n", "column 'T': temperature_C 200 is out of range"),
        ("run,T,mono,tri\nA,20,6,2\n", "this amine has 2 reactive N-H"),
        ("run;T;mono;di\nA;20,5;6.5;2\n", "different decimal marks"),
        ("run;T;mono;di\nA;20;6,512;2\n", "6,512 may be 6.512 or 6512"),
        ("run,T,mono,di\nA,,,\n", "no row says what was found"),
        ("run,T,mono,di\n", "has a heading but no rows"),
        ("Dear all,\nthese are my runs\n", "no line is the heading of a table of runs"),
        ("", "no line is the heading of a table of runs"),
        ("run,T,mono,di\nA,25,1,2,3\n", "line 2: 5 cells; expected 4"),
        (f"run,addition,imine time (h),mono,di\nA,{AT_ONCE},2,1,2\n", "row 2 (run A), column 'imine time (h)'"),
    ],
)  # fmt: skip
def test_one_line_says_row_column_and_what_to_do(text: str, words: str) -> None:
    """Whatever is wrong with a table is said in one line, with the row and the column where it stands."""
    assert words in refusal(text + "\n")


def test_partners_are_checked_in_their_row() -> None:
    """A structure that cannot be planned is refused with its row; rows without one take the only one there is."""
    head = "run,amine,carbonyl,mono,di\n"
    assert "row 3 (run B), column 'amine'" in refusal(f"{head}A,NCCc1ccccc1,,1,2\nB,benzol,,1,2\n")
    assert "row 2 (run A), column 'amine': no amine" in refusal(f"{head}A,,CC=O,1,2\n", amine="")
    runs = read_runs(f"{head}A,{AMINE},{CARBONYL},1,2\nB,,,1,2\n")
    assert [(run.amine, run.carbonyl) for run in runs] == [(AMINE, CARBONYL)] * 2
    with pytest.raises(RegulatedError):
        read_runs(f"{head}A,CC(N)Cc1ccccc1,CC=O,1,2\n")


def test_a_sample_after_the_end_is_an_error_of_the_procedure() -> None:
    """A time after the run has ended is refused with the time at which it ends."""
    with pytest.raises(ProcedureError, match=r"row 2 \(run A\): time_h 5 is after the end of the run at 2 h"):
        read("run,hold (h),time (h),mono,di\nA,2,5,1,2\n")


def test_nothing_is_dropped_in_silence() -> None:
    """Lines before the heading, columns and rows that are not used, and how words were taken, are remarked."""
    text = "My runs of May\n\nrun,Operator,mono,di,T (K),detector\nA,me,5,1,300,UV\nB,me,,,300,UV\n"
    table = read_run_table(text, **PAIR)
    said = " / ".join(table.remarks)
    for words in (
        "before the heading (line 3)",
        "not used: Operator",
        "row 5: nothing was found",
        "temperature_C [K]",
    ):
        assert words in said, words
    assert table.runs[0].row == 4


def test_columns_are_mapped_by_hand() -> None:
    """A heading that no word knows is taken as the user says; its unit is still read."""
    text = "run,product (area%),Nebenprodukt,fridge (K),colour\nA,90,5,290,red\n"
    with pytest.raises(TableError):
        read_runs(text, **PAIR)
    mapped = {"product (area%)": "mono", "Nebenprodukt": "di", "fridge (K)": "temperature_C", "colour": ""}
    run = read_runs(text, columns=mapped, **PAIR)[0]
    assert run.observed == (("mono", 90.0), ("di", 5.0))
    assert run.procedure.temperature_C == pytest.approx(16.85)
    with pytest.raises(TableError, match="'colou' is no column"):
        read_runs(text, columns={"colour": "colou"}, **PAIR)
    for strange in ("zzz", "colours", "mono"):
        with pytest.raises(TableError, match=f"'{strange}' is no heading of this table"):
            read_runs(text, columns={**mapped, strange: "mono"}, **PAIR)
    for none in (5, {"colour": 5}, {5: "mono"}, ["colour"]):
        with pytest.raises(TableError, match=r"columns .* is not usable"):
            read_runs(text, columns=none, **PAIR)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="is no model"):
        read_runs(text, columns=mapped, model="models", **PAIR)  # type: ignore[arg-type]


def test_a_note_with_line_breaks_stays_one_row() -> None:
    """A cell with line breaks in quotes is one cell, and the rows below it keep their numbers."""
    runs = read('run,note,mono,di,detector\nA,"left\nopen",1,2,UV\nB,,1,2,UV\n')
    assert [(run.note, run.row) for run in runs] == [("left open", 2), ("", 4)]


def test_a_workbook_is_read_as_its_first_sheet(tmp_path: Path) -> None:
    """An Excel workbook says the same as its table as text; a broken one is refused in one line."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (
        ["My runs"],
        [],
        ["Run", "T / °C", "mono", "di", "detector"],
        ["A", 20.5, 66, 15.25, "UV"],
        ["B", None, 60, "n.d.", "UV"],
    ):
        book.active.append(row)
    path = tmp_path / "runs.xlsx"
    book.save(path)
    text = "Run;T / °C;mono;di;detector\nA;20.5;66;15.25;UV\nB;;60;n.d.;UV\n"
    assert read_runs(path, **PAIR) == read(text)
    assert read_runs(path, **PAIR)[0].row == 4
    assert "cannot be read" in refusal_of(path.read_bytes()[:200])


def refusal_of(content: bytes) -> str:
    """Return the line that refuses the content of a file."""
    with pytest.raises(TableError) as caught:
        read_runs(content, **PAIR)
    return str(caught.value)


def test_responses_are_relative_to_the_amine() -> None:
    """Response factors are divided by that of the amine, where one is given."""
    run = read("run,RRF mono,response factor di,response_unreacted,mono,di\nA,2,3,0.5,1,2\n")[0]
    assert run.responses == ((1, 4.0), (2, 6.0))


def test_a_table_of_recommendations_is_a_table_of_runs(tmp_path: Path) -> None:
    """The CSV of a plan with what was found written beside its rows is read; its other columns are left out."""
    plan = planner.recommend(AMINE, CARBONYL, reductants=("STAB",), top=2)
    path = tmp_path / "plan.csv"
    frame = plan.to_frame().assign(unreacted=[10.0, None], mono=[85.0, None], di=[5.0, None], detector="UV")
    frame.to_csv(path, index=False)
    table = read_run_table(path)
    procedure = plan.best.procedure
    assert len(table.runs) == 1
    assert table.runs[0].run == "1"
    assert {n: getattr(table.runs[0].procedure, n) for n in FIELDS} == {
        n: getattr(procedure, n) for n in FIELDS
    }
    assert any(re.search("not used: .*target_fraction", remark) for remark in table.remarks)


def test_runs_and_rows_of_many_kinds_are_taken() -> None:
    """Runs come back as they are; what is no table is refused."""
    runs = read(f"{AREAS}A,UV,1,2,3\n")
    assert read_runs(runs) == read_runs(list(runs)) == runs
    for nothing in (None, 5, [], object()):
        with pytest.raises(TableError):
            read_runs(nothing)
