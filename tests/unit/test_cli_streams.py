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


def test_no_output_at_all_is_no_error() -> None:
    words = " ".join(["list", "stars"])
    found = subprocess.run(
        [
            "sh",
            "-c",
            f'exec "$0" -c "import sys; from feebly.cli import main; sys.exit(main())" {words} >&-',
            sys.executable,
        ],
        stderr=subprocess.PIPE,
        check=False,
        timeout=120,
    )
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
    started = "print('begun', flush=True)"
    program = f"import sys, feebly.limits.solver; from feebly.cli import main; {started}; sys.exit(main())"
    run = subprocess.Popen(
        [sys.executable, "-c", program, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert run.stdout is not None
    assert run.stdout.readline() == b"begun\n"
    time.sleep(3)  # into the command, far from its end
    assert run.poll() is None
    run.send_signal(signal.SIGINT)
    _, error = run.communicate(timeout=60)
    assert run.returncode == 130
    assert error.decode().splitlines()[-1] == "Error: Stopped."
    assert list(tmp_path.iterdir()) == []
