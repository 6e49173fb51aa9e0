#!/usr/bin/env bash
# Makes a stand-in for the Dockerfile's base image out of Debian's packages and this project's own Node, for machines that
# reach no image registry: what is built on it is for tests, and its sizes are near the real ones, not equal to them.
#   test/image/stand-in.sh docker.io/library/node:24.21.0-bookworm
set -euo pipefail
name=$1
here=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

mmdebstrap --quiet --variant=minbase --include=ca-certificates,binutils,libatomic1,libstdc++6 bookworm "$folder/root"
mkdir -p "$folder/root/usr/local/lib/node_modules" "$folder/root/usr/local/etc"
cp -L "$here/node_modules/node/bin/node" "$folder/root/usr/local/bin/node"
# npm is where its command leads: its own idea of the global folder follows the Node that runs it.
cp -rL "$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")" "$folder/root/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$folder/root/usr/local/bin/npm"

# Packages come from where this machine has them from, and are trusted as this machine trusts.
cat "$(npm config get userconfig)" "$(npm config get globalconfig)" /etc/npmrc > "$folder/root/usr/local/etc/npmrc" 2> /dev/null || true
cp -L /etc/ssl/certs/ca-certificates.crt "$folder/root/etc/ssl/certs/ca-certificates.crt"

tar -C "$folder/root" --numeric-owner --exclude='./dev/*' -c . | podman import --quiet --change 'LABEL io.ragfunction.stand-in=true' - "$name"
