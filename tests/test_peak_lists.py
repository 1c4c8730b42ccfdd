"""Peak lists as instruments export them and people paste them: read right, or refused in one clear line."""

import base64
import struct
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, strategies as st

from planner.errors import PlannerError, ProcedureError, TableError
from planner.files.exports import Headings, read_export
from planner.mixtures.peaks import Peak, PeakList, chosen_tolerance, read_peaks
from planner.mixtures.scans import joined

MASSHUNTER = """#"+ESI Scan (rt: 3.105 min) Frag=135.0V run12.d"
#Point,X(Thomsons),Y(Counts)
1,197.1107,120000
2,198.1137,15000
3,293.1141,40000.5
"""
XCALIBUR = """SPECTRUM - MS
run12.raw
ITMS + c ESI Full ms [80.00-700.00]
Scan #: 311
RT: 3.10
Data points: 3
m/z\tIntensity\tRelative\tCharge
197.1107\t120000.0\t100.00\t1
198.1137\t15000.0\t12.50\t1
293.1141\t40000.5\t33.33\t0
"""
LABSOLUTIONS = """[Header]
Application Name\tLabSolutions
Data File Name\tC:\\data\\run12.lcd

[MS Spectrum]
# of Raw Spectra\t1
m/z\tAbsolute Intensity\tRelative Intensity
197.1107\t120000\t100.00
198.1137\t15000\t12.50
293.1141\t40000.5\t33.33

[PDA Chromatogram]
Interval(msec)\t640
"""
MASSLYNX = "Mass\tIntensity\n197.1107\t120000\n198.1137\t15000\n293.1141\t40000.5\n"
EXCEL_GERMAN = (
    "Ret. Time [min];m/z;Fläche\n3,1;197,1107;120.000\n3,1;198,1137;15.000\n5,0;293,1141;40.000,5\n"
)
EXPECTED = [(197.1107, 120000.0), (198.1137, 15000.0), (293.1141, 40000.5)]


def pairs(found: PeakList) -> list[tuple[float, float | None]]:
    """List m/z and area."""
    return [(peak.mz, peak.area) for peak in found.peaks]


def flat(rows: Sequence[tuple[float, float | None]]) -> list[float | None]:
    """Write pairs in a row."""
    return [number for row in rows for number in row]


@pytest.mark.parametrize("text", [MASSHUNTER, XCALIBUR, LABSOLUTIONS, MASSLYNX, EXCEL_GERMAN])
def test_forms_of_the_usual_programs(text: str) -> None:
    """Lines before the heading, sections after the table, tabs, semicolons, decimal commas: one list."""
    assert pairs(read_peaks(text)) == EXPECTED
    assert pairs(read_peaks(text.encode("utf-16"))) == EXPECTED
    assert pairs(read_peaks(text.encode("cp1252"))) == EXPECTED
    assert pairs(read_peaks(text.replace("\n", "\r\n"))) == EXPECTED


def test_what_is_left_out_is_said() -> None:
    """Lines before the heading, other columns and what follows the table are remarked on."""
    said = " ".join(read_peaks(LABSOLUTIONS).remarks)
    assert "lines before the heading" in said
    assert "Relative Intensity" in said
    assert "[PDA Chromatogram]" in said


def test_charges_and_times() -> None:
    """Charge 0 is unknown; retention times come along."""
    assert [peak.charge for peak in read_peaks(XCALIBUR).peaks] == [1, 1, None]
    assert [peak.rt for peak in read_peaks(EXCEL_GERMAN).peaks] == [3.1, 3.1, 5.0]
    assert read_peaks("m/z,z\n99.059,2+\n").peaks[0].charge == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("197.1107 293.1141", [197.1107, 293.1141]),
        ("197.1107, 293.1141, 213.1056", [197.1107, 293.1141, 213.1056]),
        ("197.1\n293.1\n", [197.1, 293.1]),
        ("197,1; 293,1; 213,2", [197.1, 293.1, 213.2]),
        ("197", [197.0]),
        ("m/z 197.1 (100%), 198.1 (12%), 293.1 (40)", [197.1, 198.1, 293.1]),
    ],
)
def test_pasted_lists(text: str, expected: list[float]) -> None:
    """Numbers in a line or in a column are m/z; numbers in brackets are areas."""
    assert [peak.mz for peak in read_peaks(text).peaks] == expected


