#!/usr/bin/env bash
# Tests of the chart that need no cluster: HELM=/path/to/helm deploy/helm/test.sh
# With --write it brings docs/helm-values.md up to date instead.
set -euo pipefail
cd "$(dirname "$0")/../.."
helm=${HELM:-helm}
chart=deploy/helm/dragonfly
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
tests=0

check() { # WHAT COMMAND...: the command must succeed
  local what=$1
  shift
  tests=$((tests + 1))
  if ! "$@" >"$work/log" 2>&1; then
    failures=$((failures + 1))
    echo "FAILED: $what"
    sed 's/^/    /' "$work/log" | tail -8
  fi
}
not() { ! "$@"; }
render() { "$helm" template try "$chart" --namespace try "$@"; }
refused() { # TEXT VALUES...: rendering must fail with this text
  local text=$1
  shift
  if render "$@" >"$work/refused" 2>&1; then return 1; fi
  cat "$work/refused"
  grep -qi -- "$text" "$work/refused"
}
# Documents of one kind, from the standard input.
kind() { awk -v RS='\n---\n' -v kind="$1" '$0 ~ "(^|\n)kind: " kind "(\n|$)" { print $0 "\n---" }'; }

if [ "${1:-}" = --write ]; then
  deploy/helm/values-page >docs/helm-values.md
  exit
fi

check "helm lint --strict" "$helm" lint --strict --quiet "$chart"
check "values.yaml and its schema have the same keys" deploy/helm/values-page
check "docs/helm-values.md is that of values.yaml and its schema (deploy/helm/test.sh --write)" \
  diff <(deploy/helm/values-page) docs/helm-values.md
check "every key has a comment" not grep -q '| *|$' docs/helm-values.md

# Every feature, and those that meet.
external='--set postgresql.enabled=false,externalDatabase.host=db.example,secrets.databasePassword=a-Database-pass'
redis='--set redis.enabled=false,externalRedis.address=r.example:6379,externalRedis.username=u,secrets.redisPassword=a-Redis-pass-1'
host='--set dfdaemon.hostNetwork=true,networkPolicy.nodeCidrs={10.0.0.0/8}'
monitoring='--set monitoring.serviceMonitor.enabled=true,monitoring.prometheusRule.enabled=true,monitoring.dashboard.enabled=true'
remote='--set manager.enabled=false,externalManager.address=m.example:65003,cluster.schedulerClusterId=2,secrets.joinToken=0123456789abcdef0123456789abcdeX'
dfinit='--set dfinit.enabled=true,dfinit.registries={docker.io,r.example:5000}'
everything="--set manager.replicas=3,manager.service.type=NodePort,manager.service.restNodePort=30080,manager.grpcService.enabled=true \
  --set scheduler.autoscaling.enabled=true,redis.persistence.enabled=true,image.registry=r.example:5000,image.pullSecrets={a} \
  --set seed.image.digest=sha256:$(printf '0%.0s' {1..64}),dfdaemon.cache.type=emptyDir,dfdaemon.socket.hostPath="
combinations=(
  ""
  "--set manager.enabled=false"
  "--set manager.enabled=false,dfdaemon.enabled=false"
  "$external" "$redis" "$external $redis" "$remote" "$remote $redis" "$host" "$host $dfinit" "$dfinit"
  "$dfinit --set dfinit.action=revert" "$monitoring" "$monitoring --set manager.enabled=false"
  "--set secrets.existingSecret=mine" "--set secrets.existingSecret=mine,redis.enabled=false,externalRedis.address=r:1"
  "--set networkPolicy.enabled=false,topologySpread.enabled=false"
  "--set seed.persistence.enabled=false,postgresql.persistence.enabled=false"
  "--set scheduler.pdb.enabled=false,scheduler.preStopSeconds=0"
  "$everything" "$everything $monitoring $dfinit"
  "--set postgresql.enabled=false,externalDatabase.url=jdbc:postgresql://d/m?sslmode=verify-full,secrets.databasePassword=a-Database-pass"
)
for i in "${!combinations[@]}"; do
  # shellcheck disable=SC2086
  check "renders: ${combinations[$i]:-defaults}" render ${combinations[$i]}
  cp "$work/log" "$work/all-$i.yaml"
