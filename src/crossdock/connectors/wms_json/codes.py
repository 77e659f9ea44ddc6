"""Words of the warehouse dialect that are not ours."""

from __future__ import annotations

from crossdock.canonical.parts import PackageType

PACKAGE_TYPES = {
    "parcel": PackageType.PARCEL,
    "carton": PackageType.CASE,
    "case": PackageType.CASE,
    "pallet": PackageType.PALLET,
    "container": PackageType.CONTAINER,
}