def test_two_pasted_columns() -> None:
    """Two columns without a heading are m/z and area, whatever parts them; the other way round is seen and said."""
    for separator in (" ", "\t", ";", ", ", "   "):
        assert pairs(read_peaks(f"197.11{separator}1000\n293.11{separator}400\n")) == [
            (197.11, 1000),
            (293.11, 400),
        ]
    turned = read_peaks("120000 197.11\n40000 293.11\n")
    assert pairs(turned) == [(197.11, 120000), (293.11, 40000)]
    assert any("first column cannot be m/z" in remark for remark in turned.remarks)


def test_other_sources(tmp_path: Path) -> None:
    """A path, its name, a frame and numbers give the same list."""
    file = tmp_path / "peaks.csv"
    file.write_text(MASSLYNX, encoding="utf-8")
    frame = pd.DataFrame({"m/z": [197.1107, 198.1137, 293.1141], "Area": [120000.0, 15000.0, 40000.5]})
    for source in (file, str(file), frame, [{"mz": mz, "area": area} for mz, area in EXPECTED]):
        assert pairs(read_peaks(source)) == EXPECTED
    assert [peak.mz for peak in read_peaks([197.1107, 293]).peaks] == [197.1107, 293.0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("\n \n;;\n", "empty"),
        ("m/z,area\n", "no rows"),
        ("m/z,area\n197.1,abc\n", "line 2: area is 'abc'"),
        ("m/z,area\nabc,5\n", "line 2: m/z|line 2: mz is 'abc'"),
        ("m/z,area\n,5\n197.1,4\n", "line 2"),
        ("m/z,area\n-197.1,5\n", "line 2: m/z is -197.1"),
        ("m/z,area\n197.1,-5\n", "line 2: area is -5"),
        ("m/z;area\n0;5\n", "line 2: m/z is 0"),
        ("m/z;area\n1e400;5\n", "m/z is inf"),
        ("m/z,area\n120000,197.1\n40000,293.1\n", "swapped"),
        ("m/z,area\n197.1,5,6\n", "line 2: 3 cells"),
        ("m/z\tz\n197.1\t-1\n", "charge"),
        ("197,11\n293,11\n", "decimal comma"),
        ("197.1 5 3.1 1\n293.1 4 2 1\n", "4 columns"),
        ("hello\nworld\n", "'hello'"),
        ("no such file.csv", "cannot read"),
        (b"\x00\x01\x02m/z", "binary"),
        ("m/z,area\n197.1,5\n[x]\n".replace("197.1,5\n", ""), "no rows"),
    ],
)
def test_malformed_lists_are_refused_in_one_line(text: str | bytes, said: str) -> None:
    """The message says where, what stands there, and what was expected."""
    with pytest.raises(PlannerError, match=said) as error:
        read_peaks(text)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 400


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Whatever is pasted is read or refused by an error of the planner."""
    with suppress(TableError):
        assert all(peak.mz >= 10 for peak in read_peaks(text + "\n").peaks)


@given(
    st.lists(st.tuples(st.integers(1000, 490000), st.integers(0, 10**7)), min_size=1, max_size=30), st.data()
)
def test_what_is_written_is_read(rows: list[tuple[int, int]], data: st.DataObject) -> None:
    """Any separator with any decimal mark that is not the separator gives the numbers back."""
    mark = data.draw(st.sampled_from(".,"))
    separator = data.draw(st.sampled_from(["\t", ";"] if mark == "," else ["\t", ";", ","]))
    wanted = [(mz / 100 + 10, float(area) / 4) for mz, area in rows]
    text = f"Area{separator}m/z\n" + "".join(
        f"{area:.2f}{separator}{mz:.4f}\n".replace(".", mark) for mz, area in wanted
    )
    assert flat(pairs(read_peaks(text))) == pytest.approx(flat(wanted))


def test_fifty_thousand_rows() -> None:
    """A long list is read whole."""
    rows = [f"{80 + i * 0.01:.4f}\t{i}" for i in range(50_000)]
    assert len(read_peaks("m/z\tarea\n" + "\n".join(rows)).peaks) == 50_000
    with pytest.raises(TableError, match="at most"):
        read_peaks("m/z\n" + "200.1\n" * 250_000)


def test_the_tolerance_follows_the_decimals() -> None:
    """Three decimals everywhere mean 10 ppm, else 0.4 Da; two tolerances are one too many."""
    exact, unit = read_peaks("197.1107 293.114"), read_peaks("197.1107 293.1")
    assert (chosen_tolerance(exact, None, None).value, chosen_tolerance(exact, None, None).unit) == (
        10.0,
        "ppm",
    )
    assert (chosen_tolerance(unit, None, None).value, chosen_tolerance(unit, None, None).unit) == (0.4, "Da")
    assert chosen_tolerance(unit, 5, None).at(200.0) == pytest.approx(0.001)
    for wrong in ((5, 0.4), (0, None), (None, -1), (None, 5.0), (float("nan"), None)):
        with pytest.raises(ProcedureError):
            chosen_tolerance(exact, *wrong)


def array(values: list[float], kind: str, *, is_wide: bool, is_packed: bool) -> str:
    """Write an array of mzML."""
    raw = struct.pack(f"<{len(values)}{'d' if is_wide else 'f'}", *values)
    terms = [kind, "MS:1000523" if is_wide else "MS:1000521", "MS:1000574" if is_packed else "MS:1000576"]
    said = "".join(f'<cvParam cvRef="MS" accession="{term}" name="x" value=""/>' for term in terms)
    text = base64.b64encode(zlib.compress(raw) if is_packed else raw).decode()
    return f"<binaryDataArray>{said}<binary>{text}</binary></binaryDataArray>"


def mzml(level: int = 1, mode: str = "MS:1000130", *, is_packed: bool = True) -> bytes:
    """Write a small mzML file."""
    mz, areas = zip(*EXPECTED, strict=True)
    arrays = array([*mz], "MS:1000514", is_wide=True, is_packed=is_packed)
    arrays += array([*areas], "MS:1000515", is_wide=False, is_packed=is_packed)
    return f"""<?xml version="1.0"?><mzML xmlns="http://psi.hupo.org/ms/mzml"><run><spectrumList><spectrum>
    <cvParam accession="MS:1000511" value="{level}"/><cvParam accession="{mode}"/>
    <scanList><scan><cvParam accession="MS:1000016" value="186" unitAccession="UO:0000010"/></scan></scanList>
    <binaryDataArrayList>{arrays}</binaryDataArrayList></spectrum></spectrumList></run></mzML>""".encode()


@pytest.mark.parametrize("is_packed", [True, False])
def test_mzml(is_packed: bool) -> None:
    """Compressed and plain arrays are read, seconds become minutes."""
    found = read_peaks(mzml(is_packed=is_packed))
    assert flat(pairs(found)) == pytest.approx(flat(EXPECTED))
    assert [peak.rt for peak in found.peaks] == pytest.approx([3.1] * 3)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (mzml(level=2), "level 1"),
        (mzml(mode="MS:1000129"), "negative"),
        (mzml()[:-20], "cannot be read"),
        (mzml().replace(b"<binary>", b"<binary>!"), "array"),
        (mzml().replace(b"<mzML", b"<!DOCTYPE x [<!ENTITY a 'b'>]><mzML"), "entities"),
    ],
)
def test_mzml_that_is_none(content: bytes, said: str) -> None:
    """Fragment spectra alone, negative mode, cut files and entities are refused."""
    with pytest.raises(TableError, match=said):
        read_peaks(content)


def test_the_reader_serves_other_tables() -> None:
    """The function knows nothing of peaks: a table of runs with text cells is read by its own headings."""
    asked = Headings(
        words={"run": ("experiment",), "mono": ("mono-alkylated", "m1")},
        required=("run", "mono"),
        numbers=("mono",),
    )
    found = read_export("Made by us\nExperiment;M1;other\nA-1;0,71;x\nA-2;0,64;\n", asked)
    assert [dict(row.cells) for row in found.rows] == [
        {"run": "A-1", "mono": "0.71"},
        {"run": "A-2", "mono": "0.64"},
    ]
    with pytest.raises(TableError, match="run, mono"):
        read_export("a;b\n1;2\n", asked)


def test_numbers_have_lost_their_last_zeros() -> None:
    """Of numbers the longest decides, of a text the shortest; an exponent has no decimals of its own."""
    exact = [197.1107, 293.11, 386.1234]
    assert chosen_tolerance(read_peaks(exact), None, None).unit == "ppm"
    assert chosen_tolerance(read_peaks("197.1107\n293.11\n386.1234"), None, None).unit == "Da"
    assert chosen_tolerance(read_peaks([1.98e2, 2.931e2]), None, None).unit == "Da"
    assert chosen_tolerance(read_peaks("1.98e2 300.1"), None, None).unit == "Da"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('accession="MS:1000574"', 'accession="MS:1002312"', "zlib"),
        ('accession="MS:1000523"', 'accession="MS:1000519"', "32- nor 64-bit"),
    ],
)
def test_arrays_that_are_not_read_are_refused(old: str, new: str, said: str) -> None:
    """Integers and other compressions are one line, and never taken for floats."""
    content = mzml()
    assert old.encode() in content
    with pytest.raises(TableError, match=said):
        read_peaks(content.replace(old.encode(), new.encode()))


@pytest.mark.parametrize(
    "title", ["RT (s)", "rt_sec", "Retention time [s]", "RT (sec)", "Ret. Time (seconds)"]
)
def test_seconds_become_minutes(title: str) -> None:
    """A heading with seconds gives minutes and says so; the same heading with minutes is left as it is."""
    found = read_peaks(f"{title};m/z\n186;197.11\n300;293.11\n")
    assert [peak.rt for peak in found.peaks] == pytest.approx([3.1, 5.0])
    assert any("minutes" in remark for remark in found.remarks)
    assert read_peaks("RT (min);m/z\n3.1;197.11\n").peaks[0].rt == 3.1
    frame = read_peaks(pd.DataFrame({title: [186.0], "mz": [197.11]}))
    assert frame.peaks[0].rt == pytest.approx(3.1)
    assert any("minutes" in remark for remark in frame.remarks)


def test_times_that_are_too_long_are_asked_about() -> None:
    """Without a unit minutes are taken, and where they would be hours it is said how to write seconds."""
    assert any("rt (s)" in remark for remark in read_peaks("rt;mz\n186;197.11\n").remarks)
    assert not any("rt (s)" in remark for remark in read_peaks("rt;mz\n3.1;197.11\n").remarks)


@pytest.mark.parametrize("title", ["polarity", "Ion Mode", "mode"])
@pytest.mark.parametrize("negative", ["-", "negative", "neg", "ESI-", "Negative"])
def test_negative_mode_is_refused(title: str, negative: str) -> None:
    """A row of negative mode is named; rows of positive mode are read."""
    for positive in ("+", "positive", "ESI+"):
        assert read_peaks(f"m/z;{title}\n197.11;{positive}\n293.11;{positive}\n").peaks[1].mz == 293.11
        with pytest.raises(TableError, match=f"line 3: {title} is '{negative}'"):
            read_peaks(f"m/z;{title}\n197.11;{positive}\n293.11;{negative}\n")
    with pytest.raises(TableError, match="line 2"):
        read_peaks(f"m/z;{title}\n197.11;{negative}\n")


def test_a_scan_line_of_negative_mode_is_refused() -> None:
    """What the programs write over a spectrum counts too; the same with a plus is read."""
    for text in (MASSHUNTER, XCALIBUR):
        assert "+" in text
        with pytest.raises(TableError, match="negative mode"):
            read_peaks(text.replace("+ESI", "-ESI").replace("ITMS + c", "ITMS - c"))


@pytest.mark.parametrize("title", ["neutral mass", "Monoisotopic mass (Da)", "Deconvoluted Mass", "MW"])
def test_neutral_masses_become_ions(title: str) -> None:
    """M is read as [M+H]+ = M + 1.0073, and said; a charge of the spectrum is not that ion's."""
    found = read_peaks(f"{title};area;z\n196.1034;5;2\n292.1068;4;1\n")
    assert [peak.mz for peak in found.peaks] == pytest.approx([197.1107, 293.1141], abs=1e-4)
    assert [peak.charge for peak in found.peaks] == [None, None]
    assert any("1.0073" in remark for remark in found.remarks)
    assert read_peaks("mass;neutral mass\n197.1107;196.1034\n").peaks[0].mz == 197.1107


