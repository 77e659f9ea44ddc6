"""CloudEvents 1.0 around canonical facts or any dialect, in. It is handed the other decoders and imports none."""
