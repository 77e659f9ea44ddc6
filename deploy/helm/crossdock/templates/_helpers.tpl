{{/* A name of the release's own. */}}
{{- define "crossdock.name" -}}
{{- if contains "crossdock" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-crossdock" .Release.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{/* What everything of a release is labelled with. */}}
{{- define "crossdock.labels" -}}
app.kubernetes.io/name: crossdock
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "crossdock.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Variables of every container: settings, then secrets by reference. */}}
{{- define "crossdock.env" -}}
{{- range $name, $value := .Values.settings }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
- name: CROSSDOCK_POSTGRES__URL
  valueFrom:
    secretKeyRef: {name: {{ .Values.postgres.secret }}, key: {{ .Values.postgres.key }}}
- name: CROSSDOCK_NATS__URL
  valueFrom:
    secretKeyRef: {name: {{ .Values.nats.secret }}, key: {{ .Values.nats.key }}}
- name: CROSSDOCK_HTTP__PEPPER
  valueFrom:
    secretKeyRef: {name: {{ .Values.pepper.secret }}, key: {{ .Values.pepper.key }}}
{{- range $name, $from := .Values.secretVariables }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef: {name: {{ $from.secret }}, key: {{ $from.key }}}
{{- end }}
{{- end }}

{{/* Nobody is root, nothing is writable but the data folder and /tmp. */}}
{{- define "crossdock.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "crossdock.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* A file's path as a ConfigMap's key, which may hold no slash. */}}
{{- define "crossdock.fileKey" -}}
{{ . | replace "/" "__" }}
{{- end }}
