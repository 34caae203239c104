"""Makes tables, queues and bucket, and keeps a key: `python -m local.bootstrap KEY_FILE`."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from local import resources
from shared.adapters.aws import AwsClients
from shared.adapters.dynamo_api_keys import DynamoKeys
from shared.errors import StoreUnavailable
from shared.keys import ApiKey, key_hash
from shared.settings import Settings

OWNER = "local"
"""Who the machine's own key belongs to."""


async def bootstrap(settings: Settings, api_key: str) -> None:
    """Make what is missing; keep what is there."""
    async with AwsClients.open(settings) as aws:
        await resources.make(settings, aws)
        keys = DynamoKeys(aws.dynamodb, settings.ledger_table)
        key = ApiKey(
            hash=key_hash(api_key), owner=OWNER, name="this machine", made_at=datetime.now(UTC)
        )
        if await keys.find(key.hash) is None:
            await keys.add(key)


def main() -> None:
    try:
        api_key = Path(sys.argv[1]).read_text().strip()
        asyncio.run(bootstrap(Settings.load(os.environ), api_key))
    except (ValueError, OSError, StoreUnavailable) as error:
        sys.exit(f"bootstrap: {error}")


if __name__ == "__main__":
    main()
