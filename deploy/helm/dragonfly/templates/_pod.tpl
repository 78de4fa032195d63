{{/* What all pods have in common. */}}

{{/* The beginning of a pod's specification. Takes (list $ role values). */}}
{{- define "dragonfly.podSpec" -}}
{{- $ := index . 0 -}}
{{- $role := index . 1 -}}
{{- $values := index . 2 -}}
serviceAccountName: {{ include "dragonfly.fullname" $ }}-{{ $role }}
automountServiceAccountToken: false
# Dozens of variables in the environment that nobody reads.
enableServiceLinks: false
{{- with $.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with $values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if and $.Values.topologySpread.enabled (has $role (list "manager" "scheduler" "seed")) }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: {{ $.Values.topologySpread.topologyKey }}
    whenUnsatisfiable: {{ $.Values.topologySpread.whenUnsatisfiable }}
    labelSelector:
      matchLabels:
        {{- include "dragonfly.selector" (list $ $role) | nindent 8 }}
{{- end }}
{{- with $values.terminationGracePeriodSeconds }}
terminationGracePeriodSeconds: {{ . }}
{{- end }}
{{- end -}}

{{/* Security of a pod. Takes the user. */}}
{{- define "dragonfly.podSecurity" -}}
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
runAsNonRoot: {{ ne (int .) 0 }}
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "dragonfly.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{/* Annotations and labels of pods. Takes (list $ role values config). */}}
{{- define "dragonfly.podMetadata" -}}
{{- $values := index . 2 -}}
labels:
  {{- include "dragonfly.labels" . | nindent 2 }}
  {{- with $values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
annotations:
  # Services read their configuration once: another one means other pods.
  checksum/config: {{ index . 3 | sha256sum }}
  {{- with $values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* Requests and limits with memory from jvm. Takes the values of a role. */}}
{{- define "dragonfly.resources" -}}
{{- $sum := 0 -}}
{{- range .jvm }}{{ $sum = add $sum . }}{{ end -}}
{{- $memory := dict "memory" (printf "%dMi" $sum) -}}
{{- $limits := merge (deepCopy .resources.limits) $memory -}}
{{- $requests := merge (deepCopy .resources.requests) (dict "memory" $limits.memory) -}}
{{- toYaml (dict "requests" $requests "limits" $limits) -}}
{{- end -}}

{{/*
The container of a service. Takes (list $ role repository values).
The image starts its service and takes the service's arguments.
*/}}
{{- define "dragonfly.service" -}}
{{- $ := index . 0 -}}
{{- $role := index . 1 -}}
{{- $values := index . 3 -}}
{{- $file := ternary "dfdaemon" $role (eq $role "seed") -}}
name: {{ $role }}
image: {{ include "dragonfly.image" (list $ $values (index . 2)) }}
imagePullPolicy: {{ $.Values.image.pullPolicy }}
args: [--config, /etc/dragonfly/{{ $file }}.yaml]
env:
  - {name: MALLOC_ARENA_MAX, value: "1"}
  # Wins over the options in the image, unlike JAVA_TOOL_OPTIONS.
  - name: _JAVA_OPTIONS
    value: >-
      -Xmx{{ $values.jvm.heap }}m -XX:MaxDirectMemorySize={{ $values.jvm.direct }}m
      -XX:MaxMetaspaceSize={{ $values.jvm.metaspace }}m -XX:ReservedCodeCacheSize={{ $values.jvm.codeCache }}m
  {{- with $values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
ports:
  {{- include "dragonfly.containerPorts" (list $ $role) | trim | nindent 2 }}
# The manager waits up to 60 s for its database, and then starts again.
startupProbe: {httpGet: {path: /healthy, port: metrics}, periodSeconds: 2, failureThreshold: 60, timeoutSeconds: 2}
livenessProbe: {httpGet: {path: /healthy, port: metrics}, periodSeconds: 10, failureThreshold: 6, timeoutSeconds: 3}
{{- if eq $role "dfdaemon" }}
# What the runtime of the node asks.
readinessProbe: {httpGet: {path: /healthy, port: proxy{{ if $values.hostNetwork }}, host: 127.0.0.1{{ end }}}, periodSeconds: 5, failureThreshold: 2, timeoutSeconds: 3}
{{- else }}
readinessProbe: {httpGet: {path: /readyz, port: metrics}, periodSeconds: 5, failureThreshold: 2, timeoutSeconds: 6}
{{- end }}
{{- if $values.preStopSeconds }}
lifecycle:
  preStop: {sleep: {seconds: {{ $values.preStopSeconds }}}}
{{- end }}
resources:
  {{- include "dragonfly.resources" $values | nindent 2 }}
securityContext:
  {{- include "dragonfly.containerSecurity" $ | nindent 2 }}
{{- end -}}

{{/* A volume with some of the credentials as files. Takes (list $ key...). */}}
{{- define "dragonfly.credentials" -}}
- name: credentials
  secret:
    secretName: {{ include "dragonfly.secretName" (index . 0) }}
    defaultMode: 0440
    items:
      {{- range rest . }}
      - {key: {{ . }}, path: {{ . }}}
      {{- end }}
{{- end -}}

{{/* Claim templates of a StatefulSet, and what becomes of the volumes. Takes the values of persistence. */}}
{{- define "dragonfly.claims" -}}
persistentVolumeClaimRetentionPolicy: {whenDeleted: {{ .whenDeleted }}, whenScaled: Retain}
volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      {{- with .storageClass }}
      storageClassName: {{ . }}
      {{- end }}
      resources: {requests: {storage: {{ .size }}}}
{{- end -}}
