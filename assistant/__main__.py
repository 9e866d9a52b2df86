"""`python -m assistant` is `kb`."""

import sys

from assistant.cli import main

sys.exit(main())
