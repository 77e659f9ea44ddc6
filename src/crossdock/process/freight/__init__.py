"""FRT: a freight case from estimate to settled invoice (domain.md §3.6). `match` is the three-way match of §3.6.1."""
