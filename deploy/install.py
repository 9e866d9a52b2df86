"""Bring the environment of `make run` and `make test` into step with the lock: uv, packages, torch, llama-cpp-python.

Runs on the system's Python with the standard library only. Every step says what it does; done steps are skipped.
Forcing a choice: DESKMATE_LLAMA=cpu|cuda|cuda-wheel, DESKMATE_TORCH=cpu|cuda.
"""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "deskmate" / "wheels"
TORCH = "2.13.0"
CUDA_WHEELS = ((11, 8), (12, 1), (12, 2), (12, 3), (12, 4), (12, 5), (13, 0), (13, 2))  # of llama-cpp-python 0.3.36
NOT_LOADED = (
    "llama-cpp-python is installed but does not load. A CUDA build needs the CUDA runtime of its version (libcudart, "
    "libcublas): install it and run this again, or go on without the card: DESKMATE_LLAMA=cpu make run"
)
OWN = ("app.py", "assistant", "engine", "knowledge", "web")


def main() -> int:
    """Install what is missing; 0 when everything is there."""
    stamp = VENV / "deskmate.stamp"
    wanted = _fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return 0
    if sys.version_info < (3, 11):  # noqa: UP036  # this file runs on whatever Python the machine has
        return _fail(f"Python {platform.python_version()} is too old; install Python 3.11 or newer")
    if not PYTHON.exists():
        _say(f"creating the environment in {VENV.name}/")
        venv.create(VENV, with_pip=True)
    _say("installing uv")
    _run(PYTHON, "-m", "pip", "install", "-q", "uv")
    _say("installing the locked packages")
    _uv("install", "--no-deps", "--require-hashes", "-r", "requirements.lock")
    _uv("install", "--no-deps", "deploy/traceloop-stub")
    _install_torch()
    _install_llama(_locked("llama-cpp-python"))
    _uv("install", "--no-deps", "-e", ".")
    _compile()
    stamp.write_text(wanted)
    _say("the environment is complete")
    return 0


def _install_torch() -> None:
    """The CPU build, unless the embedder is to run on the GPU: several GB smaller."""
    choice = os.environ.get("DESKMATE_TORCH", "cpu")
    folder = os.environ.get("PIP_FIND_LINKS", "")
    local = folder and Path(folder).is_dir() and any(Path(folder).glob(f"torch-{TORCH}*"))
    _say(f"installing torch {TORCH} ({'from PIP_FIND_LINKS' if local else choice})")
    if local:
        _uv("install", "--find-links", folder, f"torch=={TORCH}")
    else:
        _uv("install", "--torch-backend", "cpu" if choice == "cpu" else "auto", f"torch=={TORCH}")


def _install_llama(version: str) -> None:
    """llama-cpp-python for this machine; a built wheel is cached by version, flags, compiler and CPU features."""
    kind, flags, why = _llama_build()
    _say(f"llama-cpp-python {version}: {why} (force with DESKMATE_LLAMA=cpu|cuda|cuda-wheel)")
    if kind == "cuda-wheel":
        _run(PYTHON, "-m", "pip", "install", "--no-deps", f"llama-cpp-python=={version}",
             "--only-binary", "llama-cpp-python", "--extra-index-url", _cuda_index())  # fmt: skip
    else:
        _build_llama(version, flags)
    if not _answers(str(PYTHON), "-c", "import llama_cpp"):
        raise SystemExit(_fail(NOT_LOADED))


def _build_llama(version: str, flags: str) -> None:
    """From source with `flags`, or the wheel that an earlier set-up built the same way."""
    wheel = _cached_wheel(version, flags)
    if wheel is None:
        folder = _wheel_folder(version, flags)
        _say("building it: about 4 minutes on 2 cores, once per version and machine")
        env = {**os.environ, "CMAKE_ARGS": flags}
        _run(PYTHON, "-m", "pip", "wheel", "-q", "--no-deps", "--no-binary", "llama-cpp-python", "-w", folder,
             f"llama-cpp-python=={version}", env=env)  # fmt: skip
        wheel = _cached_wheel(version, flags)
    _uv("install", "--no-deps", str(wheel))