def test_titles_over_a_heading() -> None:
    """Lines over the heading are left out and said, also where their words could be a heading themselves."""
    for over in ("Peak List\nSample: X\n", "mass list of peaks\n", "Sample;mass\nA;B\n"):
        found = read_peaks(f"{over}m/z;area\n197,1;1000\n293,1;400\n")
        assert pairs(found) == [(197.1, 1000.0), (293.1, 400.0)]
        assert any("before the heading" in remark for remark in found.remarks)


def test_a_third_column_without_a_heading() -> None:
    """Notes are left out and said; numbers are refused, since their order is not known, with what to write."""
    for separator in (";", "\t", ",", " "):
        found = read_peaks(
            f"197.1{separator}1000{separator}mono\n293.1{separator}400{separator}di?\n222.1{separator}3\n"
        )
        assert pairs(found) == [(197.1, 1000.0), (293.1, 400.0), (222.1, 3.0)]
        assert any("notes" in remark for remark in found.remarks)
    with pytest.raises(TableError, match=r"3 columns.*such as mz;area;rt"):
        read_peaks("197.1;1000;3.1\n293.1;400;5.0\n")
    with pytest.raises(TableError, match="area is 'x'"):
        read_peaks("197.1;1000\n293.1;x\n")


def test_mgf() -> None:
    """Blocks without a precursor are peaks; of a fragment spectrum only the precursor is one."""
    full = "BEGIN IONS\nTITLE=x\nRTINSECONDS=186\n197.1107 120000\n293.1141 40000.5\nEND IONS\n"
    found = read_peaks(full)
    assert pairs(found) == [(197.1107, 120000), (293.1141, 40000.5)]
    assert [peak.rt for peak in found.peaks] == pytest.approx([3.1, 3.1])
    fragments = "BEGIN IONS\nPEPMASS=197.1107 5000\nCHARGE=1+\n97.0106 900\nEND IONS\n"
    assert pairs(read_peaks(fragments)) == [(197.1107, 5000)]
    assert any("fragments are left out" in remark for remark in read_peaks(fragments).remarks)
    assert pairs(read_peaks(fragments.replace("CHARGE=1+", "MSLEVEL=1"))) == [(97.0106, 900)]
    assert len(read_peaks(fragments + full).peaks) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("BEGIN IONS\n197.1 5\n", "without END IONS"),
        ("BEGIN IONS\nTITLE=x\nEND IONS\n", "no peaks"),
        ("BEGIN IONS\nPEPMASS=197.1\nCHARGE=1-\nEND IONS\n", "line 3: CHARGE"),
        ("BEGIN IONS\n197.1 abc\nEND IONS\n", "line 2: 'abc'"),
        ("Peak List\n197.1 1000\n293.1 400\n", "line 1: 'Peak List' is no row"),
        ("Ladung;Menge\n197.1;5\n293.1;5\n", "line 1: 'Ladung;Menge' is no row"),
        ("<mzXML>\n</mzXML>\n", "not mzML"),
        ("rt,area,mz\n197.11,5,3.1\n293.11,6,4.1\n", "m/z and rt swapped"),
    ],
)
def test_other_formats_are_refused_in_one_line(text: str, said: str) -> None:
    """What is no MGF, another XML, and times in the place of m/z are named."""
    with pytest.raises(TableError, match=said):
        read_peaks(text)


