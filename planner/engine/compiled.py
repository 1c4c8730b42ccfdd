"""Network -> machine code for this processor -> batch integrated: the compiled path, end to end.

The code of a network is written as text (:mod:`~planner.engine.step`, :mod:`~planner.engine.loop`), compiled by
LLVM through llvmlite and kept in memory for the life of the process. It runs without Python's lock, so that
threads share the queue of runs; a run's numbers do not depend on its lane, its neighbours or the number of threads.
"""

import ctypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Thread
from typing import Any

import numpy as np
from llvmlite import binding as llvm
from numpy.typing import NDArray

from planner.engine.assembler import Layout
from planner.engine.batch import Array, Batch, MassAction
from planner.engine.loop import INPUTS, JOB_TABLE, LOOP_FIELDS, emit_loop, table_place
from planner.engine.rosenbrock import METHODS, Rosenbrock, method_for
from planner.engine.step import emit_step, plan_step, step_fields

ALIGNMENT = 64  # bytes, one cache line and the widest vector
EFFORT = 1  # of LLVM, of 3: at 2 the code is as fast and takes 2 (9 species) to 6 (74 species) times as long
WORK_PER_THREAD = 200_000
"""Runs x vectors of workspace, some 10 ms of work: with less to do, waking another thread does not pay."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Compiled:
    """The machine code of one network."""

    functions: Mapping[Rosenbrock, Any]
    """``integrate_...(workspace address, job table address)`` of each method, called without Python's lock."""
    layout: Layout
    """The workspace that each thread needs."""
    engine: Any
    """Owner of the code's memory."""


@lru_cache(maxsize=1)
def host_width() -> int:
    """Return how many doubles this processor handles at once: 8 (AVX-512), 4 (AVX), 2 (SSE2, NEON) or 1."""
    features = _host_features()
    for feature, width in (("avx512f", 8), ("avx2", 4), ("avx", 4), ("sse2", 2), ("neon", 2)):
        if features.get(feature):
            return width
    return 1


def _host_features() -> dict[str, bool]:
    try:
        return dict(llvm.get_host_cpu_features())
    except RuntimeError:  # a processor that LLVM cannot ask
        return {}


def write_code(network: MassAction, width: int) -> tuple[str, Layout]:
    """Return the IR of a network and the workspace that it runs in."""
    elimination = plan_step(network)
    layout = Layout(width, **step_fields(network, elimination), **dict.fromkeys(LOOP_FIELDS, 1))
    functions = [
        *emit_step(network, layout, elimination),
        *emit_loop(layout, network.n_species, network.n_reactions),
    ]
    vector = f"<{width} x double>"
    declarations = f"declare {vector} @llvm.fabs.v{width}f64({vector})"
    # vectors that do not fit the registers go to the stack; off their alignment every one would straddle cache lines
    attributes = f'attributes #0 = {{ nounwind alignstack={ALIGNMENT} "prefer-vector-width"="{64 * width}" }}'
    return "\n".join([declarations, *functions, attributes]), layout


@lru_cache(maxsize=512)
def compile_network(network: MassAction, width: int) -> Compiled:
    """Compile a network for this processor."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    text, layout = write_code(network, width)
    features = ",".join(f"{'+' if on else '-'}{name}" for name, on in sorted(_host_features().items()))
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features, opt=EFFORT, jit=True
    )
    module = llvm.parse_assembly(text)
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    prototype = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
    functions = {m: prototype(engine.get_function_address(f"integrate_{m.name}")) for m in METHODS}
    return Compiled(functions=functions, layout=layout, engine=engine)


def run_compiled(
    network: MassAction,
    batch: Batch,
    *,
    relative_tolerance: float,
    absolute_tolerance: float,
    threads: int,
    width: int,
) -> tuple[Array, NDArray[np.int64]]:
    """Integrate a batch; return the ends of segments and, per run, the steps tried, negative where it gave up."""
    compiled = compile_network(network, width)
    function = compiled.functions[method_for(relative_tolerance)]
    n_runs, n_segments = batch.durations.shape
    ends = np.zeros((n_runs, n_segments, network.n_species))
    tries = np.zeros(n_runs, dtype=np.int64)
    if not ends.size:
        return ends, tries
    jobs = _job_table(batch, ends, tries, relative_tolerance, absolute_tolerance)

    def work(*_kept: object) -> None:
        workspace = _aligned(compiled.layout.n_vectors * compiled.layout.width)
        function(workspace.ctypes.data, jobs.ctypes.data)

    kept = (batch, ends, tries)  # each thread owns what its code addresses, should this one be interrupted
    worthwhile = 1 + n_runs * compiled.layout.n_vectors // WORK_PER_THREAD
    helpers = [Thread(target=work, args=kept) for _ in range(min(threads, worthwhile) - 1)]
    for helper in helpers:
        helper.start()
    work(*kept)
    for helper in helpers:
        helper.join()
    return ends, tries


def _aligned(n: int) -> Array:
    room = np.zeros(n + ALIGNMENT // 8)
    start = -room.ctypes.data % ALIGNMENT // 8
    return room[start : start + n]


def _job_table(
    batch: Batch, ends: Array, tries: NDArray[np.int64], relative_tolerance: float, absolute_tolerance: float
) -> NDArray[np.int64]:
    """Write down where everything is, in the order of :data:`~planner.engine.loop.JOB_TABLE`."""
    table = np.zeros(len(JOB_TABLE) + 3 * len(INPUTS), dtype=np.int64)
    table[table_place("n_runs")], table[table_place("n_segments")] = batch.durations.shape
    table[table_place("ends")], table[table_place("tries")] = ends.ctypes.data, tries.ctypes.data
    table.view(np.float64)[table_place("relative_tolerance")] = relative_tolerance
    table.view(np.float64)[table_place("absolute_tolerance")] = absolute_tolerance
    for name in INPUTS:
        array: Array = getattr(batch, name)
        per_run, *between, last = (*array.strides, 0) if array.ndim == 1 else array.strides
        per_segment = 0
        if name in ("durations", "volume_rates"):
            per_segment, last = last, 0
        elif between and array.shape[1] > 1:
            (per_segment,) = between
        start = table_place(name)
        table[start : start + 4] = array.ctypes.data, per_run, per_segment, last
    return table