def _compile() -> None:
    """Bytecode now, for a service that may not write here: it saves each start two to four seconds."""
    _say("compiling the packages, so that every start is quick")
    packages = next(VENV.glob("lib/python3*/site-packages"), VENV / "Lib" / "site-packages")
    subprocess.run([str(PYTHON), "-m", "compileall", "-qq", "-j", "0", packages, *OWN], cwd=ROOT, check=False)


def _llama_build() -> tuple[str, str, str]:
    """What to build or fetch: (kind, CMAKE_ARGS, the reason in words)."""
    forced = os.environ.get("DESKMATE_LLAMA", "")
    card = shutil.which("nvidia-smi") is not None and _answers("nvidia-smi", "-L")
    if forced and forced not in {"cpu", "cuda", "cuda-wheel"}:
        raise SystemExit(_fail(f"DESKMATE_LLAMA is {forced!r}; it must be cpu, cuda or cuda-wheel"))
    if forced == "cuda-wheel" or (not forced and card and not shutil.which("nvcc")):
        return "cuda-wheel", "", "NVIDIA card without nvcc: the prebuilt CUDA wheel of its own index"
    if forced == "cuda" or (not forced and card):
        return "cuda", "-DGGML_CUDA=on -DCMAKE_CUDA_ARCHITECTURES=native", "NVIDIA card and nvcc: built for it"
    return "cpu", "", "no NVIDIA card: built for this CPU" if not forced else "built for this CPU, as told"


def _cuda_index() -> str:
    """The newest of the wheel indexes of llama-cpp-python's README that the driver can run."""
    shown = subprocess.run(["nvidia-smi"], capture_output=True, text=True, check=False).stdout
    return (
        os.environ.get("DESKMATE_LLAMA_INDEX") or f"https://abetlen.github.io/llama-cpp-python/whl/{cuda_wheels(shown)}"
    )


def cuda_wheels(nvidia_smi: str) -> str:
    """The published CUDA build for what `nvidia-smi` prints: a driver runs its own version and older ones."""
    found = re.search(r"CUDA Version: (\d+)\.(\d+)", nvidia_smi)
    driver = (int(found[1]), int(found[2])) if found else (12, 4)
    major, minor = max((one for one in CUDA_WHEELS if one <= driver), default=CUDA_WHEELS[0])
    return f"cu{major}{minor}"


def _wheel_folder(version: str, flags: str) -> Path:
    """A cache folder that no machine shares whose compiler or CPU features differ: a native build would crash there."""
    compiler = subprocess.run(["cc", "--version"], capture_output=True, text=True, check=False).stdout.split("\n")[0]
    parts = (version, flags, compiler, platform.machine(), platform.system(), _cpu_features())
    return CACHE / f"llama-{version}-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:16]}"


def _cached_wheel(version: str, flags: str) -> Path | None:
    return next(iter(_wheel_folder(version, flags).glob("llama_cpp_python-*.whl")), None)


def _cpu_features() -> str:
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor()
    return next((line for line in info.read_text().splitlines() if line.startswith(("flags", "Features"))), "")


def _locked(name: str) -> str:
    found = re.search(rf'"{name}==([^"]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    if not found:
        raise SystemExit(_fail(f"pyproject.toml pins no version of {name}"))
    return found[1]


def _fingerprint() -> str:
    """Changes when the lock, this script or a forced choice does."""
    files = (ROOT / "requirements.lock", ROOT / "pyproject.toml", Path(__file__))
    chosen = "|".join(os.environ.get(name, "") for name in ("DESKMATE_LLAMA", "DESKMATE_TORCH"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files) + chosen.encode()).hexdigest()


def _uv(command: str, *arguments: str) -> None:
    _run(VENV / PYTHON.parent.name / "uv", "pip", command, "-q", "--python", PYTHON, *arguments)


def _run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env=env, check=False)
    if done.returncode:
        shown = " ".join(str(part) for part in command)
        raise SystemExit(_fail(f"this step failed, see the lines above: {shown}\n(building needs a C/C++ compiler)"))


def _answers(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _say(text: str) -> None:
    print(f"[deskmate] {text}", flush=True)


def _fail(text: str) -> int:
    print(f"[deskmate] {text}", file=sys.stderr, flush=True)
    return 2


if __name__ == "__main__":
    sys.exit(main())
