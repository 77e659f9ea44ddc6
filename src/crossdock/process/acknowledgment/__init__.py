"""ACK: which documents of ours a partner still owes a functional acknowledgment for (997, 999, CONTRL)."""
