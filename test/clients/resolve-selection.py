"""Reads a Singer catalog with singer-sdk and prints, for each stream, which of its properties are selected."""

import json
import sys

from singer_sdk.singerlib import Catalog

catalog = Catalog.from_dict(json.load(sys.stdin))
resolved = {}
for entry in catalog.streams:
    mask = entry.metadata.resolve_selection()
    names = [name for name in entry.schema.to_dict()["properties"] if mask["properties", name]]
    resolved[entry.tap_stream_id] = names if mask[()] else None
print(json.dumps(resolved))
