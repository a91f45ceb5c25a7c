#!/bin/sh
# Installs what is missing of the Debian packages that a purpose needs, after saying which.
#   deploy/packages.sh build|test|bench|soak
# Never asks; does nothing, and no package list is fetched, when all are there.
set -eu

build="gcc libc6-dev make cmake pkg-config ca-certificates zstd
  librdkafka-dev libuv1-dev libprotobuf-c-dev protobuf-c-compiler protobuf-compiler libsqlite3-dev
  libjansson-dev libyaml-dev libutf8proc-dev libxxhash-dev zlib1g-dev libzstd-dev
  libbrotli-dev libuchardet-dev libcurl4-openssl-dev libidn2-dev libpsl-dev
  libtcmalloc-minimal4"
# A Java runtime and Maven: real Kafka brokers for the tests, their jars from Maven Central.
test="$build strace libcmocka-dev sqlite3 python3 default-jre-headless maven util-linux kcat"

# Kafka Streams beside ours.
bench="$test default-jdk-headless"
# A current librdkafka out of a Python wheel.
soak="$test python3-pip"

case "${1:-}" in
build) wanted=$build ;;
test) wanted=$test ;;
bench) wanted=$bench ;;
soak) wanted=$soak ;;
*) echo "usage: $0 build|test|bench|soak" >&2; exit 2 ;;
esac

missing=
for package in $wanted; do
  dpkg-query -W -f='${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
    missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "installing Debian packages:$missing"
as_root=
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "$0: root or sudo is needed to install:$missing" >&2; exit 1; }
  as_root=sudo
fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -q
# shellcheck disable=SC2086 # a list of words
$as_root apt-get install -y -q --no-install-recommends $missing
