"""Refusals in AWS's words.

ServiceError
├── ValidationException            400
├── ServiceQuotaExceededException  400
├── AccessDeniedException          403
├── MissingAuthenticationToken     403
├── ResourceNotFoundException      404
├── UnknownOperation               404
├── ModelTimeoutException          408
├── ModelErrorException            424
├── ThrottlingException            429
├── ModelNotReadyException         429
├── InternalServerException        500
└── ServiceUnavailableException    503
"""

from typing import ClassVar

_NAMESPACE = "http://internal.amazon.com/coral/com.amazon.bedrock/"


class ServiceError(Exception):
    """An error reply. The sentence is what the SDK shows as the error's message."""

    status: ClassVar[int]
    code: ClassVar[str]
    sentence: ClassVar[str]

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.sentence)

    @property
    def message(self) -> str:
        return str(self)

    @property
    def headers(self) -> dict[str, str]:
        return {"x-amzn-ErrorType": f"{self.code}:{_NAMESPACE}"}

    def body(self) -> dict[str, object]:
        return {"message": self.message}


class ValidationException(ServiceError):
    status = 400
    code = "ValidationException"
    sentence = "Malformed input request, please reformat your input and try again."


class ServiceQuotaExceededException(ServiceError):
    status = 400
    code = "ServiceQuotaExceededException"
    sentence = "Your request exceeds the service quota for your account."


class AccessDeniedException(ServiceError):
    status = 403
    code = "AccessDeniedException"
    sentence = "You don't have access to the model with the specified model ID."


class MissingAuthenticationToken(ServiceError):
    status = 403
    code = "MissingAuthenticationTokenException"
    sentence = "Missing Authentication Token"


class ResourceNotFoundException(ServiceError):
    status = 404
    code = "ResourceNotFoundException"
    sentence = "Could not resolve the foundation model from the provided model identifier."


class UnknownOperation(ServiceError):
    status = 404
    code = "UnknownOperationException"
    sentence = "The operation is not one that this simulator knows."


class ModelTimeoutException(ServiceError):
    status = 408
    code = "ModelTimeoutException"
    sentence = "Processing time exceeded the model timeout length."


class ModelErrorException(ServiceError):
    status = 424
    code = "ModelErrorException"
    sentence = "The request failed due to an error while processing the model."

    def __init__(self, message: str = "", *, model: str) -> None:
        super().__init__(message)
        self.model = model

    def body(self) -> dict[str, object]:
        return {**super().body(), "originalStatusCode": 500, "resourceName": self.model}


class ThrottlingException(ServiceError):
    status = 429
    code = "ThrottlingException"
    sentence = "Too many requests, please wait before trying again."


class ModelNotReadyException(ServiceError):
    status = 429
    code = "ModelNotReadyException"
    sentence = "The model is not ready to serve inference requests, please try again."


class InternalServerException(ServiceError):
    status = 500
    code = "InternalServerException"
    sentence = (
        "The system encountered an unexpected error during processing. Try your request again."
    )


class ServiceUnavailableException(ServiceError):
    status = 503
    code = "ServiceUnavailableException"
    sentence = "Bedrock is unable to process your request, please try again."


END_OF_LIFE = (
    "This model version has reached the end of its life. "
    "Please refer to the AWS documentation for more details."
)
LEGACY_AND_IDLE = (
    "Access denied. This Model is marked by provider as Legacy and you have not been actively "
    "using the model in the last 15 days. Please upgrade to an active model on Amazon Bedrock"
)
NEEDS_A_PROFILE = (
    "Invocation of model ID {model} with on-demand throughput isn't supported. Retry your "
    "request with the ID or ARN of an inference profile that contains this model."
)
NO_CONVERSATION = (
    "This action doesn't support the model that you provided. "
    "Try again with a supported text or chat model."
)
UNKNOWN_MODEL = "The provided model identifier is invalid."
