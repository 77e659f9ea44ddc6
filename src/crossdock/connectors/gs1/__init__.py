"""GS1 XML 3.x over files and calls: orders, despatch and receiving advices, transport instructions and statuses."""
