"""UBL 2.x and Peppol BIS: orders, responses, despatch and receipt advices, invoices, transport status."""
