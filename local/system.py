"""The local system: which processes it has, and the settings each of them gets."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from local import ministack
from local.children import ROOT, Recipe
from local.state import State
from shared.settings import PREFIX, Settings

PORT = 7860
PORT_MOST = 65_535 - 3
"""Three more ports follow the first."""
REGION = "us-west-2"
LINK_KEY_ID = "KLOCALCANVAS01"
WIDE = {
    "CANVAS_RATE_LIMIT": "1000",
    "CANVAS_NETWORK_RATE_LIMIT": "10000",
    "CANVAS_DAILY_SPEND_USD": "none",
    "CANVAS_REQUESTS_PER_MINUTE": "6000",
}
"""Limits where nothing costs anything."""
OURS_ALONE = frozenset({"CANVAS_BEDROCK"})
"""Settings of the local system itself; the processes do not know them."""


@dataclass(frozen=True)
class Options:
    """What `canvas-queue up` was asked for."""

    folder: Path = Path(".canvas")
    port: int = PORT
    workers: int = 1
    concurrency: int = 10
    bedrock: Literal["simulator", "aws"] = "simulator"
    studio: Literal["live", "frozen", "off"] | None = None
    """None for what the settings say."""
    real_limits: bool = False

    def stores(self) -> dict[str, str]:
        """Variables that lead to the tables, the queues and the bucket, for whoever asks them."""
        return {
            "CANVAS_REGION": REGION,
            "CANVAS_AWS_ENDPOINT": f"http://127.0.0.1:{self.port + 1}",
            "CANVAS_AWS_ACCESS_KEY_ID": ministack.KEY,
            "CANVAS_AWS_SECRET_ACCESS_KEY": ministack.KEY,
        }


@dataclass(frozen=True)
class System:
    """The processes of a local system, as recipes."""

    options: Options
    state: State

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.options.port}"

    @property
    def aws_url(self) -> str:
        return f"http://127.0.0.1:{self.options.port + 1}"

    @property
    def bedrock_url(self) -> str:
        return f"http://127.0.0.1:{self.options.port + 2}"

    @property
    def cdn_url(self) -> str:
        return f"http://127.0.0.1:{self.options.port + 3}"

    @property
    def ports(self) -> range:
        return range(self.options.port, self.options.port + 4)

    def settings(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Variables for our own processes. The user's CANVAS_ settings go before the defaults
        here, but not before what ties the processes together.
        """
        simulated = self.options.bedrock == "simulator"
        wide = WIDE if simulated and not self.options.real_limits else {}
        theirs = {
            name: value
            for name, value in environment.items()
            if name.startswith(PREFIX) and name not in OURS_ALONE
        }
        # What the user sets by another name, such as the seed's, is handed on by ours.
        for field, name in Settings.variables(environment).items():
            theirs[PREFIX + field.upper()] = environment[name]
        ties = {
            "CANVAS_PORT": str(self.options.port),
            "CANVAS_HOST": "127.0.0.1",
            "CANVAS_CONCURRENCY": str(self.options.concurrency),
            "CANVAS_SECRET": self.state.cookie_secret,
            **self.options.stores(),
            "CANVAS_CDN_URL": self.cdn_url,
            "CANVAS_CDN_KEY_ID": LINK_KEY_ID,
            "CANVAS_CDN_PRIVATE_KEY": self.state.link_key,
        }
        if simulated:
            ties["CANVAS_BEDROCK_ENDPOINT"] = self.bedrock_url
        if self.options.studio:
            ties["CANVAS_STUDIO"] = self.options.studio
        enabled = {"CANVAS_ENDED_MODELS": "nova-canvas"} if simulated else {}
        ours = {"CANVAS_DRAIN_SECONDS": "10", "CANVAS_FROZEN_STUDIO": str(self.state.studio)}
        return {**ours, **wide, **enabled, **theirs, **ties}

    def aws(self) -> Recipe:
        return Recipe(
            name="AWS endpoint",
            module="ministack",
            arguments=(),
            environment=ministack.environment(self.ports[1], self.state.aws),
            log=self.state.log("aws"),
            python=ministack.python(ROOT),
            health="/_ministack/health",
            port=self.ports[1],
        )

    def preparations(self, settings: Mapping[str, str]) -> list[Recipe]:
        """What has to be done, and is then done, before the service can start."""
        frozen = settings.get("CANVAS_STUDIO") == "frozen"
        ours = settings["CANVAS_FROZEN_STUDIO"] == str(self.state.studio)
        return [self.bootstrap(settings), *([self.freeze()] if frozen and ours else [])]

    def bootstrap(self, settings: Mapping[str, str]) -> Recipe:
        return Recipe(
            name="bootstrap",
            module="local.bootstrap",
            arguments=(str(self.state.key_file.absolute()),),
            environment=settings,
            log=self.state.log("bootstrap"),
        )

    def freeze(self) -> Recipe:
        """Freeze the page as it is now, into our own folder."""
        return Recipe(
            name="freezing of the studio",
            module="frontend.studio.freeze",
            arguments=("--to", str(self.state.studio)),
            environment={},
            log=self.state.log("freeze"),
        )

    def bedrock(self, settings: Mapping[str, str]) -> Recipe:
        return Recipe(
            name="Bedrock simulator",
            module="local.bedrock",
            arguments=("--port", str(self.ports[2])),
            environment=settings,
            log=self.state.log("bedrock"),
            health="/healthz",
            port=self.ports[2],
        )

    def cdn(self, settings: Mapping[str, str]) -> Recipe:
        return Recipe(
            name="CDN stand-in",
            module="local.cdn",
            arguments=(
                *("--port", str(self.ports[3])),
                *("--base-url", self.cdn_url),
                *("--bucket", settings.get("CANVAS_BUCKET", "canvas-pictures")),
                *("--endpoint", self.aws_url),
                *("--region", REGION),
                *("--key-id", LINK_KEY_ID),
                *("--public-key", str(self.state.public_key_file.absolute())),
            ),
            environment={
                "AWS_ACCESS_KEY_ID": ministack.KEY,
                "AWS_SECRET_ACCESS_KEY": ministack.KEY,
            },
            log=self.state.log("cdn"),
            health="/healthz",
            port=self.ports[3],
        )

    def frontend(
        self, settings: Mapping[str, str], port: int | None = None, name: str = "frontend"
    ) -> Recipe:
        """The frontend; on another port, one more replica of it."""
        chosen = port or self.options.port
        return Recipe(
            name=name,
            module="frontend",
            arguments=(),
            environment={**settings, "CANVAS_PORT": str(chosen)},
            log=self.state.log(name),
            health="/readyz",
            port=chosen,
        )

    def worker(self, settings: Mapping[str, str], number: int) -> Recipe:
        return Recipe(
            name=f"worker {number}",
            module="worker.poller",
            arguments=(),
            environment=settings,
            log=self.state.log(f"worker-{number}"),
            stop_within=20.0,
        )


def options_from(environment: Mapping[str, str], **given: Any) -> Options:
    """Options from the command line, else from CANVAS_PORT and CANVAS_BEDROCK, else defaults.

    Raises ``ValueError``.
    """
    bedrock = environment.get("CANVAS_BEDROCK", "simulator")
    if bedrock not in ("simulator", "aws"):
        raise ValueError(f"CANVAS_BEDROCK is “simulator” or “aws”, not “{bedrock}”.")
    port = environment.get("CANVAS_PORT", str(PORT))
    if not port.isdecimal() or not 1 <= int(port) <= PORT_MOST:
        raise ValueError(f"CANVAS_PORT is a number from 1 to {PORT_MOST}, not “{port}”.")
    chosen: dict[str, Any] = {"bedrock": bedrock, "port": int(port)}
    chosen |= {name: value for name, value in given.items() if value is not None}
    return replace(Options(), **chosen)
