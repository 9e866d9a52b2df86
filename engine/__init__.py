"""Messages in, text out. Knows no knowledge."""
