#!/usr/bin/env bash
# Installs the chart into a Kubernetes with the commands of docs/kubernetes.md, pulls an image on two nodes, upgrades under
# pulls, rolls back and uninstalls. Which Kubernetes:
#   KUBECONFIG=FILE    any of two nodes that can pull the images of the chart (VALUES=FILE says from where) and Docker Hub's
#   KRIG_HOME=FOLDER   a rig that comes up on this machine with images of ./dragonfly images --tar IMAGES, and goes down again;
#                      needs root, docker-registry, skopeo, openssl, PostgreSQL and Redis as Debian packages
set -euo pipefail
cd "$(dirname "$0")/../.."
images=${IMAGES:-target/images/tar}
export KRIG=${KRIG:-/tmp/krig-dragonfly} KRIG_NODES=2
values=$(mktemp)
ns=dragonfly
begun=$SECONDS
rig=
registries=
say() { echo "rig: $((SECONDS - begun)) s: $*"; }
fail() {
  echo "rig: FAILED: $*" >&2
  kubectl -n $ns get pods -o wide >&2 || true
  kubectl get events -A --sort-by=.lastTimestamp 2>/dev/null | tail -15 >&2 || true
  exit 1
}
down() {
  # shellcheck disable=SC2086 # a list
  [ -z "$registries" ] || kill $registries 2>/dev/null || true
  [ -z "$rig" ] || { "$rig/down.sh" && rm -rf --one-file-system "$KRIG"; } || true
  rm -f "$values"
}
trap down EXIT

# A Kubernetes on this machine: deploy/helm/rig.sh.
if [ -n "${KUBECONFIG:-}" ]; then
  cat ${VALUES:+"$VALUES"} >"$values"
else
  . deploy/helm/rig.sh
fi
mapfile -t nodes < <(kubectl get nodes -o name | sed 's,node/,,' | head -2)
[ "${#nodes[@]}" = 2 ] || fail "two nodes are needed"

# The configuration of runtimes on the nodes, with modes; only the rig lets us look.
node_files() {
  [ -n "$rig" ] || return 0
  for n in 1 2; do enter $n sh -c 'cd /etc && find containerd -printf "%p %m %u %g\n" | sort && find containerd -type f | sort | xargs sha256sum'; done
}
sent() { # bytes of blobs that the registry has sent, to daemons and to runtimes
  [ -n "$rig" ] || { echo 0; return; }
  awk -F'"' '$2 ~ /^GET .*\/blobs\// { split($3, a, " "); if (a[1] ~ /^20/) sum += a[2] } END { printf "%d\n", sum }' "$KRIG/registry.log" "$KRIG/hub.log"
}
# What the daemon of a node has received: NODE FROM (source, peer, seed).
received() {
  local pod
  pod=$(kubectl -n $ns get pods -l app.kubernetes.io/component=dfdaemon --field-selector "spec.nodeName=$1" -o name)
  kubectl get --raw "/api/v1/namespaces/$ns/pods/${pod#pod/}:4002/proxy/metrics" |
    awk -v from="from=\"$2\"" '/^dragonfly_dfdaemon_received_bytes_total/ && index($0, from) { sum += $2 } END { printf "%d\n", sum }'
}
# The commands of a page, one a line: those of the first block after a heading.
documented() { awk -v h="## $1" '$0 == h { on = 1; next } /^## / { on = 0 } on && /^```/ { if (n++) exit; next } on && n == 1' docs/kubernetes.md; }

before=$(node_files)
log=$(mktemp)
commands=0
while read -r command; do
  [ -n "$command" ] || continue
  commands=$((commands + 1))
  command=${command//NODE-1/${nodes[0]}}
  command=${command//NODE-2/${nodes[1]}}
  case $command in
  "kubectl run second"*) first_sent=$(sent) ;;
  "helm install"*) command="$command --values $values" ;;
  esac
  start=$SECONDS
  bash -c "$command" >"$log" 2>&1 </dev/null || {
    cat "$log" >&2
    fail "$command"
  }
  say "$((SECONDS - start)) s for: $command"
  case $command in
  "helm install"*) say "installed, all ready: $(kubectl -n $ns get pods --no-headers | wc -l) pods" ;;
  "helm test"*)
    grep -q '"from_source":0' "$log" || fail "helm test says nothing of peers: $(cat "$log")"
    say "helm test: $(grep -o '{.*"from_source".*}' "$log")"
    ;;
  esac
done < <(documented "Quick start")
rm -f "$log"
[ "$commands" -le 10 ] || fail "the quick start has $commands commands"
second_sent=$(($(sent) - first_sent))
say "registry: $first_sent blob bytes for the first node, $second_sent for the second"
say "second daemon: $(received "${nodes[1]}" seed) bytes from seeds, $(received "${nodes[1]}" peer) from peers, $(received "${nodes[1]}" source) from the source"
[ "$second_sent" = 0 ] || fail "the second node made the registry send $second_sent blob bytes"
[ "$(received "${nodes[1]}" source)" = 0 ] || fail "the second daemon read the source"
[ "$(($(received "${nodes[1]}" seed) + $(received "${nodes[1]}" peer)))" -gt 0 ] || fail "the second daemon received nothing: is it asked at all?"

# Daemons, seeds and schedulers are replaced while nodes pull.
secret() { kubectl -n $ns get secret dragonfly-credentials -o jsonpath='{.data}' | sha256sum; }
credentials=$(secret)
helm upgrade dragonfly deploy/helm/dragonfly -n $ns --reuse-values --wait --timeout 5m \
  --set dfdaemon.podAnnotations.round=two,seed.podAnnotations.round=two,scheduler.podAnnotations.round=two >/dev/null &
upgrade=$!
if [ -n "$rig" ]; then
  for i in 1 2 3 4 5 6; do
    for node in "${nodes[@]}"; do
      kubectl run "pull-$i-$node" --image="docker.io/library/app-$i:1" --overrides="{\"spec\":{\"nodeName\":\"$node\"}}" >/dev/null
    done
    for node in "${nodes[@]}"; do
      kubectl wait --for=condition=Ready "pod/pull-$i-$node" --timeout=2m >/dev/null || fail "pull $i of $node during the upgrade"
    done
  done
fi
wait $upgrade || fail "helm upgrade"
failed=$(kubectl get events -n default --field-selector reason=Failed -o name | wc -l)
[ "$failed" = 0 ] || fail "$failed pulls failed during the upgrade"
[ "$(secret)" = "$credentials" ] || fail "the upgrade changed credentials"
say "upgraded under 12 pulls, none failed"
helm rollback dragonfly 1 -n $ns --wait --timeout 5m >/dev/null || fail "helm rollback"
[ "$(secret)" = "$credentials" ] || fail "the rollback changed credentials"
say "rolled back"

kubectl delete pod --all -n default --now >/dev/null
while read -r command; do
  command=${command%%  #*}
  bash -c "$command" >/dev/null </dev/null || fail "$command"
  say "done: $command"
done < <(documented Uninstall)
[ -n "$rig" ] || { say "all of it, but for the files of nodes, which are not looked at in a foreign cluster"; exit 0; }
diff <(echo "$before") <(node_files) >&2 || fail "the configuration of runtimes is not what it was"
say "uninstalled; the configuration of both nodes is byte for byte what it was"
