# Makes of what `discover` prints the catalog that `read` takes: all streams, incremental where they can be.
#
#   source-affinity discover --config config.json | jq -f configure.jq > catalog.json
select(.type == "CATALOG") | {
  streams: [.catalog.streams[] | {stream: ., sync_mode: .supported_sync_modes[-1], destination_sync_mode: "append"}]
}
