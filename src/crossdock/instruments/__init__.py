"""Room: what is measured and shown of the hub. The only home of Prometheus, OpenTelemetry and Parquet.

Imports ports and below.
"""
