"""Room: the only home of SQL and its driver."""
