"""The front end: sign-in, conversations, pages and whatever else answers on the app's port.

Chainlit reads its settings where CHAINLIT_APP_ROOT points, at its first import, and writes there: every language it
ships, and a folder for files. So each process that has not been told otherwise gives it a copy of its own, which goes
with the process: an installed program folder may be read-only and stays as it was installed.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_PROGRAM = Path(__file__).resolve().parent.parent


def _app_root() -> str:
    root = Path(tempfile.mkdtemp(prefix="deskmate-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    for folder in (root / ".chainlit", root / ".chainlit" / "translations"):
        folder.mkdir()
    for guide in ("chainlit.md", "chainlit_en-US.md", "chainlit_zh-CN.md"):
        source = _PROGRAM / ("chainlit_zh-CN.md" if "zh" in guide else "chainlit.md")
        shutil.copyfile(source, root / guide)
    for name in ("config.toml", "translations/zh-CN.json", "translations/en-US.json"):
        shutil.copyfile(_PROGRAM / ".chainlit" / name, root / ".chainlit" / name)
    (root / "public").symlink_to(_PROGRAM / "public")
    return str(root)


if "CHAINLIT_APP_ROOT" not in os.environ:
    os.environ["CHAINLIT_APP_ROOT"] = _app_root()
os.environ.setdefault("OTEL_SDK_DISABLED", "true")
