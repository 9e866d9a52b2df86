"""The floor plan, held by reading imports: they point down, a library has one home, nothing heavy is loaded early."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {  # package -> what it may import of ours
    "knowledge": {"knowledge"},
    "engine": {"engine"},
    "assistant": {"assistant", "knowledge", "engine"},
    "web": {"web", "assistant", "knowledge", "engine"},
    "app": {"web", "assistant", "knowledge", "engine"},
}
HOMES = {  # library -> the files that may import it
    "chainlit": ("app.py", "web/"),
    "chromadb": ("knowledge/vector_store.py",),
    "llama_cpp": ("engine/runner.py", "engine/gguf.py"),
    "openai": ("engine/remote.py",),
    "sentence_transformers": ("knowledge/embedding.py",),
    "markdown_it": ("knowledge/parsing/markup.py",),
    "aiosqlite": ("web/databases.py",),
    "asyncpg": ("web/databases.py",),
    "argon2": ("web/users.py",),
    "watchfiles": ("knowledge/watching.py",),
    "phonenumbers": ("knowledge/scrubbing/",),
    "stdnum": ("knowledge/scrubbing/",),
    "opencc": ("knowledge/words.py",),
    "openpyxl": ("knowledge/parsing/",),
    "huggingface_hub": ("engine/models.py",),
    "prometheus_client": ("web/metrics.py",),
}
CONCURRENT = {"threading", "asyncio", "concurrent", "multiprocessing", "queue"}
CONCURRENT_KNOWLEDGE = {  # the door switches under readers; a model's tokenizer serves one thread at a time
    "knowledge/watching.py",
    "knowledge/knowledge_base.py",
    "knowledge/embedding.py",
}


def product_files() -> list[Path]:
    return sorted(path for name in FLOORS for path in [*ROOT.glob(f"{name}.py"), *(ROOT / name).rglob("*.py")])


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Every module that a file imports, and whether that happens when the file itself is imported."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, id(node) in top


@pytest.mark.parametrize("path", product_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_point_down_and_each_library_stays_at_home(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    floor = name.split("/")[0].removesuffix(".py")
    for module, _ in imports(path):
        package = module.split(".")[0]
        if package in FLOORS:
            assert package in FLOORS[floor], f"{name} imports {module}: imports point down only"
        if package in HOMES:
            assert name.startswith(HOMES[package]), f"{name} imports {module}: its home is {HOMES[package]}"


@pytest.mark.parametrize("library", ["torch", "llama_cpp", "sentence_transformers", "chromadb", "pandas", "jieba"])
def test_heavy_libraries_are_imported_when_first_needed(library: str) -> None:
    at_import = [
        path for path in product_files() for module, top in imports(path) if top and module.split(".")[0] == library
    ]
    allowed = {ROOT / "knowledge" / "index.py"} if library == "chromadb" else set()
    assert set(at_import) <= allowed


def test_only_the_door_and_the_watcher_of_knowledge_know_threads() -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in product_files()
        for module, _ in imports(path)
        if path.is_relative_to(ROOT / "knowledge") and module.split(".")[0] in CONCURRENT
    }
    assert users <= CONCURRENT_KNOWLEDGE


def test_only_commands_print() -> None:
    printing = {
        path.relative_to(ROOT).as_posix()
        for path in product_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert all(name == "assistant/cli.py" or "/commands/" in name for name in printing)


def test_help_needs_no_heavy_library() -> None:
    code = "import sys; from assistant import cli; cli._parser().format_help(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {"torch", "llama_cpp", "chromadb", "chainlit", "pandas", "numpy", "fastapi", "jieba"}


def test_the_product_does_not_grow_unnoticed() -> None:
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in product_files())
    assert lines <= 21_710, "a ratchet: the aim is 9,000; delete before you add, and lower this when you do"
