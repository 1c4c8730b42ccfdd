"""A small assembler for LLVM's intermediate representation (IR), so that generated code reads like arithmetic.

A :class:`Code` is one function under construction. Its values carry Python's operators: ``k * a + b`` appends a
multiplication and an addition and gives the value that holds the sum. A *vector* is one double for each of
``width`` lanes, and each lane belongs to another run. All lasting state lives in a workspace: named fields of
vectors at fixed places, laid out by :class:`Layout`; functions get its address and share nothing else.

Only what the engine needs is here: 64-bit floats and integers, truth values, memory, counted loops and branches.
Language: https://llvm.org/docs/LangRef.html
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

# "contract" lets a product and a sum become one fused instruction where the processor has it
_FLOAT_OPERATIONS = {"+": "fadd contract", "-": "fsub contract", "*": "fmul contract", "/": "fdiv contract"}
_INTEGER_OPERATIONS = {"+": "add", "-": "sub", "*": "mul", "/": "sdiv", "&": "and", "|": "or"}
_FLOAT_TESTS = {  # false for NaN, but for !=
    "<": "fcmp olt", "<=": "fcmp ole", ">": "fcmp ogt", ">=": "fcmp oge", "==": "fcmp oeq", "!=": "fcmp une",
}  # fmt: skip
_INTEGER_TESTS = {
    "<": "icmp slt", "<=": "icmp sle", ">": "icmp sgt", ">=": "icmp sge", "==": "icmp eq", "!=": "icmp ne",
}  # fmt: skip

LONG_BLOCK = 200
"""Lines; blocks of this length compile as fast as shorter ones, and at full speed (measured at 9 to 74 species)."""


def _literal(number: float, type_: str) -> str:
    """Return a constant of one lane as IR writes it: doubles by their bits, exactly."""
    if type_ == "double":
        return "0x" + struct.pack(">d", number).hex().upper()
    return ("false", "true")[int(number)] if type_ == "i1" else f"{number:d}"


class Layout:
    """Where each field of the workspace lies: so many whole vectors of 8-byte lanes each, one after the other."""

    def __init__(self, width: int, **fields: int) -> None:
        self.width = width
        self.numbers = fields
        self.starts: dict[str, int] = {}
        self.n_vectors = 0
        for name, n_vectors in fields.items():
            self.starts[name] = self.n_vectors
            self.n_vectors += n_vectors

    def offset(self, field: str, index: int = 0) -> int:
        """Return where a vector of a field starts, in bytes from the start of the workspace."""
        return (self.starts[field] + index) * self.width * 8


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A result of generated code: its name and its type in IR, with Python's operators."""

    code: "Code"
    name: str
    type: str

    def __add__(self, other: "Operand") -> "Value":
        """Append an addition."""
        return self.code.operate("+", self, other)

    def __radd__(self, other: "Operand") -> "Value":
        """Append an addition."""
        return self.code.operate("+", self, other)

    def __sub__(self, other: "Operand") -> "Value":
        """Append a subtraction."""
        return self.code.operate("-", self, other)

    def __rsub__(self, other: float) -> "Value":
        """Append a subtraction of this value from a constant."""
        return self.code.operate("-", self.code.constant(other, self.type), self)

    def __mul__(self, other: "Operand") -> "Value":
        """Append a multiplication."""
        return self.code.operate("*", self, other)

    def __rmul__(self, other: "Operand") -> "Value":
        """Append a multiplication."""
        return self.code.operate("*", self, other)

    def __truediv__(self, other: "Operand") -> "Value":
        """Append a division; of integers, towards zero."""
        return self.code.operate("/", self, other)

    def __rtruediv__(self, other: float) -> "Value":
        """Append a division of a constant by this value."""
        return self.code.operate("/", self.code.constant(other, self.type), self)

    def __and__(self, other: "Value") -> "Value":
        """Append a logical and."""
        return self.code.operate("&", self, other)

    def __or__(self, other: "Value") -> "Value":
        """Append a logical or."""
        return self.code.operate("|", self, other)

    def __invert__(self) -> "Value":
        """Append a logical not, of truth values."""
        return self.code.append(
            self.type, f"xor {self.type} {self.name}, {self.code.constant(True, self.type).name}"
        )

    def __lt__(self, other: "Operand") -> "Value":
        """Append a comparison, lane by lane; false for NaN."""
        return self.code.test("<", self, other)

    def __le__(self, other: "Operand") -> "Value":
        """Append a comparison, lane by lane; false for NaN."""
        return self.code.test("<=", self, other)

    def __gt__(self, other: "Operand") -> "Value":
        """Append a comparison, lane by lane; false for NaN."""
        return self.code.test(">", self, other)

    def __ge__(self, other: "Operand") -> "Value":
        """Append a comparison, lane by lane; false for NaN."""
        return self.code.test(">=", self, other)

    def equals(self, other: "Operand") -> "Value":
        """Append a comparison, lane by lane; false for NaN."""
        return self.code.test("==", self, other)

    def differs(self, other: "Operand") -> "Value":
        """Append a comparison, lane by lane; true for NaN."""
        return self.code.test("!=", self, other)


