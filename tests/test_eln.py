"""Archives for notebooks: one entry that importers find, nothing outside of its folder, and they open again."""

import hashlib
import io
import json
import random
import zipfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from click.testing import CliRunner

from planner.cli import main
from planner.errors import TableError
from planner.plans.recommendation import Plan
from planner.plans.saved import open_plan, plan_bytes, read_record
from planner.sheets.archives import eln_bytes, write_eln
from planner.sheets.sheet import Sheet, plan_sheet

WHEN = datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def sheet(stab: Plan) -> Sheet:
    """The sheet of the shared plan."""
    return plan_sheet(stab, "250 mg")


@pytest.fixture(scope="module")
def archive(stab: Plan, sheet: Sheet) -> zipfile.ZipFile:
    """An archive called run.eln."""
    return zipfile.ZipFile(io.BytesIO(eln_bytes(stab, stab.best, sheet, "run", when=WHEN)))


@pytest.fixture(scope="module")
def nodes(archive: zipfile.ZipFile) -> dict[str, Any]:
    """What the archive says of itself, by identity."""
    graph = json.loads(archive.read("run/ro-crate-metadata.json"))["@graph"]
    assert len({node["@id"] for node in graph}) == len(graph)
    return {node["@id"]: node for node in graph}


def parts(node: dict[str, Any], nodes: dict[str, Any]) -> list[dict[str, Any]]:
    """What a node lists as its parts, each as a reference and nothing else."""
    assert all(list(part) == ["@id"] for part in node["hasPart"])
    return [nodes[part["@id"]] for part in node["hasPart"]]


def test_the_archive_is_one_entry_with_its_files(archive: zipfile.ZipFile, nodes: dict[str, Any]) -> None:
    """The root lists one folder; that lists every file of the archive, each with its size, digest and kind."""
    assert archive.testzip() is None
    (entry,) = parts(nodes["./"], nodes)
    assert (entry["@type"], entry["@id"]) == ("Dataset", "./experiment/")
    listed = parts(entry, nodes)
    kept = {n for n in archive.namelist() if not n.endswith("/")}
    assert {"run/" + f["@id"].removeprefix("./") for f in listed} == kept - {"run/ro-crate-metadata.json"}
    for file in listed:
        content = archive.read("run/" + file["@id"].removeprefix("./"))
        assert file["@type"] == "File"
        assert int(file["contentSize"]) == len(content)
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        assert file["encodingFormat"].endswith(file["name"].rpartition(".")[2])


def test_elabftw_finds_the_entry(archive: zipfile.ZipFile, nodes: dict[str, Any]) -> None:
    """As eLabFTW imports (elabftw#5054): parts of ./ that are Datasets, each with title, body, date and checked files.

    It takes the first folder of the zip, reads the metadata there, makes one entry of every Dataset that ./ lists
    from name, text and dateCreated, and attaches the Files that it lists; a file without the right sha256 stops it.
    """
    first = PurePosixPath(archive.namelist()[0]).parts[0]
    assert f"{first}/ro-crate-metadata.json" in archive.namelist()
    entries = [node for node in parts(nodes["./"], nodes) if node["@type"] == "Dataset"]
    assert [entry["name"] for entry in entries] == ["benzylamine + butanal: mono"]
    (entry,) = entries
    assert entry["text"].startswith("<h1>")
    assert "Charges, in order of addition" in entry["text"]
    assert "<body" not in entry["text"]
    assert datetime.fromisoformat(entry["dateCreated"]) == WHEN
    assert entry["genre"] == "experiment"
    for file in parts(entry, nodes):
        content = archive.read(f"{first}/{file['@id']}".replace("/./", "/"))
        assert hashlib.sha256(content).hexdigest() == file["sha256"]


def test_sampledb_finds_the_entry(archive: zipfile.ZipFile, nodes: dict[str, Any]) -> None:
    """As SampleDB imports: one root folder, version 1.0, an Organization as publisher, a Person with a name as author.

    Its older releases take the context of RO-Crate 1.1 alone; that lacks sha256 (TheELNFileFormat#120).
    """
    assert {PurePosixPath(name).parts[0] for name in archive.namelist()} == {"run"}
    whole = json.loads(archive.read("run/ro-crate-metadata.json"))
    assert whole["@context"][0] == "https://w3id.org/ro/crate/1.1/context"
    assert all(isinstance(node["@id"], str) and isinstance(node["@type"], str) for node in nodes.values())
    about = nodes["ro-crate-metadata.json"]
    assert about["version"] == "1.0"
    assert nodes["./"]["@type"] == "Dataset"
    assert nodes[about["sdPublisher"]["@id"]]["@type"] == "Organization"
    for entry in parts(nodes["./"], nodes):
        author = nodes[entry["author"]["@id"]]
        assert author["@type"] == "Person"
        assert author["name"].strip()
        assert isinstance(entry["description"], str)
        for file in parts(entry, nodes):
            path = "run" + file["@id"].removeprefix(".")
            assert len(archive.read(path)) == int(file["contentSize"])
    assert "\0" not in json.dumps(whole)


