# The function as one file, its table, Node and the libraries they need; nothing else is in the image, no shell and no npm.
#   docker build -t dev.local/rag-app:0.1.0 .
# The table is the one in table/ (npm run ingest), or else one made here from documents/.

FROM node:24.21.0-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund && chown 65532:65532 .
COPY --chown=65532:65532 . .
# The user that runs the image makes what it reads: Node names its compile cache after the user. Any other user finds it all the same.
USER 65532:65532
ENV HOME=/tmp
RUN npm run build && npm run ingest -- --check --prune

USER 0:0
# Node and LanceDB's library without their symbols, and what the dynamic linker loads for them. The package list is for scanners.
RUN set -eu; \
    native=$(echo node_modules/@lancedb/lancedb-linux-*-gnu); \
    mkdir -p /system/etc /system/tmp /system/usr/local/bin /system/var/lib/dpkg/status.d /native/@lancedb /model/dist; \
    mv dist/all-MiniLM-L6-v2.* /model/dist; \
    cp -L --parents $(ldd "$(command -v node)" "$native"/*.node | grep -o '/[^ ]*\.so[^ ]*' | sort -u) /system; \
    cp -L "$(command -v node)" /system/usr/local/bin/node; \
    cp -r "$native" /native/@lancedb; \
    strip --strip-unneeded /system/usr/local/bin/node /native/@lancedb/*/*.node; \
    cp -L --parents /etc/ssl/certs/ca-certificates.crt /etc/os-release /system; \
    echo 'nonroot:x:65532:65532:nonroot:/tmp:/nologin' > /system/etc/passwd; \
    echo 'nonroot:x:65532:' > /system/etc/group; \
    echo 'hosts: files dns' > /system/etc/nsswitch.conf; \
    for package in libc6 libgcc-s1 libstdc++6 ca-certificates; do \
      dpkg -s "$package" > /system/var/lib/dpkg/status.d/"$package"; \
      cp -L --parents /usr/share/doc/"$package"/copyright /system; \
    done; \
    if [ -f /usr/local/LICENSE ]; then cp /usr/local/LICENSE /system/usr/local/LICENSE; fi; \
    chown -R 0:0 /model dist table LICENSE; chmod -R u=rwX,go=rX /system /native /model dist table LICENSE; chmod 1777 /system/tmp

FROM scratch
LABEL org.opencontainers.image.title="ragfunction" \
      org.opencontainers.image.description="Documents that answer questions: a Knative function with its LanceDB table baked in" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"
# From what changes least to what changes with every document: a new table is a small layer.
COPY --from=build /system /
COPY --from=build /native /app/node_modules
COPY --from=build /model /app
COPY --from=build /app/LICENSE /app/LICENSE
COPY --from=build /app/dist /app/dist
COPY --from=build /app/table /app/table
WORKDIR /app
USER 65532:65532
EXPOSE 8080
STOPSIGNAL SIGTERM
CMD ["node", "--min-semi-space-size=16", "--max-semi-space-size=16", "--max-old-space-size=128", "dist/index.cjs"]
