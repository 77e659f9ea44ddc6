"""What people see of an order or shipment at a glance: one business state per facet (domain.md §8). Pure readings."""
