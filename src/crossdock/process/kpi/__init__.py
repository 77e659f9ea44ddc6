"""KPIs (domain.md §7): exact formulas over what one dossier's log says. Pure; sums and percentiles are the store's."""