def scans(*listed: tuple[float, float, float]) -> PeakList:
    """Write a list of scans: m/z, area, time."""
    peaks = tuple(Peak(mz=mz, area=area, rt=rt) for mz, area, rt in listed)
    return PeakList(peaks=peaks, decimals=4, remarks=(), is_of_scans=True)


def test_neighbouring_scans_are_joined() -> None:
    """One ion in scans side by side is one peak; a scan without it parts two; no area is lost."""
    exact = chosen_tolerance(read_peaks("197.1107"), None, None)
    given_scans = scans(
        (197.1107, 10, 3.0), (293.1141, 5, 3.0), (197.1109, 40, 3.1), (197.1107, 20, 3.2), (293.1141, 6, 3.2)
    )  # fmt: skip
    found = joined(given_scans, exact)
    assert [(p.area, p.rt) for p in found.peaks if p.mz < 200] == [(70, 3.1)]
    assert [p.area for p in found.peaks if p.mz > 200] == [5, 6]
    assert sum(p.area or 0 for p in found.peaks) == sum(p.area or 0 for p in given_scans.peaks)
    assert any("joined" in remark for remark in found.remarks)
    apart = scans((197.1107, 10, 3.0), (197.1200, 10, 3.1))
    assert len(joined(apart, exact).peaks) == 2
    assert len(joined(apart, chosen_tolerance(read_peaks("197.1"), None, None)).peaks) == 1
    assert joined(read_peaks("rt;mz\n3.0;197.1107\n3.1;197.1107\n"), exact).peaks[1].rt == 3.1


def test_scans_without_a_time_are_listed_apart() -> None:
    """Which scans are neighbours is not known then, and it is said."""
    exact = chosen_tolerance(read_peaks("197.1107"), None, None)
    bare = PeakList(peaks=(Peak(mz=197.1107, area=1.0),) * 2, decimals=4, remarks=(), is_of_scans=True)
    assert len(joined(bare, exact).peaks) == 2
    assert any("apart" in remark for remark in joined(bare, exact).remarks)
