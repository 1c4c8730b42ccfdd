"""Parameters: a set of numbers, read from its files and checked, becomes a ``Model``.

Files are read at every call, so that an edit is seen; what was built from the same contents is kept. A set
may instead name a parent and replace some of its numbers; that is what calibration writes.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from pathlib import Path

from planner.errors import ParameterError, is_name, nearest, shown
from planner.model import folders
from planner.model.advice import load_advice
from planner.model.basicity import load_basicity
from planner.model.calibrated import check_runs_kept, is_calibrated, read_calibration
from planner.model.catalogue import load_catalogue
from planner.model.checks import Table, Text, Texts, checked_record
from planner.model.folders import Shelf
from planner.model.hazards import load_hazards
from planner.model.model import FlaskDefaults, Model, learned
from planner.model.numbers import check_sources, merged, read_parameters, split_file
from planner.model.parts import Parts, in_use
from planner.model.quantities import (
    Parameter,
    Quantity,
    Source,
    check_complete,
    quantities,
)
from planner.model.reagents import (
    ANY,
    Reductant,
    Solvent,
    build_reductant,
    build_solvents,
    check_names,
)
from planner.model.sensitive import load_sensitive
from planner.model.site_classes import SiteClass, load_site_rules
from planner.model.steps import Step, check_steps, load_steps, step_quantities
from planner.model.warnings import load_warnings
from planner.model.workup import load_workup


def load_model(models: str | Path | None = None, name: str = "default") -> Model:
    """Read and check a set of numbers, with the rules, the catalogue and the hazards of its folder.

    Parameters
    ----------
    models
        A models folder of the user's own, or the file of a calibrated model; without it the shipped folder.
    name
        Folder of the set in it; a calibrated model names its own.

    Raises
    ------
    ParameterError
        Naming the file, the key, what stands there and what was expected.
    """
    if not is_name(name):
        raise ParameterError(f"a set is named by a short text, not {shown(name)}; see `planner models`")
    if models is not None and is_calibrated(models):
        return _read_calibrated(Path(models))
    return _kept(folders.read_shelf(models), name)


def _read_calibrated(file: Path) -> Model:
    """Read a calibrated model and its parent, from the folder of sets that the file is in or from the shipped one."""
    return _calibrated(file, hashlib.sha256(folders.read_file(file)).hexdigest())


@lru_cache(maxsize=8)
def _calibrated(file: Path, _digest: str) -> Model:
    """Build a calibrated model once for each content of its file."""
    calibration = read_calibration(file)
    check_runs_kept(calibration, file)
    is_beside = calibration.parent in folders.model_names(file.parent)
    return learned(load_model(file.parent if is_beside else None, calibration.parent), calibration)


def chosen_model(models: str | Path | None, model: Model | None) -> Model:
    """Take the model in memory, or read that of a folder.

    Raises
    ------
    ParameterError
        If both are given.
    """
    if model is None:
        return load_model(models)
    if models is not None:
        raise ParameterError(
            "models (a folder) and a model in memory were given; expected one: leave one out"
        )
    if not isinstance(model, Model):
        raise ParameterError(f"{type(model).__name__} is no model; give what load_model returns")
    return model


@lru_cache(maxsize=8)
def _kept(shelf: Shelf, name: str) -> Model:
    """Build a set once for each contents of its folder."""
    return _load(shelf, name, ())


def _load(shelf: Shelf, name: str, children: tuple[str, ...]) -> Model:
    """Read a set, or a child and then its parent; ``children`` is the way here."""
    if name in children:
        raise ParameterError(
            f"model {name!r} is its own ancestor ({' -> '.join((*children, name))}); mend `parent`"
        )
    folder = folders.set_folder(shelf.place, name, is_parent=bool(children))
    if folder / folders.CHILD in shelf.files:
        return _load_child(shelf, folder, (*children, name))
    tables = {file.relative_to(folder).as_posix(): shelf.toml(file) for file in shelf.set_files(folder)}
    needed = (folders.COMMON, folders.SOLVENTS)
    known = (*needed, folders.STEPS)
    for file in needed:
        if file not in tables:
            raise ParameterError(f"{folder}: {file} is missing; a set has {' and '.join(needed)}")
    for file in tables:
        if file not in known and not file.startswith("reductants/"):
            raise ParameterError(
                f"{folder}: unknown file {file!r}{nearest(file, known)}; known: {', '.join(known)}"
            )
    return _assemble(shelf, folder, tables)


def _load_child(shelf: Shelf, folder: Path, way: tuple[str, ...]) -> Model:
    """Read a set that names its parent and replaces some of its numbers."""
    file = folder / folders.CHILD
    strangers = [f.name for f in shelf.set_files(folder) if f != file]
    if strangers:
        raise ParameterError(
            f"{folder}: {strangers[0]} beside {folders.CHILD}; a set with a parent is that file alone"
        )
    table = shelf.toml(file)
    named = checked_record(_Child, {"parent": table.get("parent", "")}, str(file))
    parent = _load(shelf, named.parent, way)
    head, sources, numbers = split_file(table, _Child, [p.name for p in parent.parameters], str(file))
    old = {p.name: Quantity(p.unit, linear=p.linear, part=p.part) for p in parent.parameters}
    fresh = {p.name: p for p in read_parameters(numbers, old, {}, str(file), "")}
    check_sources(sources, parent.sources, [(p.name, p.source) for p in fresh.values()], str(file))
    return replace(
        parent,
        name=folder.name,
        parent=parent.name,
        sha256=folders.set_digest(shelf, folder, parent.sha256),
        parameters=tuple(fresh.get(p.name, p) for p in parent.parameters),
        sources=merged((*parent.sources, *sources)),
        does_not_claim=(*parent.does_not_claim, *head.does_not_claim),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Child:
    """Head of a set that names its parent."""

    parent: Text
    does_not_claim: Texts = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Common:
    """Head of ``common.toml``."""

    does_not_claim: Texts
    defaults: FlaskDefaults
    parts: Parts = ()
    """Parts of the flask that the set counts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Solvents:
    """Head of ``solvents.toml``."""

    solvents: Table


