"""Requests for messages that outlive who made them."""

import asyncio

from shared.adapters.aws import AwsClients
from shared.settings import Settings

LOOKS = 0.3
"""Seconds within which the emulator has given a message to whoever waits for one."""


async def emptied(aws: tuple[AwsClients, Settings]) -> str:
    """The address of the normal lane's queue, once it is empty and nobody waits at it.

    A worker that was stopped leaves a request behind, which the emulator goes on with for up to
    twenty seconds: it would hide the next message from everybody. It gets one that is of no use.
    """
    clients, settings = aws
    sqs = clients.sqs
    url = (await sqs.get_queue_url(QueueName=settings.normal_queue))["QueueUrl"]
    taken = True
    while taken:
        await sqs.purge_queue(QueueUrl=url)
        await sqs.send_message(QueueUrl=url, MessageBody="for nobody")
        await asyncio.sleep(LOOKS)
        found = await sqs.get_queue_attributes(
            QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesNotVisible"]
        )
        taken = found["Attributes"]["ApproximateNumberOfMessagesNotVisible"] != "0"
    await sqs.purge_queue(QueueUrl=url)
    return str(url)
