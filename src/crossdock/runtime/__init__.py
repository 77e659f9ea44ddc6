"""Room: start and stop, loops, timers, limits; owns asyncio."""
