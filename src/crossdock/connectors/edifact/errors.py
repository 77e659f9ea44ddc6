"""What goes wrong on the way out, in the four words the runtime knows.

refused     the command cannot be written as EDIFACT, or the settings name no parties: a person must change something
transient   the folder or the counter is not reachable
delivered   the file is in place; whether the partner takes it, its CONTRL or APERAK says later
"""

from __future__ import annotations

from crossdock.ports.connector import unsent

outcome_of = unsent
