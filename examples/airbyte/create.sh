#!/bin/sh
# The connector, a source and two connections on an Airbyte of one's own, through its API. Needs curl and jq, and in the
# environment what is named below; the destination is there already. Prints the ids of what it made.
set -eu
: "${CLIENT_ID:?}" "${CLIENT_SECRET:?}" "${WORKSPACE_ID:?}" "${DESTINATION_ID:?}" "${AFFINITY_API_KEY:?}"
api=${AIRBYTE_URL:-http://localhost:8000}/api/public/v1
folder=$(dirname "$0")
authorization=

# Posts what comes on stdin, and gives the answer. Secrets travel in stdin and files, which no list of processes shows.
post() {
  curl --silent --show-error --fail-with-body --config - --data-binary @/dev/fd/3 "$api/$1" 3<&0 <<CONFIG
header = "Content-Type: application/json"
$authorization
CONFIG
}

token=$(jq -n '{client_id: env.CLIENT_ID, client_secret: env.CLIENT_SECRET, "grant-type": "client_credentials"}' |
  post applications/token | jq -er .access_token)
authorization="header = \"Authorization: Bearer $token\""

definition=$(jq -n --arg tag "${IMAGE_TAG:-dev}" '{
  name: "Affinity",
  dockerRepository: "planetaventures/source-affinity",
  dockerImageTag: $tag,
  documentationUrl: "https://github.com/planet-a-ventures/source-affinity#readme"
}' | post "workspaces/$WORKSPACE_ID/definitions/sources" | jq -er .id)

source=$(jq -n --arg definition "$definition" '{
  name: "Affinity",
  workspaceId: env.WORKSPACE_ID,
  definitionId: $definition,
  configuration: {api_key: env.AFFINITY_API_KEY, list_references: ["123"], monthly_call_reserve: 5000}
}' | post sources | jq -er .sourceId)

# A connection of the streams that streams.json has under a name, at a time in UTC.
connect() {
  jq --arg name "$1" --arg cron "$2" --arg source "$source" '{
    name: "Affinity, \($name)",
    sourceId: $source,
    destinationId: env.DESTINATION_ID,
    nonBreakingSchemaUpdatesBehavior: "propagate_columns",
    schedule: {scheduleType: "cron", cronExpression: $cron},
    configurations: {streams: .[$name]}
  }' "$folder/streams.json" | post connections | jq -er .connectionId
}

hourly=$(connect hourly '0 10 * * * ? UTC')
daily=$(connect daily '0 40 3 * * ? UTC')
echo "definition $definition"
echo "source $source"
echo "hourly $hourly"
echo "daily $daily"
