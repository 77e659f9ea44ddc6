"""A typed client of the Crossdock API. It needs nothing but Python 3.11."""

from crossdock_client.client import Client
from crossdock_client.transport import Problem, ServerEvent

__all__ = ["Client", "Problem", "ServerEvent"]
