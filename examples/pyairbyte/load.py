"""Loads an Affinity account into DuckDB with PyAirbyte. A second run brings of incremental streams only what is new.

    npm install -g source-affinity && pip install -r requirements.txt
    AFFINITY_API_KEY=... AFFINITY_LISTS=123,456 python load.py

PyAirbyte merges rows by their keys, so that those deleted in Affinity stay; `python load.py --full` drops them.
SOURCE_AFFINITY names another executable; SOURCE_AFFINITY_IMAGE runs a Docker image instead.
"""

import os
import sys

# PyAirbyte looks connectors up in Airbyte's registry, in which this one is not.
os.environ.setdefault("AIRBYTE_OFFLINE_MODE", "1")

import airbyte as ab
from airbyte.caches import DuckDBCache

lists = [reference for reference in os.environ.get("AFFINITY_LISTS", "").split(",") if reference]
config = {"api_key": os.environ["AFFINITY_API_KEY"], "list_references": lists}
if "AFFINITY_API_BASE_URL" in os.environ:
    config["api_base_url"] = os.environ["AFFINITY_API_BASE_URL"]

if "SOURCE_AFFINITY_IMAGE" in os.environ:
    runs = {"docker_image": os.environ["SOURCE_AFFINITY_IMAGE"], "use_host_network": True}
else:
    runs = {"local_executable": os.environ.get("SOURCE_AFFINITY", "source-affinity")}

source = ab.get_source("source-affinity", config=config, **runs)
source.check()
source.select_all_streams()

cache = DuckDBCache(db_path=os.environ.get("AFFINITY_DUCKDB", "warehouse.duckdb"), schema_name="affinity")
if sys.argv[1:] == ["--full"]:
    result = source.read(cache=cache, write_strategy="replace", force_full_refresh=True)
else:
    result = source.read(cache=cache)
print(f"{result.processed_records} rows read")

for reference in lists:
    frame = result[f"list_{reference}_entries"].to_pandas()
    print(f"\nlist {reference}: {len(frame)} entries\n{frame.dtypes.to_string()}")
