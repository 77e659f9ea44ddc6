"""What handlers of the console are given and take from the address, each bounded."""

from __future__ import annotations

from typing import Annotated

from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter

from crossdock.web.console.deps import ConsoleDeps

PAGE = 50
PAGE_MAX = 200

Deps = NamedDependency[ConsoleDeps]
Words = Annotated[str, QueryParameter(max_length=128)]
Cursor = Annotated[str, QueryParameter(max_length=128)]
Name = Annotated[str, PathParameter(min_length=1, max_length=128)]
Flag = Annotated[bool, QueryParameter()]
Number = Annotated[int, PathParameter(ge=1, le=2**62)]
