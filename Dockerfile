ARG NODE_IMAGE=node:26-trixie-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
# The devDependency `node` fetches a Node of its own in its install script; the image has one.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN node_modules/.bin/tsc -p tsconfig.build.json --sourceMap false
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 # Packages ship their TypeScript, types, maps and manuals beside the code; licences stay.
 && find node_modules -type f \( -name '*.ts' -o -name '*.cts' -o -name '*.mts' -o -name '*.map' -o -name '*.md' \) -delete \
 && rm -rf node_modules/.package-lock.json node_modules/.bin \
 && find node_modules -type d -empty -delete

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=
LABEL io.airbyte.name="planetaventures/source-affinity" \
      io.airbyte.version="${VERSION}" \
      org.opencontainers.image.title="source-affinity" \
      org.opencontainers.image.description="Everything out of an Affinity CRM: an Airbyte source and a Singer tap over the same streams" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.source="https://github.com/planet-a-ventures/source-affinity" \
      org.opencontainers.image.documentation="https://github.com/planet-a-ventures/source-affinity#readme" \
      org.opencontainers.image.base.name="docker.io/library/node:26-trixie-slim"

# Airbyte's platform runs connectors as uid 1000, which Node's image has given to `node`.
RUN usermod --login airbyte --home /airbyte node \
 && groupmod --new-name airbyte node \
 && rm -rf /home/node /opt/yarn-* /usr/local/lib/node_modules \
      /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/yarn /usr/local/bin/yarnpkg \
 && install -d -o airbyte -g airbyte /airbyte /config /secrets /source

WORKDIR /airbyte
COPY --from=build --chown=1000:1000 /build/node_modules node_modules
COPY --chown=1000:1000 package.json spec.json LICENSE* ./
COPY --chown=1000:1000 bin bin
COPY --from=build --chown=1000:1000 /build/dist dist
RUN for file in /airbyte/bin/*-affinity.js; do ln -s "$file" "/usr/local/bin/$(basename "$file" .js)"; done

USER airbyte
ENV TZ=UTC \
    NODE_COMPILE_CACHE=/airbyte/.cache \
    # Node takes half of the container's memory limit for its heap. 60 % leaves room for what lies outside of it, also
    # in small containers; small semi-spaces keep the young garbage from filling memory.
    NODE_OPTIONS="--max-old-space-size-percentage=60 --max-semi-space-size=4" \
    # glibc keeps freed memory for each thread apart; with one arena, trimmed early, it goes back.
    MALLOC_ARENA_MAX=1 \
    MALLOC_TRIM_THRESHOLD_=65536 \
    AIRBYTE_ENTRYPOINT="/usr/local/bin/node /airbyte/bin/source-affinity.js"
# Fills the cache of compiled code, which a read-only file system could not.
RUN for file in /airbyte/bin/*-affinity.js; do node "$file" --version >/dev/null || exit 1; done \
 && $AIRBYTE_ENTRYPOINT spec >/dev/null \
 && $AIRBYTE_ENTRYPOINT check --config /dev/null >/dev/null

ENTRYPOINT ["/usr/local/bin/node", "/airbyte/bin/source-affinity.js"]