Operand = Value | float | int


class Code:
    """One IR function under construction; its first parameter ``%w`` is the workspace."""

    def __init__(self, name: str, layout: Layout, *parameters: str, visible: bool = False) -> None:
        self.name, self.layout, self.width = name, layout, layout.width
        self.vector, self.integers = f"<{self.width} x double>", f"<{self.width} x i64>"
        self.truths = f"<{self.width} x i1>"
        parameters = ("ptr noalias %w", *parameters)
        self.head = f"define {'' if visible else 'internal '}void @{name}({', '.join(parameters)}) #0 {{"
        self.lines: list[str] = ["start:"]
        self.block, self.block_start = "start", 1
        self.n_names = 0
        self.constants: dict[tuple[float, str], Value] = {}

    def text(self) -> str:
        """Return the finished function."""
        return "\n".join([self.head, *self.lines, "ret void", "}"])

    # values

    def append(self, type_: str, instruction: str) -> Value:
        """Append an instruction with a result."""
        self.n_names += 1
        name = f"%x{self.n_names}"
        self.lines.append(f"{name} = {instruction}")
        return Value(self, name, type_)

    def constant(self, number: float, type_: str | None = None) -> Value:
        """Return a constant, the same in every lane of a vector."""
        type_ = type_ or self.vector
        key = (number, type_)
        if key not in self.constants:
            lane = type_.rsplit(" ", 1)[-1].rstrip(">")
            literal = _literal(number, lane)
            if type_.startswith("<"):
                literal = "<" + ", ".join([f"{lane} {literal}"] * self.width) + ">"
            self.constants[key] = Value(self, literal, type_)
        return self.constants[key]

    def _operand(self, like: Value, other: Operand) -> Value:
        return other if isinstance(other, Value) else self.constant(other, like.type)

    def operate(self, sign: str, left: Value, right: Operand) -> Value:
        """Append an arithmetic or logical operation."""
        operation = (_FLOAT_OPERATIONS if "double" in left.type else _INTEGER_OPERATIONS)[sign]
        return self.append(
            left.type, f"{operation} {left.type} {left.name}, {self._operand(left, right).name}"
        )

    def test(self, sign: str, left: Value, right: Operand) -> Value:
        """Append a comparison."""
        operation = (_FLOAT_TESTS if "double" in left.type else _INTEGER_TESTS)[sign]
        result = self.truths if left.type.startswith("<") else "i1"
        return self.append(result, f"{operation} {left.type} {left.name}, {self._operand(left, right).name}")

    def select(self, condition: Value, yes: Operand, no: Value) -> Value:
        """Append a choice, lane by lane."""
        value = self._operand(no, yes)
        return self.append(
            no.type, f"select {condition.type} {condition.name}, {no.type} {value.name}, {no.type} {no.name}"
        )

    def larger(self, left: Value, right: Operand) -> Value:
        """Append a maximum; NaN if ``left`` is NaN."""
        return self.select(left < right, right, left)

    def smaller(self, left: Value, right: Operand) -> Value:
        """Append a minimum; NaN if ``left`` is NaN."""
        other = self._operand(left, right)
        return self.select(other < left, other, left)

    def magnitude(self, value: Value) -> Value:
        """Append an absolute value."""
        return self.append(
            value.type, f"call {value.type} @llvm.fabs.v{self.width}f64({value.type} {value.name})"
        )

    def bits(self, value: Value, type_: str) -> Value:
        """Append a reading of the same bits as another type."""
        return self.append(type_, f"bitcast {value.type} {value.name} to {type_}")

    def convert(self, value: Value) -> Value:
        """Append a conversion of a vector of integers to floats or, cut towards zero, the other way."""
        if value.type == self.vector:
            return self.append(self.integers, f"fptosi {self.vector} {value.name} to {self.integers}")
        return self.append(self.vector, f"sitofp {self.integers} {value.name} to {self.vector}")

    def widen(self, value: Value) -> Value:
        """Append a conversion of truth values to integers 0 and 1."""
        type_ = self.integers if value.type.startswith("<") else "i64"
        return self.append(type_, f"zext {value.type} {value.name} to {type_}")

    def any(self, truths: Value) -> Value:
        """Append a test whether any lane holds."""
        mask = self.bits(truths, f"i{self.width}")
        return mask.differs(0)

    # memory

    def _place(self, field: str, index: int | Value, lane: Value | None = None) -> Value:
        fixed = self.layout.offset(field, index if isinstance(index, int) else 0)
        place = self.append("ptr", f"getelementptr i8, ptr %w, i64 {fixed}")
        if isinstance(index, Value):
            place = self.append("ptr", f"getelementptr {self.vector}, ptr {place.name}, i64 {index.name}")
        if lane is not None:
            place = self.append("ptr", f"getelementptr i64, ptr {place.name}, i64 {lane.name}")
        return place

    def read(self, place: Value, type_: str, alignment: int = 8) -> Value:
        """Append a load from an address."""
        return self.append(type_, f"load {type_}, ptr {place.name}, align {alignment}")

    def write(self, place: Value, value: Value, alignment: int = 8) -> None:
        """Append a store to an address."""
        self.lines.append(f"store {value.type} {value.name}, ptr {place.name}, align {alignment}")

    def load(self, field: str, index: int | Value = 0, *, integers: bool = False) -> Value:
        """Append a load of one vector of a field."""
        return self.read(
            self._place(field, index), self.integers if integers else self.vector, self.width * 8
        )

    def store(self, field: str, index: int | Value, value: Value) -> None:
        """Append a store of one vector of a field."""
        self.write(self._place(field, index), value, self.width * 8)

    def load_lane(self, field: str, lane: Value, index: int | Value = 0, type_: str = "double") -> Value:
        """Append a load of one lane of a vector."""
        return self.read(self._place(field, index, lane), type_)

    def store_lane(self, field: str, lane: Value, value: Operand, index: int | Value = 0) -> None:
        """Append a store to one lane of a vector; a Python float or int is stored as such."""
        if not isinstance(value, Value):
            value = self.constant(value, "double" if isinstance(value, float) else "i64")
        self.write(self._place(field, index, lane), value)

    # control

    def call(self, name: str, *arguments: Value) -> None:
        """Append a call of a function of the same workspace."""
        listed = ", ".join(["ptr %w", *(f"{a.type} {a.name}" for a in arguments)])
        self.lines.append(f"call void @{name}({listed})")

    def begin(self, block: str) -> None:
        """Begin a block of instructions, reached from wherever a branch names it."""
        self.lines.append(f"{block}:")
        self.block, self.block_start = block, len(self.lines)

    def fresh_label(self, stem: str) -> str:
        """Return a label that no other block has."""
        self.n_names += 1
        return f"{stem}{self.n_names}"

    def rest(self) -> None:
        """Start a new block if this one is long: LLVM's effort grows with the square of a block's length."""
        if len(self.lines) - self.block_start > LONG_BLOCK:
            block = self.fresh_label("next")
            self.jump(block)
            self.begin(block)

    def leave(self, block: str) -> None:
        """Append a jump out of a branch or a loop; what the surrounding ``with`` appends after it is never run."""
        self.jump(block)
        self.begin(self.fresh_label("unreached"))

    def jump(self, block: str) -> None:
        """Append a jump."""
        self.lines.append(f"br label %{block}")

    def branch(self, condition: Value, yes: str, no: str) -> None:
        """Append a conditional jump."""
        self.lines.append(f"br i1 {condition.name}, label %{yes}, label %{no}")

    @contextmanager
    def when(self, condition: Value) -> Iterator[None]:
        """Run the instructions appended inside only if the condition holds."""
        then, after = self.fresh_label("then"), self.fresh_label("after")
        self.branch(condition, then, after)
        self.begin(then)
        yield
        self.jump(after)
        self.begin(after)

    @contextmanager
    def count(self, n: int | Value, start: int | Value = 0) -> Iterator[Value]:
        """Run the instructions appended inside for an index from start to n - 1, at least once."""
        first = start if isinstance(start, Value) else self.constant(start, "i64")
        body, after, before = self.fresh_label("body"), self.fresh_label("after"), self.block
        self.jump(body)
        self.begin(body)
        position = len(self.lines)
        index = self.append("i64", "")
        yield index
        following = index + 1
        self.lines[position] = (
            f"{index.name} = phi i64 [{first.name}, %{before}], [{following.name}, %{self.block}]"
        )
        self.branch(following < n, body, after)
        self.begin(after)

    @contextmanager
    def forever(self) -> Iterator[str]:
        """Repeat the instructions appended inside; jump to the label given to leave."""
        body, after = self.fresh_label("body"), self.fresh_label("after")
        self.jump(body)
        self.begin(body)
        yield after
        self.jump(body)
        self.begin(after)
