"""One browser without the browser: what the server sends for a moved slider, and how long it works on it.

Speaks the app's own protocol as its page does: it keeps the messages that may be kept, names them in the next
request, and forgets them when the page would. A step's time is from the request's leaving to the last message's
coming; its bytes are those of all messages, before compression.
"""

import time
from dataclasses import dataclass, field

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

SLIDER = "Carbonyl [equiv]"


@dataclass(kw_only=True)
class Step:
    """What one request brought."""

    server_ms: float
    answer_ms: float
    """Until the first number of the answer."""
    sent_bytes: int
    largest: list[tuple[int, str]] = field(default_factory=list)
    """Bytes and kind of each message, the largest first."""


class Session:
    """One user: a socket, the slider that it has been shown, and the messages that it keeps."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket
        self.slider = ""
        self.buttons: dict[str, str] = {}
        """Of each label, as they came."""
        self.failed = 0
        self.missed = 0
        """Messages that were named but are not kept: 0, or the page would show nothing there."""
        self.kept: dict[str, ForwardMsg] = {}
        self.age: dict[str, int] = {}
        self.longest = 2

    async def run(self, message: BackMsg) -> Step:
        """Ask for a run and wait until it has finished."""
        message.rerun_script.cached_message_hashes.extend(self.kept)
        step = Step(server_ms=0.0, answer_ms=0.0, sent_bytes=0)
        start = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        while True:
            raw = await self.socket.recv()
            answer, size = ForwardMsg.FromString(raw), len(raw)
            since = 1e3 * (time.perf_counter() - start)
            step.sent_bytes += size
            kind = answer.WhichOneof("type")
            if kind == "ref_hash":
                answer, kind = self._named(answer.ref_hash), "named"
            elif answer.metadata.cacheable:
                self.kept[answer.hash] = answer
            if answer is not None:
                self.age[answer.hash] = 0
                self._look(answer)
                what = answer.delta.new_element.WhichOneof("type") or ""
                step.largest.append((size, f"{kind} {what}"))
                if what == "metric" and not step.answer_ms:
                    step.answer_ms = since
            if kind == "script_finished":
                step.server_ms = since
                step.largest.sort(reverse=True)
                self._forget()
                return step

    def _named(self, name: str) -> ForwardMsg | None:
        self.missed += name not in self.kept
        return self.kept.get(name)

    def _look(self, answer: ForwardMsg) -> None:
        element = answer.delta.new_element
        if element.HasField("slider") and element.slider.label == SLIDER:
            self.slider = element.slider.id
        if element.HasField("button"):
            self.buttons[element.button.label] = element.button.id
        self.failed += element.HasField("exception")

    def _forget(self) -> None:
        for name in list(self.kept):
            self.age[name] += 1
            if self.age[name] > self.longest:
                del self.kept[name]

    async def open(self, address: str) -> Step:
        """Load the page."""
        message = BackMsg()
        message.rerun_script.query_string = address
        return await self.run(message)

    async def press(self, label: str) -> Step:
        """Press a button of the page."""
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add()
        state.id = self.buttons[label]
        state.trigger_value = True
        return await self.run(message)

    async def move(self, value: float) -> Step:
        """Move the slider."""
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add()
        state.id = self.slider
        state.double_array_value.data.append(value)
        return await self.run(message)


async def steps(port: int, moves: int) -> tuple[list[Step], Session]:
    """Open the app and move its slider to values that it has not seen."""
    url = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with websockets.connect(url, max_size=None, subprotocols=["streamlit"]) as socket:
        session = Session(socket)
        await session.open("carbonyl_equivalents=0.8")
        made = [await session.move(round(0.82 + 0.02 * i, 2)) for i in range(moves)]
        return made, session
