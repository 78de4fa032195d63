# Sourced by rig-test.sh: brings a Kubernetes of two nodes up on this machine, with the images of the four roles, stand-ins for those
# of the databases, and a registry for the images that are pulled. Sets rig, registries, and the values of the chart.
origin=$(realpath "${KRIG_HOME:-../kube}")
[ -f "$origin/up.sh" ] || fail "no rig at KRIG_HOME=$origin"
version=$(sed -n 's/^  <version>\(.*\)<.*/\1/p' pom.xml)
for role in manager scheduler seed-peer dfdaemon; do
  [ -f "$images/$role.tar" ] || fail "no $images/$role.tar: ./dragonfly images --tar $images"
done
mkdir -p "$KRIG/images" "$KRIG/rig" "$KRIG/make"
# containerd of the nodes as distributions set it up: its hosts below /etc, each node its own.
rig=$KRIG/rig
cp -RLf "$origin"/*.sh "$origin"/manifests "$rig/"
ln -sfn "$origin/bin" "$rig/bin"
# shellcheck disable=SC2016 # their variable
sed -i 's,config_path = "$KRIG/certs.d",config_path = "/etc/containerd/certs.d",' "$rig/node-start.sh"
. "$rig/lib.sh"
for role in manager scheduler seed-peer dfdaemon; do ln -f "$images/$role.tar" "$KRIG/images/" 2>/dev/null || cp "$images/$role.tar" "$KRIG/images/"; done
mkdir -p "$KRIG/bin"
[ -x "$KRIG/bin/kube" ] || tar -C "$KRIG/bin" --no-same-owner -xf "$origin"/bin/kube.tar.xz

# FOLDER PROGRAM...: busybox, the programs, and the libraries they want.
root() {
  local to=$1 library
  shift
  rm -rf "$to"
  mkdir -p "$to"/{bin,etc,tmp,run,data,var/run/postgresql,var/lib/postgresql/data,etc/dragonfly}
  chmod 1777 "$to/tmp"
  cp "$(command -v busybox)" "$to/bin/busybox"
  for library in $("$to/bin/busybox" --list); do [ "$library" = busybox ] || ln -s busybox "$to/bin/$library"; done
  printf 'root:x:0:0::/:/bin/sh\npostgres:x:70:70::/:/bin/sh\nredis:x:999:999::/:/bin/sh\n' >"$to/etc/passwd"
  printf 'hosts: files dns\n' >"$to/etc/nsswitch.conf"
  for program in "$@"; do
    mkdir -p "$to$(dirname "$program")"
    cp -L "$program" "$to$program"
    for library in $(ldd "$program" | sed -n 's,.*\(=> \|^[[:space:]]*\)\(/[^ ]*\) (0x.*,\2,p'); do
      mkdir -p "$to$(dirname "$library")"
      cp -L "$library" "$to$library"
    done
  done
}
mkimage() { "$KRIG/bin/kube" mkimage "$@"; }
if [ ! -f "$KRIG/images/databases" ]; then
  # Debian's PostgreSQL and Redis in place of the images that the chart names, which need Docker Hub.
  pg=$(ls -d /usr/lib/postgresql/* | tail -1)
  root "$KRIG/make/pg" "$pg"/bin/{postgres,initdb,pg_ctl,psql,pg_isready} "$pg"/lib/*.so
  mkdir -p "$KRIG/make/pg/usr/share/postgresql"
  cp -RL "/usr/share/postgresql/${pg##*/}" "$KRIG/make/pg/usr/share/postgresql/"
  for program in postgres initdb pg_ctl psql pg_isready; do ln -s "$pg/bin/$program" "$KRIG/make/pg/bin/$program"; done
  cat >"$KRIG/make/pg/start" <<'START'
#!/bin/sh
# The part of the official image's entrypoint that the chart uses.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb -D "$PGDATA" -U "$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" --auth-local=trust --encoding=UTF8 --locale=C $POSTGRES_INITDB_ARGS
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  pg_ctl -D "$PGDATA" -o "-c listen_addresses='' -c unix_socket_directories=/var/run/postgresql" -w start
  psql -h /var/run/postgresql -U "$POSTGRES_USER" -d postgres -c "create database \"$POSTGRES_DB\""
  pg_ctl -D "$PGDATA" -m fast -w stop
fi
exec postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql
START
  chmod +x "$KRIG/make/pg/start"
  mkimage -ref "rig.local/postgres:${pg##*/}" -entrypoint '["/start"]' -o "$KRIG/images/postgres.tar" "$KRIG/make/pg"
  root "$KRIG/make/redis" /usr/bin/redis-server /usr/bin/redis-cli
  mkimage -ref rig.local/redis:7 -o "$KRIG/images/redis.tar" "$KRIG/make/redis"
  echo "${pg##*/}" >"$KRIG/images/databases"
fi

# A registry in place of Docker Hub, for daemons.
cat >"$KRIG/registry.yml" <<YAML
version: 0.1
log: {level: warn}
storage: {filesystem: {rootdirectory: "$KRIG/registry"}}
http: {addr: ":5080"}
YAML
docker-registry serve "$KRIG/registry.yml" >"$KRIG/registry.log" 2>&1 </dev/null &
registries=$!
say "bringing two nodes up"
"$rig/up.sh" >/dev/null
. "$KRIG/env"
# The same where runtimes look for Docker Hub when their daemon is being replaced: by its own name, with TLS.
[ -f "$KRIG/hub.pem" ] || openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=rig -addext subjectAltName=DNS:registry-1.docker.io \
  -keyout "$KRIG/hub.key" -out "$KRIG/hub.pem" 2>/dev/null
sed "s,addr: .*,addr: \"$KRIG_NET.254:443\"\, tls: {certificate: $KRIG/hub.pem\, key: $KRIG/hub.key}}," "$KRIG/registry.yml" >"$KRIG/hub.yml"
docker-registry serve "$KRIG/hub.yml" >"$KRIG/hub.log" 2>&1 </dev/null &
registries="$registries $!"
for n in 1 2; do
  enter $n sh -c "grep -q registry-1 /etc/hosts || {
    echo $KRIG_NET.254 registry-1.docker.io >>/etc/hosts
    cat $KRIG/hub.pem >>/etc/ssl/certs/ca-certificates.crt
  }"
done
if [ ! -d "$KRIG/registry/docker" ]; then
  for image in nginx:1.29 app-1:1 app-2:1 app-3:1 app-4:1 app-5:1 app-6:1; do
    root "$KRIG/make/app"
    layer=$KRIG/make/app-layer
    rm -rf "$layer"
    mkdir -p "$layer/data"
    head -c "$([ "$image" = nginx:1.29 ] && echo 64M || echo 8M)" /dev/urandom >"$layer/data/random"
    mkimage -ref "docker.io/library/$image" -entrypoint '["/bin/sleep","3600"]' -o "$KRIG/make/app.tar" "$KRIG/make/app" "$layer"
    skopeo copy -q --insecure-policy --dest-tls-verify=false "oci-archive:$KRIG/make/app.tar" "docker://127.0.0.1:5080/library/$image"
  done
fi
cat >"$values" <<YAML
postgresql: {image: "rig.local/postgres:$(cat "$KRIG/images/databases")"}
redis: {image: "rig.local/redis:7"}
image: {tag: "$version"}
dfdaemon: {config: {proxy: {registries: [{host: docker.io, url: "http://$KRIG_NET.254:5080"}]}}}
YAML
