"""A catalogue of one model, and what ours is asked: on which day, for which task."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from shared.catalog import Catalog

IN_LIFE, LEGACY, AFTER = date(2026, 1, 1), date(2026, 6, 1), date(2026, 11, 2)
NOVA = "nova-canvas"
UPLOAD = {"upload": "0" * 26}
MASKED = {"image": UPLOAD, "mask": UPLOAD}


def a_document(**changes: Any) -> dict[str, Any]:
    model = {
        "name": "m",
        "title": "Model M",
        "family": "stability",
        "model_id": "vendor.m-v1",
        "images_per_call": 1,
        "tasks": {"text_to_image": {}},
        "prices": [{"usd": "0.04"}],
        "pools": [{"region": "us-west-2", "requests_per_minute": 10}],
        "lifecycle": {},
    }
    return {"auto": [], "models": [{**model, **changes}]}


def load(document: object, folder: Path, **options: Any) -> Catalog:
    file = folder / "catalog.json"
    file.write_text(json.dumps(document))
    return Catalog.load(file, **options)
