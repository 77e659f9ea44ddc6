"""Room: HTTP in. `api/` speaks JSON, `serve` runs it. The only home of status codes, Litestar and uvicorn."""
