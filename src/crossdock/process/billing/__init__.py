"""BIL: a warehouse release from hand-over to paid invoice (domain.md §3.5, §9.3). `trigger` says what may be billed."""
