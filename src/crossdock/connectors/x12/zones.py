"""Where a place is on the clock: city, state and country, as MS1 and N4 name them, to IANA zones (domain.md TS-05).

A state with two zones is told by its city; where the city is not named the answer is the state's main zone, marked as a
guess. A country with several zones and no state gives no answer.

Source: the zones of the IANA database (zone1970.tab) by state; element 156 for the state codes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple


class Zone(NamedTuple):
    """An IANA name; `certain` is false where the place may also lie in another zone."""

    name: str
    certain: bool = True


_STATES = {
    "America/New_York": "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Chicago": "AL AR IA IL LA MN MO MS OK WI",
    "America/Denver": "CO MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA WA NV",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR VI",
    "America/Vancouver": "BC",
    "America/Edmonton": "AB NT",
    "America/Regina": "SK",
    "America/Winnipeg": "MB",
    "America/Toronto": "ON QC PQ",
    "America/Moncton": "NB",
    "America/Halifax": "NS PE",
    "America/St_Johns": "NL NF",
    "America/Whitehorse": "YT",
}
# States that lie in two zones: the main one, the other, and the larger places in the other.
_DIVIDED = {
    "TX": ("America/Chicago", "America/Denver", "EL PASO;HORIZON CITY;SOCORRO;VAN HORN"),
    "FL": ("America/New_York", "America/Chicago", "PENSACOLA;PANAMA CITY;FORT WALTON BEACH;DESTIN;CRESTVIEW;MARIANNA"),
    "TN": ("America/Chicago", "America/New_York", "KNOXVILLE;CHATTANOOGA;JOHNSON CITY;KINGSPORT;BRISTOL;MORRISTOWN"),
    "KY": ("America/New_York", "America/Chicago", "BOWLING GREEN;OWENSBORO;PADUCAH;HOPKINSVILLE;HENDERSON"),
    "IN": ("America/New_York", "America/Chicago", "GARY;HAMMOND;EVANSVILLE;EAST CHICAGO;MERRILLVILLE;MICHIGAN CITY"),
    "MI": ("America/New_York", "America/Chicago", "IRON MOUNTAIN;IRONWOOD;MENOMINEE"),
    "ND": ("America/Chicago", "America/Denver", "DICKINSON;BEACH;BOWMAN"),
    "SD": ("America/Chicago", "America/Denver", "RAPID CITY;SPEARFISH;STURGIS;DEADWOOD"),
    "NE": ("America/Chicago", "America/Denver", "SCOTTSBLUFF;ALLIANCE;CHADRON;OGALLALA;SIDNEY"),
    "KS": ("America/Chicago", "America/Denver", "GOODLAND;SHARON SPRINGS;TRIBUNE"),
    "ID": ("America/Boise", "America/Los_Angeles", "COEUR D ALENE;COEUR D'ALENE;LEWISTON;MOSCOW;SANDPOINT;POST FALLS"),
    "OR": ("America/Los_Angeles", "America/Boise", "ONTARIO;VALE;NYSSA"),
    "AK": ("America/Anchorage", "America/Adak", "ADAK;ATKA"),
}
_COUNTRIES = {
    "Europe/Amsterdam": "NL NLD",
    "Europe/Berlin": "DE DEU",
    "Europe/Brussels": "BE BEL",
    "Europe/Dublin": "IE IRL",
    "Europe/London": "GB GBR",
    "Europe/Paris": "FR FRA",
    "Europe/Rome": "IT ITA",
    "Europe/Vienna": "AT AUT",
    "Europe/Warsaw": "PL POL",
    "Europe/Zurich": "CH CHE",
    "Europe/Prague": "CZ CZE",
    "Europe/Copenhagen": "DK DNK",
    "Europe/Stockholm": "SE SWE",
    "Asia/Shanghai": "CN CHN",
    "Asia/Hong_Kong": "HK HKG",
    "Asia/Tokyo": "JP JPN",
    "Asia/Seoul": "KR KOR",
    "Asia/Singapore": "SG SGP",
    "Asia/Kolkata": "IN IND",
}
_BY_STATE = {state: name for name, states in _STATES.items() for state in states.split()}
_BY_COUNTRY = {country: name for name, countries in _COUNTRIES.items() for country in countries.split()}
_CITIES = {state: frozenset(cities.split(";")) for state, (_, _, cities) in _DIVIDED.items()}
# State codes are only read as such in these countries; a sender may also leave the country out.
_WITH_STATES = frozenset(("", "US", "USA", "CA", "CAN"))


@lru_cache(maxsize=4096)
def zone_of(city: str, state: str, country: str) -> Zone | None:
    """The zone of a place as an X12 segment names it, `None` where it cannot be told."""
    state, country = state.upper(), country.upper()
    if country not in _WITH_STATES:
        name = _BY_COUNTRY.get(country)
        return Zone(name) if name else None
    if state in _DIVIDED:
        main, other, _ = _DIVIDED[state]
        if not city:
            return Zone(main, certain=False)
        return Zone(other if city.upper().strip() in _CITIES[state] else main)
    name = _BY_STATE.get(state)
    return Zone(name) if name else None


_ISO3 = {
    "USA": "US",
    "CAN": "CA",
    "MEX": "MX",
    "GBR": "GB",
    "DEU": "DE",
    "FRA": "FR",
    "NLD": "NL",
    "BEL": "BE",
    "CHN": "CN",
}
_PROVINCES = frozenset(("AB", "BC", "MB", "NB", "NF", "NL", "NS", "NT", "ON", "PE", "PQ", "QC", "SK", "YT"))


def country_of(state: str, country: str) -> str:
    """ISO 3166 alpha-2 from elements 26 and 156, empty where neither tells."""
    country, state = country.upper(), state.upper()
    if len(country) == 2 and country.isalpha():
        return country
    if country:
        return _ISO3.get(country, "")
    if state in _PROVINCES:
        return "CA"
    return "US" if state in _BY_STATE or state in _DIVIDED else ""
