#!/usr/bin/env bash
# Builds or pushes the images of a version: infra/images.sh build|push. A version that the registry
# has already is left as it is, for a tag never changes what it means.
# Wants REGISTRY, DEPLOYMENT, IMAGE_TAG and STUDIO; DOCKER names another engine.
set -euo pipefail
cd "$(dirname "$0")/.."

docker="${DOCKER:-docker}"
# With an attestation beside it, an image becomes a list of manifests, which Lambda refuses.
export BUILDX_NO_DEFAULT_ATTESTATIONS=1

there() {
  aws ecr describe-images --repository-name "$DEPLOYMENT/$1" \
    --image-ids "imageTag=$IMAGE_TAG" >/dev/null 2>&1
}

build() {
  case "$1" in
    frontend) "$docker" build -f Dockerfile.frontend --build-arg "STUDIO=$STUDIO" -t "$2" . ;;
    worker) "$docker" build -f Dockerfile.worker -t "$2" . ;;
  esac
}

for part in frontend worker; do
  image="$REGISTRY/$DEPLOYMENT/$part:$IMAGE_TAG"
  if there "$part"; then
    echo "$image is there already"
  elif [ "$1" = build ]; then
    build "$part" "$image"
  else
    "$docker" push "$image"
  fi
done
