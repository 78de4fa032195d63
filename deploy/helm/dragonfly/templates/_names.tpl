{{/* Names, labels and addresses: each is made here and nowhere else. */}}

{{- define "dragonfly.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "dragonfly.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "dragonfly.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "dragonfly.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What selectors ask for; never changed, as selectors of workloads cannot be. Takes (list $ role). */}}
{{- define "dragonfly.selector" -}}
{{- $ := index . 0 -}}
app.kubernetes.io/name: {{ include "dragonfly.name" $ }}
app.kubernetes.io/instance: {{ $.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "dragonfly.labels" -}}
{{- $ := index . 0 -}}
{{ include "dragonfly.selector" . }}
app.kubernetes.io/version: {{ $.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $.Chart.Name $.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Name and labels of an object. Takes (list $ role), or (list $ role suffix). */}}
{{- define "dragonfly.metadata" -}}
{{- $ := index . 0 -}}
name: {{ include "dragonfly.fullname" $ }}-{{ index . 1 }}{{ if gt (len .) 2 }}-{{ index . 2 }}{{ end }}
namespace: {{ $.Release.Namespace }}
labels:
  {{- include "dragonfly.labels" . | nindent 2 }}
{{- end -}}

{{/* The whole name of a Service in DNS. Takes (list $ name). */}}
{{- define "dragonfly.host" -}}
{{- $ := index . 0 -}}
{{ include "dragonfly.fullname" $ }}-{{ index . 1 }}.{{ $.Release.Namespace }}.svc.{{ $.Values.clusterDomain }}
{{- end -}}

{{- define "dragonfly.secretName" -}}
{{- default (printf "%s-credentials" (include "dragonfly.fullname" .)) .Values.secrets.existingSecret -}}
{{- end -}}

{{/* host:port of the manager's gRPC; empty: there is none. */}}
{{- define "dragonfly.managerAddress" -}}
{{- if .Values.manager.enabled -}}
{{ include "dragonfly.host" (list . "manager") }}:65003
{{- else -}}
{{ .Values.externalManager.address }}
{{- end -}}
{{- end -}}

{{- define "dragonfly.redisAddress" -}}
{{- if .Values.redis.enabled -}}
{{ include "dragonfly.host" (list . "redis") }}:6379
{{- else -}}
{{ required "externalRedis.address is needed with redis.enabled: false" .Values.externalRedis.address }}
{{- end -}}
{{- end -}}

{{/* The image of a role. Takes (list $ values repository). */}}
{{- define "dragonfly.image" -}}
{{- $ := index . 0 -}}
{{- $image := (index . 1).image -}}
{{- $name := default (printf "%s/%s" $.Values.image.prefix (index . 2)) $image.repository -}}
{{- $name = ternary (printf "%s/%s" $.Values.image.registry $name) $name (ne $.Values.image.registry "") -}}
{{- if $image.digest -}}
{{ $name }}@{{ $image.digest }}
{{- else -}}
{{ $name }}:{{ $image.tag | default $.Values.image.tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* The image of a database: under image.registry by the rest of its name. Takes (list $ name). */}}
{{- define "dragonfly.foreignImage" -}}
{{- $ := index . 0 -}}
{{- $parts := splitList "/" (index . 1) -}}
{{- if and $.Values.image.registry (gt (len $parts) 1) (or (contains "." (first $parts)) (contains ":" (first $parts))) -}}
{{ $.Values.image.registry }}/{{ rest $parts | join "/" }}
{{- else if $.Values.image.registry -}}
{{ $.Values.image.registry }}/{{ index . 1 }}
{{- else -}}
{{ index . 1 }}
{{- end -}}
{{- end -}}

{{/* The roles that this installation has. */}}
{{- define "dragonfly.roles" -}}
- scheduler
- seed
{{- if .Values.manager.enabled }}
- manager
{{- if .Values.postgresql.enabled }}
- postgresql
{{- end }}
{{- end }}
{{- if .Values.redis.enabled }}
- redis
{{- end }}
{{- if .Values.dfdaemon.enabled }}
- dfdaemon
{{- end }}
{{- end -}}
