"""The route of the prompt helper: an idea in, a caption and a negative prompt out."""

from typing import Annotated, Self

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from frontend.api.answers import answer
from frontend.api.context import Asking, Wired
from frontend.api.documents import Document
from frontend.api.problems import ProblemDocument
from shared.catalog import AUTO
from shared.prompting import Source, Wish, surprise
from shared.tasks import Words

_problem = {"model": ProblemDocument}
router = APIRouter(
    prefix="/v1/prompts",
    tags=["prompts"],
    responses=dict.fromkeys((400, 401, 403, 413, 415, 422, 429, 500, 503), _problem),
)


class PromptRequest(BaseModel):
    """An idea to be put into a caption, or the wish for a surprise."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    idea: Words | None = None
    model: Annotated[str, Field(min_length=1, max_length=200)] = AUTO
    """What the prompt is for: a model's name, id or family, or ``auto``."""
    surprise: bool = False
    """Make one up; no model is asked."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.idea is not None) == self.surprise:
            raise PydanticCustomError("one_of", "Give an idea or ask for a surprise, and not both")
        return self


class PromptDocument(Document):
    """A prompt to use; ``reason`` says why it is no more than your own words."""

    prompt: str
    negative_prompt: str | None
    source: Source
    reason: str | None


@router.post("", response_model=PromptDocument)
async def prompt(
    request: Request, wanted: PromptRequest, frontend: Wired, asker: Asking
) -> Response:
    """Make a prompt of an idea. If that fails, your own words come back with the reason."""
    if wanted.idea is None:
        suggestion = surprise(frontend.random)
    else:
        wish = Wish(asker.owner, frontend.identity.network(request), wanted.idea, wanted.model)
        suggestion = await frontend.prompts.caption(wish, frontend.catalog())
    return answer(
        request,
        PromptDocument(
            prompt=suggestion.prompt,
            negative_prompt=suggestion.negative_prompt,
            source=suggestion.source,
            reason=suggestion.reason,
        ),
    )
