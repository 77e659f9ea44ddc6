"""X12 with warehouses (940 out, 945 in) and carriers (204 out, 990 and 214 in), acknowledged by 997 and TA1."""
