"""`canvas-queue up`: one line when ready, one sentence when not, and nothing left behind."""

import os
import signal
import socket
import subprocess
from pathlib import Path

import httpx

from tests.processes import eventually
from tests.system.local_system import (
    STOPS_WITHIN,
    alive,
    free_ports,
    running_system,
    start,
)
from tests.system.test_from_prompt_to_picture import WAIT, a_request


def one_sentence(process: subprocess.Popen[str]) -> str:
    _, errors = process.communicate(timeout=STOPS_WITHIN)
    assert process.returncode == 1
    lines = errors.splitlines()
    assert len(lines) == 1, errors
    return lines[0]


def test_pictures_and_queued_jobs_survive_a_restart(tmp_path: Path) -> None:
    port = free_ports()
    with running_system(tmp_path / "state", port=port) as system:
        with httpx.Client(base_url=system.url, headers=system.headers, timeout=70) as api:
            done = api.post("/v1/jobs", json=a_request("a pier"), headers=WAIT).json()
            system.faults(delay=30)
            left = api.post("/v1/jobs", json=a_request("a ferry")).json()
        assert system.stop() == 0
    with running_system(tmp_path / "state", port=port) as system:
        with httpx.Client(base_url=system.url, headers=system.headers, timeout=70) as api:
            kept = api.get(f"/v1/jobs/{done['id']}").json()
            assert kept["artifacts"][0]["sha256"] == done["artifacts"][0]["sha256"]
            assert httpx.get(kept["artifacts"][0]["url"]).status_code == 200
            finished = api.get(f"/v1/jobs/{left['id']}", headers=WAIT).json()
        assert finished["status"] == "succeeded"


def test_its_files_are_its_users_alone(tmp_path: Path) -> None:
    with running_system(tmp_path / "state") as system:
        assert (system.folder / "key").stat().st_mode & 0o777 == 0o600
        assert system.folder.stat().st_mode & 0o777 == 0o700
        assert system.key.startswith("cq_")


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    first = free_ports()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first + 2))
        taken.listen()
        sentence = one_sentence(start(tmp_path / "state", first))
    assert f"Port {first + 2} cannot be used" in sentence
    assert "--port" in sentence


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file, not a folder")
    sentence = one_sentence(start(tmp_path / "state", free_ports()))
    assert f"Cannot write to {tmp_path / 'state'}" in sentence


def test_a_second_system_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with running_system(tmp_path / "state"):
        sentence = one_sentence(start(tmp_path / "state", free_ports()))
    assert "in use by another canvas-queue" in sentence


def test_a_misspelt_setting_is_named(tmp_path: Path) -> None:
    sentence = one_sentence(start(tmp_path / "state", free_ports(), CANVAS_RATE_LIMT="3"))
    assert "CANVAS_RATE_LIMT" in sentence


def test_a_process_that_dies_ends_the_system_with_its_name(tmp_path: Path) -> None:
    with running_system(tmp_path / "state") as system:
        children = system.children()
        worker = next(
            pid for pid in children if b"worker.poller" in Path(f"/proc/{pid}/cmdline").read_bytes()
        )
        os.kill(worker, signal.SIGKILL)
        sentence = one_sentence(system.process)
        assert "worker 1 stopped" in sentence
        assert str(system.folder / "logs" / "worker-1.log") in sentence
        assert not any(map(alive, children))


def test_not_even_a_killed_supervisor_leaves_a_process_behind(tmp_path: Path) -> None:
    with running_system(tmp_path / "state") as system:
        children = system.children()
        assert len(children) == 5
        system.process.kill()
        system.process.wait()
        assert eventually(lambda: not any(map(alive, children)), within=30)
