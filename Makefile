# Builds the environments and calls the tools. Needs Python 3.11+ and make; see `make help`.

.DEFAULT_GOAL := help
SHELL := /bin/sh
# The two environments are built side by side; the recipes of one target still run in order.
MAKEFLAGS += --jobs=2 --no-print-directory

comma := ,
usable := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
candidates = $(if $(PYTHON),"$(PYTHON)",python3.13 python3.12 python3.11 python3)
no_python = canvas-queue needs Python 3.11 or newer with its venv module$(if \
	$(PYTHON),$(comma) which $(PYTHON) is not,; name one with PYTHON=/path/to/python3)
python = $(or $(shell for p in $(candidates); do \
	"$$p" -c '$(usable)' 2>/dev/null && { echo "$$p"; break; }; done),$(error $(no_python)))

# FORCE where an environment must be made again though its stamp is newer than its requirements:
# the folder has moved, the Python behind it is gone, or PYTHON asks for another one.
outdated = $(shell [ -x $1/bin/python ] && grep -qsF ' $(CURDIR)/$1' $1/pyvenv.cfg \
	&& { [ -z '$(PYTHON)' ] || grep -qsx "version = $$('$(PYTHON)' -c \
	'import platform; print(platform.python_version())' 2>/dev/null)" $1/pyvenv.cfg; } \
	|| echo FORCE)

pip = $1/bin/python -m pip install -qq --disable-pip-version-check --no-input --no-deps
# Every file is complete and pinned by hash, so there is nothing to resolve (--no-deps). Compiling
# on all cores afterwards is faster than pip's own; what cannot be compiled is not an error.
packages = $(call pip,$1) --no-compile --require-hashes -r requirements/$2.txt
bytecode = $1/bin/python -W ignore -m compileall -qq -j 0 -x /tests/ $1/lib || :
# A stamp is written last and removed first: a build cut short never counts as done. The pinned
# pip comes before the rest: it takes half as long as the one that Python 3.11 brings along.
define environment
@echo 'Building $1 from requirements/$2.txt …'
@rm -rf $1
@'$(python)' -m venv $1
@$(call packages,$1,pip)
@$(call packages,$1,$2)
@$(call bytecode,$1)
@touch $@
endef

.PHONY: help run freeze weigh test test-ways test-images simulate chaos check format deploy destroy templates \
	words samples screenshots lock browser node containers clean FORCE

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' Makefile

run: .venv/.editable .venv-aws/.ready ## start the whole system on this machine (ARGS="--workers 2 --port 7860")
	@exec .venv/bin/canvas-queue up $(ARGS)

weigh: .venv/.local ## tell what each part of the page costs a visitor
	@.venv/bin/python -m frontend.studio.weigh

freeze: .venv/.local ## write the page as a static site to dist/studio (ARGS="--to FOLDER")
	@.venv/bin/python -m frontend.studio.freeze $(ARGS)

test: .venv/.dev .venv/.editable .venv-aws/.ready .venv-infra/.ready browser node_modules/.ready ## run all tests, in Python and JavaScript (ARGS="tests/unit -k word")
	.venv/bin/python -m pytest -n auto --dist loadfile $(ARGS)
	find tests/js \( -name '*.test.js' -o -name '*.test.mjs' \) -exec node --test {} +

test-ways: .venv/.dev .venv/.editable .venv-aws/.ready browser ## run the tests of the page in every way to serve it; `make test` runs most in one of three
	.venv/bin/python -m pytest -n auto --dist loadfile --every-way -m page tests/system $(ARGS)

simulate: .venv/.dev ## run a thousand simulated storms (SEEDS=1000 FIRST=0), or tell one in full (SEED=17)
	.venv/bin/python -m tests.simulation $(if $(SEED),--seed $(SEED),\
		--seeds $(or $(SEEDS),1000) --first $(or $(FIRST),0))

chaos: .venv/.dev .venv/.editable .venv-aws/.ready ## a storm of a thousand jobs on real processes, with SIGKILL (ARGS="--jobs 100 --kills 5")
	.venv/bin/python -m tests.chaos $(ARGS)

test-images: .venv/.dev .venv/.editable .venv-aws/.ready .venv-infra/.ready infra/node_modules/.ready containers ## build the container images and test them (Debian, root)
	.venv/bin/python -m pytest --timeout 900 tests/images $(ARGS)

check: .venv/.dev node_modules/.ready ## format, lint, types (Python and JavaScript), import rules
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/python -m pytest --collect-only -qq tests/images
	node_modules/.bin/tsc -p jsconfig.json

format: .venv/.dev ## rewrite the code in the house format, with the safe fixes
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

deploy: .venv-infra/.ready infra/node_modules/.ready ## bring the service to AWS, as deployment.toml says; asks for AWS credentials
	@.venv-infra/bin/python -m infra.deploy

