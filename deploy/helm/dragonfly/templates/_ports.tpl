{{/*
The port table: containers, Services and NetworkPolicies are made of it. "from" are roles, or the lists metricsFrom,
restFrom and grpcFrom of networkPolicy; node is the pod's own node, which no policy keeps out.
*/}}
{{- define "dragonfly.ports" -}}
manager:
  - {name: rest, port: 8080, protocol: http, from: [restFrom, test, seed]}
  - {name: grpc, port: 65003, protocol: grpc, from: [scheduler, seed, dfdaemon, test, grpcFrom]}
  - {name: metrics, port: 8000, protocol: http, from: [metricsFrom]}
scheduler:
  - {name: grpc, port: 8002, protocol: grpc, from: [manager, seed, dfdaemon, test, grpcFrom]}
  - {name: metrics, port: 8000, protocol: http, from: [metricsFrom]}
seed:
  - {name: grpc, port: 4000, protocol: grpc, from: [scheduler, seed, dfdaemon, test]}
  - {name: pieces, port: 4005, protocol: tcp, from: [seed, dfdaemon, test]}
  - {name: metrics, port: 4002, protocol: http, from: [metricsFrom]}
dfdaemon:
  - {name: grpc, port: 4000, protocol: grpc, from: [scheduler, seed, dfdaemon, test]}
  - {name: proxy, port: {{ .Values.dfdaemon.proxyPort }}, protocol: http, from: [node]}
  - {name: pieces, port: 4005, protocol: tcp, from: [seed, dfdaemon, test]}
  - {name: metrics, port: 4002, protocol: http, from: [metricsFrom]}
postgresql:
  - {name: postgresql, port: 5432, protocol: tcp, from: [manager]}
redis:
  - {name: redis, port: 6379, protocol: tcp, from: [scheduler, manager]}
{{- end -}}

{{/* Ports of a container. Takes (list $ role). */}}
{{- define "dragonfly.containerPorts" -}}
{{- $ := index . 0 -}}
{{- $role := index . 1 -}}
{{- range get (include "dragonfly.ports" $ | fromYaml) $role }}
- name: {{ .name }}
  containerPort: {{ .port }}
  {{- if and (eq $role "dfdaemon") (eq .name "proxy") (not $.Values.dfdaemon.hostNetwork) }}
  hostPort: {{ .port }}
  hostIP: 127.0.0.1
  {{- end }}
{{- end }}
{{- end -}}

{{/* Some ports of a Service, by their names. Takes (list $ role name...). */}}
{{- define "dragonfly.servicePorts" -}}
{{- $wanted := slice . 2 -}}
{{- range get (include "dragonfly.ports" (index . 0) | fromYaml) (index . 1) }}
{{- if has .name $wanted }}
- name: {{ .name }}
  port: {{ .port }}
  targetPort: {{ .name }}
  appProtocol: {{ .protocol }}
{{- end }}
{{- end }}
{{- end -}}