done
cat "$work"/all-*.yaml >"$work/all.yaml"

check "no value is missing" not grep -nE '<no value>|<nil>|%!' "$work/all.yaml"
check "nothing is privileged, shares a namespace of the node or is the latest" \
  not grep -nE 'privileged: true|hostPID|hostIPC|:latest|allowPrivilegeEscalation: true' "$work/all.yaml"
check "hostNetwork only where it is asked for" not grep -n 'hostNetwork: true' "$work/all-0.yaml"
containers=$(grep -cE '^ +image: ' "$work/all.yaml")
for line in 'readOnlyRootFilesystem: true' 'drop: \[ALL\]' 'allowPrivilegeEscalation: false'; do
  check "each of $containers containers has $line" test "$(grep -cE "$line" "$work/all.yaml")" = "$containers"
done
pods=$(grep -cE '^ +seccompProfile: ' "$work/all.yaml")
for line in 'automountServiceAccountToken: false' 'enableServiceLinks: false'; do
  check "each of $pods pods has $line" test "$(grep -cE "^ +$line" "$work/all.yaml")" = "$pods"
done
check "all images of the default" diff \
  <(grep -hoE 'image: .*' "$work/all-0.yaml" | sort -u) - <<'LIST'
image: docker.io/library/postgres:17.6-alpine
image: docker.io/library/redis:7.4.5-alpine
image: dragonfly-java/dfdaemon:0.1.0-SNAPSHOT
image: dragonfly-java/manager:0.1.0-SNAPSHOT
image: dragonfly-java/scheduler:0.1.0-SNAPSHOT
image: dragonfly-java/seed-peer:0.1.0-SNAPSHOT
LIST
check "image.registry reaches all images" not grep -nE 'image: [^r]' "$work/all-19.yaml"
for role in manager scheduler seed dfdaemon; do
  check "$role has an address of its own in DNS, and its pods carry what selectors ask for" \
    grep -q "name: try-dragonfly-$role\$" <(kind Service <"$work/all-0.yaml")
done
for name in seed redis postgresql; do
  check "serviceName of $name is a Service" test 2 = \
    "$(grep -cE "^  (serviceName: try-dragonfly-$name|name: try-dragonfly-$name)\$" <(kind StatefulSet <"$work/all-0.yaml"))"
  check "and that is there" grep -q "name: try-dragonfly-$name\$" <(kind Service <"$work/all-0.yaml")
done
check "NOTES select by labels that pods have" not grep -n 'release=' $chart/templates/NOTES.txt
check "the proxy's port is declared, on loopback of the node" \
  grep -A2 'containerPort: 4001' "$work/all-0.yaml"
check "and the line after it names 127.0.0.1" grep -q 'hostIP: 127.0.0.1' "$work/all-0.yaml"
check "a port of the node belongs to REST" \
  grep -q 'targetPort: rest' <(grep -B4 'nodePort: 30080' "$work/all-19.yaml")
check "no preStop where it is 0" not grep -q preStop <(kind Deployment <"$work/all-18.yaml" | grep -A999 'name: try-dragonfly-scheduler')
check "no policy when they are off" not grep -q 'kind: NetworkPolicy' "$work/all-16.yaml"
check "no budget of disruption when it is off" \
  not grep -q 'try-dragonfly-scheduler' <(kind PodDisruptionBudget <"$work/all-18.yaml")
check "addresses are of the namespace of the release" \
  not grep -nE '\.svc\.' <(grep -E '\.svc\.' "$work/all-0.yaml" | grep -v '\.try\.svc\.cluster\.local')
