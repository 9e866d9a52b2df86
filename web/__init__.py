"""The front end: sign-in, conversations, pages and whatever else answers on the app's port.

Chainlit reads its configuration where CHAINLIT_APP_ROOT points, at its first import: here, before any module needs it.
"""

import os
from pathlib import Path

os.environ.setdefault("CHAINLIT_APP_ROOT", str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("OTEL_SDK_DISABLED", "true")
