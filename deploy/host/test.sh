#!/usr/bin/env bash
# Unpacks the tarball elsewhere, starts daemons from it and lets dfget get a file; checks the units.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait; rm -rf "$work"' EXIT
./dragonfly tarball "$work/out"
mkdir "$work/un packed"
tar -C "$work/un packed" --strip-components=1 -xzf "$work"/out/*.tar.gz
opt="$work/un packed"

for unit in "$opt"/systemd/*.service; do
  role=$(basename "$unit" .service)
  grep -q "^ExecStart=/opt/dragonfly/bin/${role#dragonfly-} --config /etc/dragonfly/${role#dragonfly-}.yaml\$" "$unit"
  [ -x "$opt/bin/${role#dragonfly-}" ] && [ -f "$opt/etc/${role#dragonfly-}.yaml" ]
  # verify wants the program to be where the unit says.
  sed "s,/opt/dragonfly/bin/[a-z-]*,/bin/true," "$unit" >"$work/$(basename "$unit")"
done
if command -v systemd-analyze >/dev/null; then
  [ -z "$(systemd-analyze verify "$work"/*.service 2>&1 | grep dragonfly)" ] || {
    systemd-analyze verify "$work"/*.service
    exit 1
  }
fi

# A daemon that knows no scheduler reads the source itself: enough to see that everything is there.
head -c 9000000 /dev/urandom >"$work/content"
python3 -m http.server --bind 127.0.0.1 --directory "$work" 0 >"$work/origin.log" 2>&1 </dev/null &
pids+=($!)
for _ in $(seq 100); do
  port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' "$work/origin.log")
  [ -z "$port" ] || break
  sleep 0.1
done
cat >"$work/dfdaemon.yaml" <<YAML
host: {ip: 127.0.0.1}
server: {ip: 127.0.0.1, port: 0, socket: "$work/d.sock"}
upload: {ip: 127.0.0.1, port: 0}
source: {allow: ["127.0.0.0/8"]}
storage: {dir: "$work/data"}
metrics: {ip: 127.0.0.1, port: 0}
proxy: {port: 0}
YAML
ln -s "$opt/bin/dfget" "$work/dfget"
JAVA_OPTS='-Xlog:aot=info' "$opt/bin/dfdaemon" --config "$work/dfdaemon.yaml" --ready-file "$work/ready" >"$work/daemon.log" 2>&1 </dev/null &
pids+=($!)
for _ in $(seq 300); do
  [ ! -f "$work/ready" ] || break
  sleep 0.1
done
DRAGONFLY_SOCKET="$work/d.sock" "$work/dfget" "http://127.0.0.1:$port/content" -O "$work/got" || {
  tail -20 "$work/daemon.log"
  exit 1
}
cmp "$work/content" "$work/got"
grep -q 'Using AOT-linked classes: true' "$work/daemon.log"
echo "tarball: $(du -h "$work"/out/*.tar.gz | cut -f1), unpacked $(du -sh "$opt" | cut -f1); a daemon and dfget ran from it, the startup cache was used"
