"""The embedded AWS: how ministack is started here."""

from pathlib import Path

KEY = "test"
"""Key id and secret of its root user. It checks signatures, so that a web page that is open in the
same browser can neither read the bucket nor send to the queue."""


def environment(port: int, data: Path) -> dict[str, str]:
    """Variables that make it listen on loopback alone, open no other port, and keep its data."""
    return {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "AUTH": "true",
        "SERVICES": "s3,sqs,dynamodb",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(data / "services"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(data / "objects"),
        "TMPDIR": str(data),
        "LOG_LEVEL": "WARNING",
    }


def python(root: Path) -> Path:
    """The interpreter of ministack's own environment: its botocore pin differs from ours."""
    return root / ".venv-aws" / "bin" / "python"
