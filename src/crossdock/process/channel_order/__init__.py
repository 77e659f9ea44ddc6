"""CHO: a sales channel's order, from its payment into the ERP and back to the channel as shipped and delivered.
CHL: what of its sales order the channel must hear, told from the order's own dossier."""