destroy: .venv-infra/.ready infra/node_modules/.ready ## take it away again (docs/deploy.md says what is kept)
	@$(cdk) destroy --all --context to_destroy=yes

templates: .venv-infra/.ready infra/node_modules/.ready ## write the templates of deployment.toml to cdk.out, without AWS
	@$(cdk) synth --quiet

words: .venv/.dev ## put the page's words in other languages in order, and name those that are missing
	@.venv/bin/python -m tests.words

samples: .venv/.editable ## draw the pictures that come with the studio again
	.venv/bin/python -m local.samples

screenshots: .venv/.dev .venv/.editable .venv-aws/.ready browser ## take the portraits of the studio in docs/screens again
	.venv/bin/python -m tests.system.screenshots

clean: ## remove the environments and caches; what the service keeps in .canvas stays
	rm -rf node_modules infra/node_modules .venv .venv-aws .venv-infra .venv-lock .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

cdk = infra/node_modules/.bin/cdk --app ".venv-infra/bin/python -m infra.app"

# -- environments ---------------------------------------------------------------------------

.venv/.local: requirements/local.txt $(call outdated,.venv)
	$(call environment,.venv,local)

.venv/.dev: requirements/dev.txt .venv/.local
	@echo 'Adding requirements/dev.txt to .venv …'
	@$(call packages,.venv,dev)
	@$(call bytecode,.venv)
	@touch $@

.venv/.editable: pyproject.toml .venv/.local
	@$(call pip,.venv) --no-build-isolation -e .
	@touch $@

.venv-aws/.ready: requirements/ministack.txt $(call outdated,.venv-aws)
	$(call environment,.venv-aws,ministack)

.venv-infra/.ready: requirements/infra.txt $(call outdated,.venv-infra)
	$(call environment,.venv-infra,infra)

.venv-lock/.ready: requirements/lock.txt $(call outdated,.venv-lock)
	$(call environment,.venv-lock,lock)

# -- what the tests need besides Python -----------------------------------------------------

works = "$1" --version >/dev/null 2>&1
as_root_on_debian = [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null
apt = apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
	apt-get -qq install -y --no-install-recommends

# After Node.js, because apt runs once at a time.
browser: .venv/.dev | node ## find a Chromium for the tests, or install one
	@if [ -n "$$CANVAS_CHROMIUM" ]; then \
		$(call works,$$CANVAS_CHROMIUM) && exit 0; \
		echo "CANVAS_CHROMIUM=$$CANVAS_CHROMIUM does not start." >&2; exit 1; \
	fi; \
	for name in chromium chromium-browser google-chrome; do $(call works,$$name) && exit 0; done; \
	if $(as_root_on_debian) && $(apt) chromium fonts-dejavu-core fonts-noto-color-emoji; then \
		$(call works,chromium) && exit 0; \
	fi; \
	.venv/bin/playwright install chromium

node: ## find Node.js 18 or newer for the JavaScript, or install it
	@new='process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'; \
	node -e "$$new" 2>/dev/null && exit 0; \
	if $(as_root_on_debian) && $(apt) nodejs npm; then node -e "$$new" && exit 0; fi; \
	echo "The JavaScript tests need Node.js 18 or newer on the PATH." >&2; exit 1

# The lock file has hashes and no addresses (.npmrc): npm asks the registry it is set up for.
node_modules/.ready: package-lock.json | node
	@npm ci --silent
	@touch $@

infra/node_modules/.ready: infra/package-lock.json | node
	@npm ci --silent --prefix infra
	@touch $@

engine = buildah podman runc mmdebstrap

# After Node.js, because apt runs once at a time.
containers: | node ## find what builds and starts images without Docker, or install it
	@found() { for program in $(engine); do command -v $$program >/dev/null || return 1; done; }; \
	found && exit 0; \
	if $(as_root_on_debian) && $(apt) $(engine); then found && exit 0; fi; \
	echo "The image tests need Debian, root, and $(engine)." >&2; exit 1

# -- requirements ---------------------------------------------------------------------------

# The whole local system is resolved first; every other file that can share an environment with
# it, or runs the same code in an image, takes its versions from there.
compile = .venv-lock/bin/uv pip compile -q --universal --fork-strategy fewest \
	--python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command 'make lock' $(ARGS) requirements/$1.in -o requirements/$1.txt
as_local = -c requirements/local.txt

lock: .venv-lock/.ready ## compile requirements/*.in to *.txt again (ARGS=--upgrade for newer versions)
	$(call compile,local)
	$(call compile,api) $(as_local)
	$(call compile,frontend) $(as_local)
	$(call compile,worker) $(as_local)
	$(call compile,dev) $(as_local)
	$(call compile,infra) $(as_local)
	$(call compile,ministack)
	$(call compile,lock)
	$(call compile,pip)
