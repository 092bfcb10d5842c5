"""What happens to the command line when its output goes away, or the user stops it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "import sys; from feebly.cli import main; sys.exit(main())"]


@pytest.mark.parametrize("words", [["list", "models"], ["--help"]], ids=" ".join)
def test_a_closed_pipe_is_no_error(words: list[str]) -> None:
    """As with ``feebly list models | head -1``: the reader has gone before the first line."""
    reading, writing = os.pipe()
    os.close(reading)
    found = subprocess.run(
        [*COMMAND, *words], stdout=writing, stderr=subprocess.PIPE, check=False, timeout=120
    )
    os.close(writing)
    assert found.returncode == 0
    assert found.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_said_in_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        found = subprocess.run(
            [*COMMAND, "list", "models"], stdout=full, stderr=subprocess.PIPE, check=False, timeout=120
        )
    assert found.returncode == 2
    assert found.stderr.decode().splitlines() == [
        "Error: The output cannot be written: no space is left on the device."
    ]


def test_an_interrupt_stops_with_a_word(tmp_path: Path) -> None:
    path = tmp_path / "limit.json"
    words = ["limit", "sn-cooling", "--model", "b-l", "--mass-mev", "1:300:4000", "-o", str(path)]
    run = subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(5)  # past the imports, far from the end
    assert run.poll() is None
    run.send_signal(signal.SIGINT)
    _, error = run.communicate(timeout=60)
    assert run.returncode == 130
    assert error.decode().splitlines()[-1] == "Error: Stopped."
    assert list(tmp_path.iterdir()) == []
