"""What console and portal share: rendering, assets, the error page. Imports `app` and below; never a room of pages."""
