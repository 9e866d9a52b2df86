"""The `kb` commands, one file a subject; each offers register(subparsers)."""
