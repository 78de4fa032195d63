{{/* The configurations of the services: keys of docs/config/*.yaml. Over them lies what the values give as config. */}}

{{- define "dragonfly.secretFile" -}}
{file: /etc/dragonfly/credentials/{{ . }}}
{{- end -}}

{{- define "dragonfly.config.manager" -}}
{{- $base := include "dragonfly.config.manager.base" . | fromYaml -}}
{{- toYaml (mergeOverwrite $base (deepCopy .Values.manager.config)) -}}
{{- end -}}

{{- define "dragonfly.config.manager.base" -}}
database:
  {{- with .Values.externalDatabase }}
  {{- if $.Values.postgresql.enabled }}
  host: {{ include "dragonfly.host" (list $ "postgresql") }}
  {{- else if .url }}
  url: {{ .url | quote }}
  {{- else }}
  host: {{ required "externalDatabase.host or url is needed with postgresql.enabled: false" .host | quote }}
  port: {{ .port }}
  {{- end }}
  name: {{ .name | quote }}
  user: {{ .user | quote }}
  {{- end }}
  password: {{ include "dragonfly.secretFile" "database-password" }}
auth:
  passwordFile: /var/lib/dragonfly/manager/root-password
  rootPassword: {{ include "dragonfly.secretFile" "root-password" }}
  jwtKey: {{ include "dragonfly.secretFile" "jwt-key" }}
security:
  joinToken: {{ include "dragonfly.secretFile" "join-token" }}
redis:
  {{- include "dragonfly.config.redis" . | nindent 2 }}
{{- end -}}

{{- define "dragonfly.config.redis" -}}
address: {{ include "dragonfly.redisAddress" . }}
{{- if not .Values.redis.enabled }}
{{- with .Values.externalRedis.username }}
username: {{ . | quote }}
{{- end }}
database: {{ .Values.externalRedis.database }}
{{- end }}
password: {{ include "dragonfly.secretFile" "redis-password" }}
{{- end -}}

{{- define "dragonfly.config.scheduler" -}}
{{- $base := include "dragonfly.config.scheduler.base" . | fromYaml -}}
{{- toYaml (mergeOverwrite $base (deepCopy .Values.scheduler.config)) -}}
{{- end -}}

{{- define "dragonfly.config.scheduler.base" -}}
clusterId: {{ .Values.cluster.schedulerClusterId }}
redis:
  {{- include "dragonfly.config.redis" . | nindent 2 }}
{{- with include "dragonfly.managerAddress" . }}
manager:
  address: {{ . | quote }}
  joinToken: {{ include "dragonfly.secretFile" "join-token" }}
{{- else }}
seed:
  # The addresses of all seeds: the Service has none of its own.
  addresses: ["{{ include "dragonfly.host" (list . "seed") }}:4000"]
{{- end }}
{{- end -}}

{{/* What a daemon and a seed peer share. */}}
{{- define "dragonfly.config.peer" -}}
host:
  schedulerClusterId: {{ .Values.cluster.schedulerClusterId }}
storage:
  dir: /var/lib/dragonfly
server:
  socket: /var/run/dragonfly/dfdaemon.sock
{{- with include "dragonfly.managerAddress" . }}
manager:
  address: {{ . | quote }}
{{- else }}
scheduler:
  # The addresses of all schedulers: the Service has none of its own.
  addresses: ["{{ include "dragonfly.host" (list . "scheduler") }}:8002"]
{{- end }}
{{- end -}}

{{- define "dragonfly.config.seed" -}}
{{- $base := include "dragonfly.config.peer" . | fromYaml -}}
{{- $own := include "dragonfly.config.seed.base" . | fromYaml -}}
{{- toYaml (mergeOverwrite $base $own (deepCopy .Values.seed.config)) -}}
{{- end -}}

{{- define "dragonfly.config.seed.base" -}}
seedPeer:
  registered: {{ ne (include "dragonfly.managerAddress" .) "" }}
  clusterId: {{ .Values.cluster.seedPeerClusterId }}
{{- if include "dragonfly.managerAddress" . }}
manager:
  joinToken: {{ include "dragonfly.secretFile" "join-token" }}
{{- end }}
{{- end -}}

{{- define "dragonfly.config.dfdaemon" -}}
{{- $base := include "dragonfly.config.peer" . | fromYaml -}}
{{- $own := include "dragonfly.config.dfdaemon.base" . | fromYaml -}}
{{- toYaml (mergeOverwrite $base $own (deepCopy .Values.dfdaemon.config)) -}}
{{- end -}}

{{- define "dragonfly.config.dfdaemon.base" -}}
proxy:
  # In a network of its own the port of the node leads to the pod's address; a policy keeps other pods out.
  ip: {{ ternary "127.0.0.1" "0.0.0.0" .Values.dfdaemon.hostNetwork }}
  port: {{ .Values.dfdaemon.proxyPort }}
{{- end -}}
