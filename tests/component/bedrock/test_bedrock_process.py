"""The simulator as a process of its own, and as an asynchronous client meets it."""

import json
import signal
import subprocess
import sys
import time
from typing import Any

import httpx
import pytest
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from tests.processes import free_port

CORE = "stability.stable-image-core-v1:1"


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_process_starts_with_its_settings_and_stops_quietly(stop: signal.Signals) -> None:
    port = free_port()
    command = [sys.executable, "-m", "local.bedrock", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--faults", '{"delay": 0.25}'],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        deadline = time.monotonic() + 20
        faults: dict[str, Any] = {}
        while not faults and process.poll() is None and time.monotonic() < deadline:
            try:
                faults = httpx.get(f"http://127.0.0.1:{port}/_sim/faults").json()
            except httpx.TransportError:
                time.sleep(0.05)
        assert faults.get("delay") == 0.25
        process.send_signal(stop)
        said, _ = process.communicate(timeout=10)
    finally:
        process.kill()
        process.wait()
    assert said == ""
    assert process.returncode in (0, -stop)


@pytest.mark.parametrize(
    ("fault", "error"), [("drop", ConnectionClosedError), ("hang", ReadTimeoutError)]
)
async def test_silence_is_what_the_asynchronous_sdk_takes_it_for(
    simulator: Any, fault: str, error: type[Exception]
) -> None:
    simulator.behave(next=[fault])
    config = AioConfig(read_timeout=1, retries={"total_max_attempts": 1})
    async with get_session().create_client(
        "bedrock-runtime",
        endpoint_url=simulator.url,
        region_name="us-west-2",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=config,
    ) as client:
        body = json.dumps({"prompt": "a barn", "seed": 3})
        with pytest.raises(error):
            await client.invoke_model(modelId=CORE, body=body)
        reply = await client.invoke_model(modelId=CORE, body=body)
        assert json.loads(await reply["body"].read())["seeds"] == [3]
