"""Loads an Affinity account with dlt. A second run brings of incremental streams only what is new.

    npm install -g source-affinity && pip install -r requirements.txt
    export TAP_AFFINITY_API_KEY=... TAP_AFFINITY_LIST_REFERENCES=123,456
    python load.py

Four streams cost a call for each parent, and come only when a catalog selects them; it may also leave others out:

    tap-affinity --config ENV --discover | jq '.streams[].selected = true' > catalog.json
    python load.py --catalog catalog.json
"""

import json
import subprocess
import sys
from pathlib import Path

import dlt

TYPES = {"integer": "bigint", "number": "double", "boolean": "bool", "array": "json", "object": "json"}


def data_type(node):
    return "timestamp" if "format" in node else next((TYPES[each] for each in TYPES if each in node["type"]), "text")


@dlt.resource(max_table_nesting=0)
def affinity():
    """Yields all rows, each with its table. Raises when the tap fails: dlt then loads nothing and keeps its state."""
    state = dlt.current.resource_state()
    Path("state.json").write_text(json.dumps(state))
    argv = ["tap-affinity", "--config", "ENV", "--state", "state.json", *sys.argv[1:]]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as tap:
        for message in map(json.loads, tap.stdout):
            match message:
                case {"type": "SCHEMA", "stream": name, "schema": schema, "key_properties": keys}:
                    columns = {each: {"data_type": data_type(node)} for each, node in schema["properties"].items()}
                    how = "merge" if "bookmark_properties" in message else "replace"
                    hints = dlt.mark.make_hints(name, columns=columns, primary_key=keys, write_disposition=how)
                    # Also of streams without rows: a table that is replaced is then empty, as it should be.
                    yield dlt.mark.with_hints(dlt.mark.materialize_table_schema(), hints, create_table_variant=True)
                case {"type": "RECORD", "stream": name, "record": row}:
                    yield dlt.mark.with_table_name(row, name)
                case {"type": "STATE", "value": value}:
                    state.update(value)
    if tap.returncode != 0:
        raise subprocess.CalledProcessError(tap.returncode, argv)


if __name__ == "__main__":
    pipeline = dlt.pipeline("affinity_crm", destination="duckdb", dataset_name="affinity")
    print(pipeline.run(affinity()))
    print(pipeline.last_trace.last_normalize_info.row_counts)
