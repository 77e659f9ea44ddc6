"""The HTTP API: raw partner intake (hot), the process API, operations; problem details everywhere.

May import app, ports and below; never process, formats or `web.console`.
"""
