"""What `references` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

OwnerView = TypedDict("OwnerView", {
    "dossier": Required[int],
    "ident": Required[str],
    "identifiers": Required[list[str]],
    "label": Required[str],
})

__all__ = ['OwnerView']