def _assemble(shelf: Shelf, folder: Path, tables: Mapping[str, Table]) -> Model:
    """Build a model from the tables of its files and what goes with them in the folder of sets."""
    where = str(folder / folders.COMMON)
    site_classes = load_site_rules(shelf)
    listed = load_steps(shelf, folder)
    workup = load_workup(shelf)
    known = {**quantities("common"), **step_quantities(listed)}
    head, sources, numbers = split_file(tables[folders.COMMON], _Common, known, where)
    solvents, of_solvents = _read_solvents(tables[folders.SOLVENTS], str(folder / folders.SOLVENTS))
    entries = _entries(site_classes, solvents)
    parameters = list(read_parameters(numbers, known, entries, where, ""))
    steps = in_use(listed, head.parts)
    _check_numbers(parameters, steps, head.parts, where)
    sources += of_solvents
    reductants = []
    for name in sorted(tables.keys() - {folders.COMMON, folders.SOLVENTS, folders.STEPS}):
        reductant, own, more = _read_reductant(tables[name], folder / name, solvents, entries)
        workup.quench(reductant.quench, str(folder / name))
        reductants.append(reductant)
        parameters += own
        sources += more
    check_names((*reductants, *solvents), str(folder))
    check_sources(sources, (), _cited(solvents, reductants, parameters), str(folder))
    _check_default(head.defaults, [r.name for r in reductants], where)
    return Model(
        name=folder.name,
        sha256=folders.set_digest(shelf, folder),
        parent=None,
        parameters=tuple(sorted(in_use(parameters, head.parts), key=attrgetter("name"))),
        reductants=tuple(sorted(reductants, key=lambda r: (r.name != head.defaults.reductant, r.name))),
        solvents=solvents,
        sources=merged(sources),
        defaults=head.defaults,
        does_not_claim=head.does_not_claim,
        site_classes=site_classes,
        warnings=load_warnings(shelf, site_classes),
        catalogue=load_catalogue(shelf),
        hazards=load_hazards(shelf),
        advice=load_advice(shelf),
        steps=steps,
        sensitive=load_sensitive(shelf),
        workup=workup,
        basicity=load_basicity(shelf),
        parts=head.parts,
    )


def _entries(site_classes: Sequence[SiteClass], solvents: Sequence[Solvent]) -> dict[str, frozenset[str]]:
    """List what the entries of a table of numbers may be called, by what they are."""
    of_kind = {
        kind: frozenset(c.name for c in site_classes if c.kind == kind) for kind in ("amine", "carbonyl")
    }
    return of_kind | {"solvent": frozenset({*(s.name for s in solvents), ANY})}


def _check_numbers(
    parameters: Sequence[Parameter], steps: Sequence[Step], parts: Sequence[str], where: str
) -> None:
    """Refuse a set that lacks a number which a part of the flask, or a step, asks for."""
    common = quantities("common")
    needed = [name for name, q in common.items() if not q.later and q.part in ("", *parts)]
    check_complete(needed, {p.name for p in parameters}, where)
    check_steps(steps, [p.name for p in parameters], where)


def _cited(
    solvents: Sequence[Solvent], reductants: Sequence[Reductant], parameters: Sequence[Parameter]
) -> Iterator[tuple[str, str]]:
    """List who cites which sources in the files of a set."""
    for s in solvents:
        for source in (s.density_source, s.boiling_point_source, s.guide_source):
            if source:
                yield s.name, source
    yield from ((r.name, hazard.source) for r in reductants for hazard in r.hazards)
    yield from ((p.name, p.source) for p in parameters)


def _check_default(defaults: FlaskDefaults, reductants: Sequence[str], where: str) -> None:
    """Refuse a default reductant that has no file."""
    if defaults.reductant not in reductants:
        hint, known = nearest(defaults.reductant, reductants), ", ".join(reductants)
        raise ParameterError(
            f"{where}: default reductant {defaults.reductant!r} has no file{hint}; known: {known}"
        )


def _read_solvents(file: Table, where: str) -> tuple[tuple[Solvent, ...], list[Source]]:
    """Read the file of solvents."""
    head, sources, _ = split_file(file, _Solvents, (), where)
    return build_solvents(head.solvents, where), sources


def _read_reductant(
    file: Table, path: Path, solvents: tuple[Solvent, ...], entries: Mapping[str, frozenset[str]]
) -> tuple[Reductant, list[Parameter], list[Source]]:
    """Read the file of a reductant."""
    key, where = path.stem, str(path)
    stated, sources, numbers = split_file(file, Reductant, quantities("reductant"), where, key=key)
    own = list(read_parameters(numbers, quantities("reductant"), entries, where, f"{key}."))
    names = {p.name.removeprefix(f"{key}.") for p in own}
    return build_reductant(stated, names, solvents, where), own, sources
