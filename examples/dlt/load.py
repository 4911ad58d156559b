"""Loads an Affinity account with dlt. A second run brings of incremental streams only what is new.

    npm install -g source-affinity && pip install -r requirements.txt
    AFFINITY_API_KEY=... AFFINITY_LISTS=123,456 AFFINITY_COLUMN_NAMES=id_and_name python load.py
"""

import json
import os
import subprocess
import tempfile

import dlt

TYPES = {"integer": "bigint", "number": "double", "boolean": "bool", "array": "json", "object": "json"}


def messages(command, **files):
    """Yields what source-affinity says. Raises when it fails, so that nothing of a broken run is loaded."""
    with tempfile.TemporaryDirectory() as folder:
        argv = [os.environ.get("SOURCE_AFFINITY", "source-affinity"), command]
        for name, content in files.items():
            argv += [f"--{name}", f"{folder}/{name}.json"]
            with open(argv[-1], "w") as file:
                json.dump(content, file)
        with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
            yield from map(json.loads, process.stdout)
        if process.returncode != 0:
            raise RuntimeError(f"source-affinity {command} ended with {process.returncode}")


def hints(stream):
    """Types, keys and disposition of a stream's table; without types dlt guesses them from the first rows."""
    columns = {}
    for name, node in stream["json_schema"]["properties"].items():
        kind = [each for each in TYPES if each in node["type"]]
        columns[name] = {"data_type": "timestamp" if "format" in node else TYPES[kind[0]] if kind else "text"}
    return dlt.mark.make_hints(
        table_name=stream["name"],
        columns=columns,
        primary_key=[key for [key] in stream["source_defined_primary_key"]],
        write_disposition="merge" if "incremental" in stream["supported_sync_modes"] else "replace",
    )


@dlt.resource(name="affinity", max_table_nesting=0)
def affinity(config):
    saved = dlt.current.resource_state().setdefault("streams", {})
    discovered = [each["catalog"] for each in messages("discover", config=config) if each["type"] == "CATALOG"]
    new = {stream["name"]: stream for stream in discovered[0]["streams"]}
    catalog = [
        {"stream": stream, "sync_mode": stream["supported_sync_modes"][-1], "destination_sync_mode": "append_dedup"}
        for stream in new.values()
    ]
    for each in messages("read", config=config, catalog={"streams": catalog}, state=list(saved.values())):
        if each["type"] == "RECORD":
            name, row = each["record"]["stream"], each["record"]["data"]
            stream = new.pop(name, None)
            if stream is None:
                yield dlt.mark.with_table_name(row, name)
            else:
                yield dlt.mark.with_hints(row, hints(stream), create_table_variant=True)
        elif each["type"] == "STATE":
            saved[each["state"]["stream"]["stream_descriptor"]["name"]] = each["state"]


if __name__ == "__main__":
    config = {
        "api_key": os.environ["AFFINITY_API_KEY"],
        "list_references": [each for each in os.environ.get("AFFINITY_LISTS", "").split(",") if each],
        "column_names": os.environ.get("AFFINITY_COLUMN_NAMES", "name"),
    }
    if "AFFINITY_API_BASE_URL" in os.environ:
        config["api_base_url"] = os.environ["AFFINITY_API_BASE_URL"]
    pipeline = dlt.pipeline("affinity_crm", destination="duckdb", dataset_name="affinity")
    print(pipeline.run(affinity(config)))
    print(pipeline.last_trace.last_normalize_info)
