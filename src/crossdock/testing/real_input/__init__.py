"""Every real 945, 990 and 214 through the assembled hub: documents, what they wait for, the run, the page."""
