"""The operations, a module an API resource."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.
