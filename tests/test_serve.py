"""The app's process: what it answers, to whom, and that nothing of it is left when it is told to stop."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from planner.cli import main

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))
from step_messages import steps

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether nobody listens on a port."""
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) != 0


def ask(port: int, path: str, host: str = "127.0.0.1") -> tuple[int, dict[str, str], str]:
    """Status, headers and text of an answer."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read().decode()


@contextmanager
def served(*options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """``planner app`` as a process of its own group, once it answers."""
    port = free_port()
    program = "from planner.cli import main; main()"
    command = [sys.executable, "-c", program, "app", "--port", str(port), *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        for _ in range(300):
            if process.poll() is not None or not is_free(port):
                break
            time.sleep(0.1)
        assert ask(port, "/_stcore/health")[:1] == (200,)
        yield process, port
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_signal_leaves_no_server(told: signal.Signals) -> None:
    """Told to stop, by Ctrl-C too, or killed: the port is free and no process of the group is left."""
    with served() as (process, port):
        process.send_signal(told)
        process.wait(20)
        assert is_free(port)
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)


def test_what_is_answered_to_whom() -> None:
    """The page in no frame, to this machine's names only; no counts of sessions, however the path is written."""
    with served() as (_, port):
        for host in ("127.0.0.1", f"127.0.0.1:{port}", "localhost"):
            status, headers, _ = ask(port, "/", host)
            assert status == 200
            assert headers["x-frame-options"] == "DENY"
            assert headers["content-security-policy"] == "frame-ancestors 'none'"
        for host in ("example.org", "127.0.0.1.example.org", "localhost.example.org:80"):
            for path in ("/", "/_stcore/health", "/_stcore/stream"):
                assert ask(port, path, host)[0] == 400
        for path in ("/_stcore/metrics", "/_stcore/metrics/", "/_stcore/%6detrics", "/x/../_stcore/metrics"):
            assert "active_sessions" not in ask(port, path)[2], path
        assert ask(port, "/_stcore/metrics")[0] == 404


def test_a_lab_server_answers_to_its_name_and_no_other() -> None:
    """With a name the app answers to it, its socket takes pages of that name, and still no other host is served."""
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    with served("--address", "127.0.0.1", "--name", "planner.example.org") as (_, port):
        assert ask(port, "/", "planner.example.org")[0] == 200
        assert ask(port, "/", "other.example.org")[0] == 400
        socket_path = f"ws://127.0.0.1:{port}/_stcore/stream"
        with connect(socket_path, origin="https://planner.example.org", subprotocols=["streamlit"]):  # type: ignore[arg-type,list-item]
            pass
        with (
            pytest.raises(InvalidStatus),
            connect(socket_path, additional_headers={"Host": "other.example.org"}),
        ):
            pass


@pytest.mark.parametrize(
    "options", [("--address", "0.0.0.0"), ("--name", "a b"), ("--name", "https://x.org")]
)
def test_an_address_for_others_asks_for_a_name(options: tuple[str, str]) -> None:
    """An open address without a name, and what is no name, are refused in one line before anything is served."""
    run = CliRunner().invoke(main, ["app", *options])
    assert run.exit_code == 2
    assert "--name" in run.stderr


def test_a_session_draws_the_answer() -> None:
    """A browser's session behind the door gets the worked example, without an exception or a word on the terminal."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from websockets.sync.client import connect

    with served() as (process, port):
        start = BackMsg()
        start.rerun_script.query_string = ""
        with connect(
            f"ws://127.0.0.1:{port}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
        ) as socket_of_session:
            socket_of_session.send(start.SerializeToString())
            drawn, finished = [], False
            while not finished:
                message = ForwardMsg.FromString(socket_of_session.recv(timeout=60))  # type: ignore[arg-type]
                finished = message.WhichOneof("type") == "script_finished"
                drawn.append(str(message))
        process.send_signal(signal.SIGTERM)
        said = process.stdout.read()  # type: ignore[union-attr]
    assert any("Target: mono" in text for text in drawn)
    assert not any("exception {" in text for text in drawn)
    assert f":{port}" in said
    assert "Thread" not in said


def test_a_step_of_a_slider_sends_little_and_nothing_that_the_page_lacks() -> None:
    """Less than 30 kB before compression, no message named that a page would not hold, no exception."""
    with served() as (_, port):
        made, session = asyncio.run(steps(port, 4))
    assert session.failed == session.missed == 0
    assert all(0 < step.sent_bytes < 30_000 for step in made), [step.sent_bytes for step in made]
    assert all(step.answer_ms for step in made), "a number of the answer changes with every step"
