"""The service's own secrets: made in the account, and replaced while people work."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.review import accept


class ReplacedSecret(Construct):
    """A secret that is replaced by another name, and not by another value, which CloudFormation
    would not notice.

    The first name is the one that is used, and both are trusted. So put a new name behind and
    deploy, until every process knows it; then in front; and when nobody comes with the old one any
    more, take that out.
    """

    def __init__(
        self, scope: Construct, id: str, *, names: Sequence[str], description: str
    ) -> None:
        super().__init__(scope, id)
        self._secrets = [self._made(name, description) for name in names]

    @property
    def used(self) -> secretsmanager.Secret:
        return self._secrets[0]

    def variables(self, setting: str) -> dict[str, str]:
        """What a process is told: ``CANVAS_SETTING`` and, of two, ``CANVAS_OTHER_SETTING``."""
        variables = (f"CANVAS_{setting}", f"CANVAS_OTHER_{setting}")
        return {v: s.secret_arn for v, s in zip(variables, self._secrets, strict=False)}

    def grant_read(self, role: iam.IRole) -> None:
        for secret in self._secrets:
            secret.grant_read(role)

    def _made(self, name: str, description: str) -> secretsmanager.Secret:
        secret = secretsmanager.Secret(
            self,
            name,
            description=description,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                exclude_punctuation=True, password_length=48
            ),
        )
        accept(
            secret, "SMG4", "Replaced by naming another: who holds it is told by the deployment."
        )
        return secret