check "one policy for each role" \
  test "$(grep -c '^kind: NetworkPolicy' "$work/all-0.yaml")" = "$(grep -c '^kind: ServiceAccount' "$work/all-0.yaml")"

# Misspelt values, and such of the existing chart.
for wrong in manager.enable=true manager.replica=2 manager.replicas=two scheduler.resources.limit.memory=1Gi \
  seedClient.replicas=3 client.dfinit.enable=true dfinit.runtimes=containerd dfinit.runtime=cri-o image.pullpolicy=Always \
  dfdaemon.hostnetwork=true networkpolicy.enabled=false redis.persistence.storageclass=x externalRedis.addrs=r:1 \
  monitoring.servicemonitor.enabled=true dfdaemon.image.digest=abc dfdaemon.jvm.heap=64Mi seed.persistence.whenDeleted=delete; do
  check "refused: $wrong" refused 'schema' --set "$wrong"
done
check "refused: a password that can be guessed" refused 'guessed' --set secrets.rootPassword=dragonfly1234
check "refused: a short password" refused 'schema' --set secrets.databasePassword=short
check "refused: two sources of passwords" refused 'exclude' --set secrets.existingSecret=a,secrets.rootPassword=Xa-long-password
check "refused: no host of the database" refused 'externalDatabase' --set postgresql.enabled=false,secrets.databasePassword=Xa-long-password
check "refused: no password of the database" refused 'databasePassword' --set postgresql.enabled=false,externalDatabase.host=a
check "refused: no address of Redis" refused 'externalRedis' --set redis.enabled=false,secrets.redisPassword=Xa-long-password
check "refused: no token for another manager" refused 'joinToken' --set manager.enabled=false,externalManager.address=m:1
check "refused: a network of nodes that no policy knows" refused 'nodeCidrs' --set dfdaemon.hostNetwork=true

# Passwords with every sort of character come into Secrets, whole, and nowhere else.
cat >"$work/marked.yaml" <<'YAML'
secrets:
  rootPassword: 'MARK1 "''#: {$x} \ 7'
  joinToken: 'MARK2-{{ .Values }}-%s-0123456789abcdef'
  jwtKey: 'MARK3: yes & [no] | > ! 0123456789abcdef'
  databasePassword: 'MARK4''"\ #{}%40'
  redisPassword: 'MARK5''#{}%40$x'
externalDatabase: {name: "null", user: "yes: #1"}
YAML
check "renders: marked passwords" render -f "$work/marked.yaml" $monitoring
cp "$work/log" "$work/marked"
check "no password outside of a Secret" not grep -n MARK "$work/marked"
for i in 1 2 3 4 5; do
  encoded=$(sed -n "s/^  \(rootPassword\|joinToken\|jwtKey\|databasePassword\|redisPassword\): '\(MARK$i.*\)'\$/\2/p" "$work/marked.yaml" |
    sed "s/''/'/g" | tr -d '\n' | base64 -w0)
  check "password $i is whole, in one place" test "$(grep -c -F -- "$encoded" "$work/marked")" = 1
done
check "a name of a database that looks like YAML stays a text" grep -q 'user: .*yes: #1' "$work/marked"
check "a given Secret is used, and none made" not grep -q '^kind: Secret' "$work/all-14.yaml"
check "generated passwords outlive an uninstall" grep -q 'helm.sh/resource-policy: keep' "$work/all-0.yaml"

check "helm test tries again: right after an install nobody may be listed yet" grep -q 'until dfget' "$work/all-0.yaml"
check "helm test --logs finds the logs of all its hooks: each is a pod" \
  test "$(grep -c 'helm.sh/hook: test' "$work/all-0.yaml")" = "$(kind Pod <"$work/all-0.yaml" | grep -c 'helm.sh/hook: test')"

# What the chart says must be what the project says.
check "appVersion is the version that ./dragonfly images gives to images" \
  grep -qxF "appVersion: $(sed -n 's/^  <version>\(.*\)<.*/\1/p' pom.xml)" $chart/Chart.yaml
