"""One return, announced or not, from the wish to send it back to the credit (domain.md §3.7)."""
