"""Loads an Affinity account with dlt. A second run brings of incremental streams only what is new.

    npm install -g source-affinity && pip install -r requirements.txt
    export TAP_AFFINITY_API_KEY=... TAP_AFFINITY_LIST_REFERENCES=123,456
    python load.py

Four streams cost a call for each parent, and come only when a catalog selects them; it may also leave others out:

    tap-affinity --config ENV --discover | jq '.streams[].selected = true' > catalog.json
    python load.py --catalog catalog.json
"""

import json
import sys
from pathlib import Path
from subprocess import PIPE, Popen

import dlt

TYPES = {"integer": "bigint", "number": "double", "boolean": "bool", "array": "json", "object": "json"}


def data_type(node):
    return "timestamp" if "format" in node else next((TYPES[each] for each in TYPES if each in node["type"]), "text")


@dlt.resource(max_table_nesting=0)
def affinity():
    """Yields all rows, each with its table. Raises when the tap fails: dlt then loads nothing and keeps its state."""
    state = dlt.current.resource_state()
    Path("state.json").write_text(json.dumps(state))
    with Popen(["tap-affinity", "--config", "ENV", "--state", "state.json", *sys.argv[1:]], stdout=PIPE) as tap:
        for message in map(json.loads, tap.stdout):
            match message:
                case {"type": "SCHEMA", "stream": table, "schema": {"properties": nodes}, "key_properties": key}:
                    columns = {name: {"data_type": data_type(node)} for name, node in nodes.items()}
                    how = "merge" if "bookmark_properties" in message else "replace"
                    hints = dlt.mark.make_hints(table, columns=columns, primary_key=key, write_disposition=how)
                    # Also of streams without rows: a table that is replaced is then empty, as it should be.
                    yield dlt.mark.with_hints(dlt.mark.materialize_table_schema(), hints, create_table_variant=True)
                case {"type": "RECORD", "stream": table, "record": row}:
                    yield dlt.mark.with_table_name(row, table)
                case {"type": "STATE", "value": value}:
                    state.update(value)
    if tap.returncode != 0:
        raise RuntimeError(f"tap-affinity ended with {tap.returncode}")


if __name__ == "__main__":
    print(dlt.pipeline("affinity_crm", destination="duckdb", dataset_name="affinity").run(affinity()))
