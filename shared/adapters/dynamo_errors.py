"""What DynamoDB raises: a condition that did not hold, with the row that stood against it."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

from shared.adapters.aws_errors import code, store_errors
from shared.adapters.dynamo_keys import Item


class Refused(Exception):
    """A conditional write was refused; nothing was written.

    ``kept`` is the row as it is, if the write asked for it and there is one.
    """

    def __init__(self, kept: Item) -> None:
        super().__init__("a conditional write was refused")
        self.kept = kept


@contextmanager
def dynamo_errors() -> Iterator[None]:
    """Raises ``Refused`` and ``StoreUnavailable``; bugs go through."""
    try:
        with store_errors():
            yield
    except ClientError as error:
        if code(error) != "ConditionalCheckFailedException":
            raise
        raise Refused(error.response.get("Item", {})) from error
