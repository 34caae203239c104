/**
 * Makes the key pair that signs picture links, once, where nobody sees it: the private half goes
 * into a secret of the stack's, and CloudFormation is told the public half. A Lambda function behind
 * a custom resource; it goes into the template as text, so it has no dependencies of its own.
 *
 * @typedef {{RequestType: string, ResponseURL: string, StackId: string, RequestId: string,
 *   LogicalResourceId: string, PhysicalResourceId?: string,
 *   ResourceProperties: {Secret: string}}} Request
 */
const { createPrivateKey, createPublicKey, generateKeyPairSync } = require("node:crypto");
const {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} = require("@aws-sdk/client-secrets-manager");

const PEM = "-----BEGIN PRIVATE KEY-----";

/** The private key that the secret holds, made if it holds none: a repeated request changes nothing. */
async function privateKey(/** @type {string} */ secret) {
  const secrets = new SecretsManagerClient({});
  const kept = await secrets.send(new GetSecretValueCommand({ SecretId: secret }));
  if (kept.SecretString?.startsWith(PEM)) return kept.SecretString;
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const made = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  await secrets.send(new PutSecretValueCommand({ SecretId: secret, SecretString: made }));
  return made;
}

/** What CloudFormation is answered; the secret goes with the stack, so there is nothing to delete. */
async function answer(/** @type {Request} */ event) {
  const { Secret } = event.ResourceProperties;
  if (event.RequestType === "Delete") return { PhysicalResourceId: event.PhysicalResourceId };
  const key = createPublicKey(createPrivateKey(await privateKey(Secret)));
  const pem = key.export({ type: "spki", format: "pem" });
  return { PhysicalResourceId: Secret, Data: { PublicKey: pem } };
}

exports.handler = async (/** @type {Request} */ event) => {
  const { StackId, RequestId, LogicalResourceId } = event;
  let reply;
  try {
    reply = { Status: "SUCCESS", ...(await answer(event)) };
  } catch (error) {
    const Reason = error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
    const PhysicalResourceId = event.PhysicalResourceId ?? "none";
    reply = { Status: "FAILED", Reason, PhysicalResourceId };
  }
  const body = JSON.stringify({ StackId, RequestId, LogicalResourceId, ...reply });
  // The URL is signed for a request without a content type.
  await fetch(event.ResponseURL, { method: "PUT", headers: { "content-type": "" }, body });
};
