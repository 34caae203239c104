"""The keys that sign picture links: made in the account, and replaced without a broken link."""

from collections.abc import Sequence
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.logs import log_group
from infra.review import accept

MAKER = Path(__file__).with_name("edge") / "signing_key.js"


class SigningKeys(Construct):
    """A key group that trusts every key that is named; the first of them signs.

    To rotate, put a new name in front and deploy: its links are trusted before any is made, and the
    old ones stay good. When the last of those has ended (an hour), take the old name out.
    """

    def __init__(self, scope: Construct, id: str, *, names: Sequence[str]) -> None:
        super().__init__(scope, id)
        maker = self._maker()
        self._secrets: list[secretsmanager.Secret] = []
        self._keys: list[cloudfront.PublicKey] = []
        for name in names:
            secret = secretsmanager.Secret(
                self,
                f"Private{name}",
                description="Private key that signs links to pictures (PEM, ECDSA P-256)",
            )
            accept(secret, "SMG4", "Rotated by naming a new key, so that no link breaks.")
            allow = iam.PolicyStatement(
                actions=["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"],
                resources=[secret.secret_arn],
            )
            maker.add_to_role_policy(allow)
            made = cdk.CustomResource(
                self,
                f"Pair{name}",
                resource_type="Custom::SigningKey",
                service_token=maker.function_arn,
                properties={"Secret": secret.secret_arn},
            )
            # The policy must be in force before the function is asked.
            made.node.add_dependency(self._role)
            self._secrets.append(secret)
            self._keys.append(
                cloudfront.PublicKey(
                    self, f"Public{name}", encoded_key=made.get_att_string("PublicKey")
                )
            )
        self.group = cloudfront.KeyGroup(self, "Trusted", items=list(self._keys))

    @property
    def private_key(self) -> secretsmanager.Secret:
        """The one that signs."""
        return self._secrets[0]

    def variables(self) -> dict[str, str]:
        return {
            "CANVAS_CDN_KEY_ID": self._keys[0].public_key_id,
            "CANVAS_CDN_PRIVATE_KEY": self.private_key.secret_arn,
        }

    def _maker(self) -> lambda_.Function:
        log = log_group(self, "MakerLog")
        self._role = iam.Role(
            self, "MakerRole", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
        )
        log.grant_write(self._role)
        return lambda_.Function(
            self,
            "Maker",
            description="Makes the key pair that signs links to pictures",
            runtime=lambda_.Runtime.NODEJS_24_X,
            handler="index.handler",
            code=lambda_.Code.from_inline(MAKER.read_text()),
            timeout=cdk.Duration.seconds(30),
            memory_size=128,
            role=self._role,
            log_group=log,
        )
