"""Parses lines of the Airbyte protocol with the official models and prints how many there were of each type."""

import collections
import json
import sys

from airbyte_protocol.models import AirbyteMessage

PAYLOADS = {"CONNECTION_STATUS": "connectionStatus"}

counts = collections.Counter()
for line in sys.stdin.buffer:
    # Some clients split what they get at every line separator that Unicode has.
    assert len(line.decode().splitlines()) == 1, line
    message = AirbyteMessage.model_validate_json(line)
    kind = message.type.value
    # The models accept a message without its payload, and drop what they do not know.
    assert getattr(message, PAYLOADS.get(kind, kind.lower())) is not None, line
    assert json.loads(message.model_dump_json(exclude_unset=True, by_alias=True)) == json.loads(line), line
    counts[kind] += 1
print(json.dumps(counts))
