"""What watchers are shown: alert rules, dashboards and the page of figures, all made of the list of figures."""
