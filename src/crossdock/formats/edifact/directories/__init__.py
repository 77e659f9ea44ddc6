"""The message layouts and segment tables of the UN/EDIFACT directories, as data, and the door that reads them."""