for role in manager scheduler seed dfdaemon; do
  options=config/jvm/${role/seed/dfdaemon}.options
  for pair in heap:-Xmx direct:-XX:MaxDirectMemorySize= metaspace:-XX:MaxMetaspaceSize= codeCache:-XX:ReservedCodeCacheSize=; do
    value=$(sed -n "s/^| \`$role\.jvm\.${pair%%:*}\` |[^|]*| \`\([0-9]*\)\` .*/\1/p" docs/helm-values.md)
    check "$role.jvm.${pair%%:*} is that of $options" grep -qxF -- "${pair#*:}${value}m" "$options"
  done
done
for file in manager scheduler dfdaemon; do
  # Keys of this block in all ConfigMaps, by their last name.
  keys=$(awk -v start="  $file.yaml: \\|" '$0 ~ start { on = 1; next } on && !/^    / { on = 0 } on' "$work/all.yaml" |
    sed -n 's/^ *\([A-Za-z]*\):.*/\1/p' | sort -u | grep -vxE 'file|env')
  for key in $keys; do
    check "docs/config/$file.yaml knows $key" grep -qhE "^ *(# )? *$key:" docs/config/$file.yaml docs/config/seed-peer.yaml
  done
done
check "docs/metrics.md knows each metric and label of alerts and dashboard" diff /dev/null <(deploy/helm/unknown-metrics)
cat >"$work/misspelt.yaml" <<'YAML'
  expr: sum by (of) (rate(dragonfly_dfdaemon_pieces[5m])) > 1e6 and dragonfly_dfdaemon_uploads_sum{form="a"}
  expr: |
    dragonfly_dfdaemon_received_bytes_total{from="sauce"} * hikaricp_connections_idle{pol="a"}
  for: 5m
YAML
check "and one that it does not know is told" diff <(deploy/helm/unknown-metrics "$work/misspelt.yaml") - <<'LIST'
dragonfly_dfdaemon_pieces
dragonfly_dfdaemon_uploads_sum
dragonfly_dfdaemon_received_bytes_total has no from sauce
hikaricp_connections_idle has no label pol
LIST
check "the dashboard is JSON" "$helm" template try $chart --show-only templates/monitoring.yaml $monitoring
if command -v python3 >/dev/null; then
  check "the dashboard can be read" python3 -m json.tool $chart/files/dashboard.json
fi

# The alerts as the chart renders them: each has series for which it fires, and series for which it does not.
render --show-only templates/monitoring.yaml $monitoring | kind PrometheusRule |
  awk '/^spec:/ { on = 1; next } /^---/ { on = 0 } on { sub(/^  /, ""); print }' >"$work/rules.yaml"
cp deploy/helm/tests/*.yaml "$work/"
expected() { # One line for each expectation of the tests: NAME fires, or NAME silent.
  awk '{ line = $0 } /alertname: / { sub(/.*alertname: /, ""); sub(/,.*/, ""); name = $0 }
    line ~ /exp_alerts: *\[\]/ { print name, "silent" } line ~ /exp_alerts: *$/ { print name, "fires" }' deploy/helm/tests/*.yaml
}
check "each alert has a test in which it fires, and one in which it does not; none is for no alert" diff \
  <(sed -n 's/.*- alert: \(.*\)/\1 fires\n\1 silent/p' "$work/rules.yaml" | sort) <(expected | sort -u)
if command -v promtool >/dev/null; then
  check "the alerts can be read" promtool check rules --lint-fatal "$work/rules.yaml"
  for file in deploy/helm/tests/*.yaml; do
    check "alerts fire and stay silent as ${file##*/} says" promtool test rules "$work/${file##*/}"
  done
else
  echo "WARNING: the alerts are NOT TESTED: there is no promtool (Debian has it in the package prometheus)" >&2
  check "CI has a promtool" [ "${CI:-}" != true ]
fi

echo "chart: $tests checks, $failures failed"
[ "$failures" = 0 ]