def test_the_required_rules_of_a_crate(archive: zipfile.ZipFile, nodes: dict[str, Any]) -> None:
    """RO-Crate 1.1, what MUST be: a descriptor about ./, conforming; ./ a Dataset with a date; references lead on."""
    about, root = nodes["ro-crate-metadata.json"], nodes["./"]
    assert about["@type"] == "CreativeWork"
    assert about["about"] == {"@id": "./"}
    assert about["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert root["@type"] == "Dataset"
    assert datetime.fromisoformat(root["datePublished"]) == WHEN
    assert root["name"]
    assert root["description"]
    assert nodes[root["license"]["@id"]]["name"]
    for node in nodes.values():
        for value in node.values():
            for item in value if isinstance(value, list) else [value]:
                known = isinstance(item, str) or list(item) == ["@id"]
                assert known, "flat: a node holds texts and references"
                if not isinstance(item, str) and not item["@id"].startswith("https:"):
                    assert item["@id"] in nodes
        if node["@type"] in ("File", "Dataset"):
            assert "run" + node["@id"].removeprefix(".") in archive.namelist() or node["@id"] == "./"


TERMS = (
    "about", "author", "contentSize", "dateCreated", "datePublished", "description", "encodingFormat", "genre",
    "hasPart", "license", "name", "sdPublisher", "text", "version", "CreativeWork", "Dataset", "Organization", "Person",
    "SoftwareApplication",
)  # fmt: skip
"""Of schema.org 10.0, which the context of RO-Crate 1.1 holds whole."""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_validator_passes_it(
    archive: zipfile.ZipFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The RO-Crate validator finds every required check of RO-Crate 1.1 met; nothing is loaded."""
    services = pytest.importorskip(
        "rocrate_validator.services", reason="roc-validator is not installed (extra: crosscheck)"
    )
    import requests
    from rocrate_validator.models import Severity
    from rocrate_validator.utils.http import HttpRequester

    terms = {term: f"http://schema.org/{term}" for term in TERMS}
    terms |= {"File": "http://schema.org/MediaObject", "conformsTo": "http://purl.org/dc/terms/conformsTo"}

    def answer(url: str, **_: object) -> requests.Response:
        made = requests.Response()
        made.status_code, made.url = 200, url
        made.headers["Content-Type"] = "application/ld+json"
        made._content = json.dumps({"@context": terms}).encode()
        return made

    monkeypatch.setattr(HttpRequester, "__getattr__", lambda *_: answer)
    archive.extractall(tmp_path)

    def issues() -> list[str]:
        asked = {"rocrate_uri": str(tmp_path / "run"), "profile_identifier": "ro-crate-1.1"}
        found = services.validate(asked | {"requirement_severity": Severity.REQUIRED})
        assert len(found.executed_checks) > 30
        return [str(issue.message) for issue in found.get_issues()]

    assert issues() == []
    (tmp_path / "run" / "experiment" / "plan.json").unlink()
    assert any("plan.json" in issue for issue in issues())


@pytest.mark.parametrize(
    "name",
    [
        "run",
        "..",
        "../../evil",
        "/etc/passwd",
        "C:\\x",
        "",
        " ",
        "π ☐",
        "a/b",
        ".",
        "x" * 4000,
        "a\nb",
        "\ud800",
    ],
)
def test_no_entry_leaves_its_folder(name: str, stab: Plan, sheet: Sheet) -> None:
    """Whatever the archive is called, all entries lie in one folder with a plain name."""
    made = zipfile.ZipFile(io.BytesIO(eln_bytes(stab, stab.best, sheet, name, when=WHEN)))
    places = [PurePosixPath(n) for n in made.namelist()]
    assert len({place.parts[0] for place in places}) == 1
    assert all(".." not in place.parts and not place.is_absolute() for place in places)
    assert places[0].parts[0].replace("_", "").replace("-", "").isalnum()
    assert all(len(str(place)) < 100 and str(place).isascii() for place in places)


@pytest.mark.parametrize(
    "when",
    [datetime(1970, 1, 1, tzinfo=UTC), datetime(1979, 12, 31), datetime(2108, 1, 1, tzinfo=UTC), "today", 0],
)
def test_a_time_that_no_zip_holds_is_refused(when: object, stab: Plan, sheet: Sheet) -> None:
    """A time before 1980, after 2107, or none at all is refused in one line."""
    with pytest.raises(TableError, match="1980 to 2107"):
        eln_bytes(stab, stab.best, sheet, "run", when=when)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "when", [datetime(2026, 1, 2, 3, 4, 5), datetime(1980, 1, 1, tzinfo=timezone(timedelta(hours=-11)))]
)
def test_a_time_says_its_zone(when: datetime, stab: Plan, sheet: Sheet) -> None:
    """A time without a zone is of this place; in the archive every time has one."""
    made = zipfile.ZipFile(io.BytesIO(eln_bytes(stab, stab.best, sheet, "run", when=when)))
    graph = json.loads(made.read("run/ro-crate-metadata.json"))["@graph"]
    times = [datetime.fromisoformat(node["dateCreated"]) for node in graph if "dateCreated" in node]
    assert times == [when.astimezone()] * 2
    assert all(time.tzinfo for time in times)


def test_the_archive_is_the_same_each_time(stab: Plan, sheet: Sheet, tmp_path: Path) -> None:
    """At the same time the same plan gives the same bytes."""
    write_eln(stab, stab.best, sheet, tmp_path / "a.eln", when=WHEN)
    assert (tmp_path / "a.eln").read_bytes() == eln_bytes(stab, stab.best, sheet, "a", when=WHEN)


def test_the_archive_opens_again(stab: Plan, sheet: Sheet, tmp_path: Path) -> None:
    """An archive is opened as the plan in it: in Python, by open, and by sheet, which gives the same charges."""
    write_eln(stab, stab.best, sheet, tmp_path / "run.eln", when=WHEN)
    assert open_plan(tmp_path / "run.eln") == stab
    run = CliRunner().invoke(main, ["open", str(tmp_path / "run.eln"), "--format", "json"])
    assert run.exit_code == 0, run.output
    assert run.stdout.encode() == plan_bytes(stab)
    run = CliRunner().invoke(main, ["sheet", str(tmp_path / "run.eln"), "250 mg", "--format", "json"])
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["final_volume_mL"] == sheet.final_volume_mL


def packed(**contents: bytes) -> bytes:
    """Zip files of these names, two underscores for a slash."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in contents.items():
            made.writestr(name.replace("__", "/") + ".json", content)
    return buffer.getvalue()


def said(content: bytes) -> str:
    """The line with which an archive is refused; nothing where it opens."""
    try:
        read_record(content, "x.eln")
    except TableError as error:
        return str(error)
    return ""


def test_odd_archives_are_one_line(stab: Plan) -> None:
    """No plan, two plans, a bomb, a damaged, cut, locked or unknown archive: one line each; where it lies is free."""
    plan = plan_bytes(stab)
    assert read_record(packed(deep__in__plan=plan, other=b"{"), "x")["target"] == "mono"
    assert read_record(packed(**{"..__..__etc__plan": plan}), "x")["target"] == "mono"
    whole = packed(plan=plan)
    at = whole.index(b"plan.json") + 60
    locked = bytearray(whole)
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    strange = bytearray(whole)
    strange[8], strange[strange.index(b"PK\x01\x02") + 10] = 99, 99
    odd = {
        "0 plan.json": packed(notes=plan),
        "2 plan.json": packed(a__plan=plan, b__plan=plan),
        "at most 20 MB": packed(plan=b" " * 400_000_000),
        "damaged or locked": whole[:at] + b"\xff" * 40 + whole[at + 40 :],
        "archive": whole[:-30],
        "locked archive": bytes(locked),
        "or locked": bytes(strange),
        "not JSON": packed(plan=b"PK\x03\x04"),
    }
    for words, content in odd.items():
        assert words in said(content)
        assert "\n" not in said(content)
        assert "x.eln" in said(content)


def test_damaged_archives_are_one_line(stab: Plan) -> None:
    """Hundreds of archives with changed bytes, in their headers above all: each opens, or is refused in one line."""
    whole, draw = eln_bytes(stab, stab.best, plan_sheet(stab, "250 mg"), "run", when=WHEN), random.Random(0)
    ends = [*range(400), *range(len(whole) - 700, len(whole))]
    for _ in range(500):
        changed = bytearray(whole)
        for place in draw.sample(ends, 3):
            changed[place] = draw.randrange(256)
        assert "\n" not in said(bytes(changed[: draw.choice((len(whole), len(whole), 2000))]))
