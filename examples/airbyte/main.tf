# The connector, a source and two connections on an Airbyte of one's own. The destination is there already.

terraform {
  required_version = ">= 1.5"
  required_providers {
    airbyte = {
      source  = "airbytehq/airbyte"
      version = "~> 1.0"
    }
  }
}

variable "airbyte_url" {
  type    = string
  default = "http://localhost:8000"
}

variable "client_id" {
  type = string
}

variable "client_secret" {
  type      = string
  sensitive = true
}

variable "workspace_id" {
  type = string
}

variable "destination_id" {
  type = string
}

variable "affinity_api_key" {
  type      = string
  sensitive = true
}

variable "image_tag" {
  type    = string
  default = "dev"
}

locals {
  streams = jsondecode(file("${path.module}/streams.json"))

  connections = {
    # In UTC: seconds, minutes, hours, day of the month, month, day of the week.
    hourly = "0 10 * * * ? UTC"
    daily  = "0 40 3 * * ? UTC"
  }
}

provider "airbyte" {
  server_url    = "${var.airbyte_url}/api/public/v1/"
  token_url     = "${var.airbyte_url}/api/public/v1/applications/token"
  client_id     = var.client_id
  client_secret = var.client_secret
}

resource "airbyte_source_definition" "affinity" {
  name              = "Affinity"
  workspace_id      = var.workspace_id
  docker_repository = "planetaventures/source-affinity"
  docker_image_tag  = var.image_tag
  documentation_url = "https://github.com/planet-a-ventures/source-affinity#readme"
}

resource "airbyte_source" "affinity" {
  name          = "Affinity"
  workspace_id  = var.workspace_id
  definition_id = airbyte_source_definition.affinity.id

  configuration = jsonencode({
    api_key              = var.affinity_api_key
    list_references      = ["123"]
    monthly_call_reserve = 5000
  })
}

resource "airbyte_connection" "affinity" {
  for_each = local.connections

  name                                 = "Affinity, ${each.key}"
  source_id                            = airbyte_source.affinity.source_id
  destination_id                       = var.destination_id
  non_breaking_schema_updates_behavior = "propagate_columns"

  schedule = {
    schedule_type   = "cron"
    cron_expression = each.value
  }

  configurations = {
    streams = [for stream in local.streams[each.key] : { name = stream.name, sync_mode = stream.syncMode }]
  }
}
