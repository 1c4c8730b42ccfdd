"""Model files: a folder of TOML texts, found, hashed and checked key by key.

A *set* is a folder ``<models>/<name>`` that holds ``common.toml``, ``solvents.toml`` and
``reductants/*.toml``, or one ``model.toml`` that names its parent. A directory listing is the
registry: a file that is there is in use. Nothing here knows what the numbers mean; see
``parameters``.
"""

import hashlib
import tomllib
from functools import lru_cache
from pathlib import Path

from planner.errors import ParameterError, nearest
from planner.model.checks import Table

COMMON, SOLVENTS, CHILD, SITES = "common.toml", "solvents.toml", "model.toml", "sites.toml"
HAZARDS, CATALOGUE, STEPS = "hazards.toml", "reagents.csv", "steps.toml"


def models_folder(models: str | Path | None = None) -> Path:
    """Find the folder that holds the sets of numbers.

    Parameters
    ----------
    models
        A folder of the user's own; without it the one of the installed package, else of the checkout.

    Raises
    ------
    ParameterError
        If it is not a folder.
    """
    package = Path(__file__).parents[1]
    shipped = (package / "_models", package.parent / "models")
    candidates = shipped if models is None else (Path(models),)
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise ParameterError(
        f"models folder {str(candidates[-1])!r} is not a folder; give one with <set>/{COMMON} or none"
    )


def model_names(models: str | Path | None = None) -> tuple[str, ...]:
    """List the sets of numbers in a models folder, sorted."""
    folder = models_folder(models)
    files = (*folder.glob(f"*/{COMMON}"), *folder.glob(f"*/{CHILD}"))
    return tuple(sorted({file.parent.name for file in files}))


def set_folder(folder: Path, name: str, *, is_parent: bool) -> Path:
    """Find one set; a parent that the folder lacks is taken from the shipped ones."""
    for place in (folder, models_folder()) if is_parent else (folder,):
        if name in model_names(place):
            return place / name
    known = sorted({*model_names(folder), *(model_names() if is_parent else ())})
    there = (
        f"there are: {', '.join(known)}"
        if known
        else f"expected folders of sets, each with {COMMON} or {CHILD}"
    )
    raise ParameterError(f"no model {name!r} in {str(folder)!r}{nearest(name, known)}; {there}")


def shipped_set() -> Path:
    """Find the shipped set, from which a set takes a file that it need not have."""
    return models_folder() / "default"


def set_files(folder: Path) -> tuple[Path, ...]:
    """List the TOML files of a set, sorted by name."""
    return tuple(sorted((*folder.glob("*.toml"), *folder.glob("reductants/*.toml")), key=str))


def sites_file(folder: Path) -> Path:
    """Find the perception rules: the folder's own, else the shipped ones."""
    return own_or_shipped(folder, SITES)


def own_or_shipped(folder: Path, name: str) -> Path:
    """Find a file that a folder of models need not have: its own, else the shipped one."""
    own = folder / name
    return own if own.is_file() else models_folder() / name


def set_digest(place: Path, folder: Path, parent: str = "") -> str:
    """SHA-256 of a set's files and of the site rules, by name and content; a child's with its parent's."""
    contents = {
        f"{folder.name}/{f.relative_to(folder).as_posix()}": f.read_bytes() for f in set_files(folder)
    }
    sites = sites_file(place)
    contents |= {SITES: sites.read_bytes() if sites.is_file() else b"", "parent": parent.encode()}
    total = hashlib.sha256()
    for name in sorted(contents):
        for part in (name.encode(), contents[name]):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def contents_digest(place: Path) -> str:
    """SHA-256 of every file that a model of this folder may be read from, the shipped ones among them."""
    total = hashlib.sha256()
    for folder in dict.fromkeys((place, models_folder())):
        listed = [folder / name for name in (SITES, HAZARDS, CATALOGUE)]
        listed += [file for name in model_names(folder) for file in set_files(folder / name)]
        for file in listed:
            content = file.read_bytes() if file.is_file() else b""
            for part in (str(file).encode(), content):
                total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def read_toml(file: Path) -> Table:
    """Read a TOML file; what is not TOML is a ParameterError that names the file and the line."""
    try:
        return _parsed(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ParameterError(f"{file}: not TOML: {error}; mend the file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ParameterError(f"{file}: cannot be read as UTF-8 text ({error}); mend the file") from error


@lru_cache(maxsize=64)
def _parsed(text: str) -> Table:
    """Parse TOML, once per text (a prediction reads the whole set); callers must not change the table."""
    return tomllib.loads(text)


# What a key may hold: each check returns the value as the records keep it, or raises ValueError.
