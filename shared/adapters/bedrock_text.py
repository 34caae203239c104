"""Text models on Bedrock: one Converse, which answers soon or not at all."""

import asyncio
from typing import Any

from botocore.exceptions import ClientError

from shared.adapters.aws import TEXT_ANSWERS_WITHIN, AwsClients
from shared.adapters.aws_errors import NO_CREDENTIALS, NOT_REACHED
from shared.adapters.bedrock_models import answered, unanswered
from shared.errors import ModelTimeout, StoreUnavailable
from shared.ports.models import Said

TEMPERATURE, TOP_P = 0.7, 0.9


class BedrockText:
    def __init__(self, clients: AwsClients, region: str) -> None:
        self._clients = clients
        self._region = region

    async def ask(self, model_id: str, system: str, words: str, *, most_tokens: int) -> Said:
        client = await self._clients.bedrock_text(self._region)
        try:
            # The client's own limit is for silence, and an answer may come drop by drop.
            async with asyncio.timeout(TEXT_ANSWERS_WITHIN.total_seconds()):
                reply = await client.converse(
                    modelId=model_id,
                    system=[{"text": system}],
                    messages=[{"role": "user", "content": [{"text": words}]}],
                    inferenceConfig={
                        "maxTokens": most_tokens,
                        "temperature": TEMPERATURE,
                        "topP": TOP_P,
                    },
                )
        except ClientError as error:
            failure = answered(error)
            if failure is None:
                raise
            raise failure from error
        except NO_CREDENTIALS as error:
            raise StoreUnavailable(f"Bedrock could not be asked: {error}") from error
        except TimeoutError as error:
            raise ModelTimeout("The model did not answer in time.") from error
        except NOT_REACHED as error:
            raise unanswered(error) from error
        return Said(text=_text(reply), stop=str(reply["stopReason"]))


def _text(reply: dict[str, Any]) -> str:
    """The words of an answer; what a model thought before them is another kind of block."""
    blocks = reply["output"]["message"]["content"]
    return "".join(block["text"] for block in blocks if "text" in block)
