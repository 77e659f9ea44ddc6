"""Who is at the browser: session cookies, guards, forged forms refused, sign-in pages. Shared by console and portal."""
