"""The shape of the code: layers, lengths, what kernels may do, and what no file may do."""

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("worlds", "simulator", "agents", "replays")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
EVERYTHING = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]
WORLD_FILES = [path for path in SOURCES if path.is_relative_to(ROOT / "worlds")]

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
HEADINGS = ("Rules", "Who", "Actions", "Seen", "Hidden", "Reward", "End", "Varies", "Version")

# Bit-equal compiled and plain, on every machine; the rest lives in worlds/kit/maths.py.
KERNEL_NUMPY = {
    "uint64", "int64", "uint8", "float64", "float32", "sqrt", "isfinite", "floor", "ceil", "abs", "nan", "inf",
}  # fmt: skip
UNEQUAL_METHODS = {"sum", "mean", "dot", "prod", "cumsum", "std", "var", "copy", "astype"}
LEGACY = ("seed", "rand", "randn", "randint", "random", "choice", "shuffle", "permutation", "uniform", "normal")
GLOBAL_RANDOM = {f"np.random.{name}" for name in LEGACY} | {"torch.manual_seed", "torch.random.manual_seed"}
PICKLES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
HTML = re.compile(r"</?(html|head|body|section|div|table|t[dhr]|span|p|a|h[1-6]|ul|li)\b[^<]*>")
UNSAFE = {"eval", "exec", "torch.load", "torch.save", "np.load"}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def trees(paths: list[Path]) -> Iterator[tuple[Path, ast.Module]]:
    for path in paths:
        yield path, tree_of(path)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines without the docstring."""
    first = function.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def is_kernel(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "kernel" for mark in function.decorator_list)


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def dotted(node: ast.AST) -> str:
    """`np.random.seed` of the expression that reads so, else nothing."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def named(tree: ast.AST) -> set[str]:
    """Every name that is read, dots included."""
    return {dotted(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name)}


def test_layers_import_only_downwards() -> None:
    script = Path(sys.executable).with_name("lint-imports")
    command = [str(script)] if script.exists() else ["lint-imports"]
    done = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_every_module_has_a_layer() -> None:
    known = {"__init__", "__main__", "app", "interop", "engine", "canvas"}
    parts = {path.stem for path in (ROOT / "simulator").glob("*.py")}
    parts |= {path.parent.name for path in (ROOT / "simulator").glob("*/__init__.py")}
    assert parts <= known, "name the new part of simulator in the layers of pyproject.toml"


def test_files_are_short() -> None:
    lengths = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in EVERYTHING}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    long = [
        f"{short(path)}:{node.lineno} {node.name}"
        for path, tree in trees(EVERYTHING)
        for node in functions(tree)
        if length(node) > LONGEST_FUNCTION
    ]
    assert long == []


def test_one_place_reads_the_version_and_the_commit() -> None:
    readers = [short(path) for path in SOURCES if re.search(r"metadata\.version|\"git\"", path.read_text("utf-8"))]
    assert readers == ["simulator/__init__.py"]


def test_the_commit_is_that_of_this_tree_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installed inside of somebody's repository the program does not take that one's commit for its own."""
    import simulator

    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "theirs"]
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(command, cwd=tmp_path, check=True)
    for place, known in ((tmp_path, True), (tmp_path / "packages", False)):
        (place / "simulator").mkdir(parents=True)
        monkeypatch.setattr(simulator, "__file__", str(place / "simulator" / "__init__.py"))
        assert bool(simulator.commit()) == known


HOMONYMS = {"Settings", "Canvas"}
"""Every command has its `Settings`; `worlds.kit.drawing.Canvas` is the protocol of the canvas that paints."""


def test_no_two_classes_share_a_name() -> None:
    """One word, one thing: who reads `Verdict` anywhere must know which one."""
    places: dict[str, list[str]] = {}
    for path, tree in trees(SOURCES):
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(short(path))
    shared = {name: found for name, found in places.items() if len(found) > 1 and name not in HOMONYMS}
    assert shared == {}


def test_only_canvas_and_window_know_pygame() -> None:
    homes = (ROOT / "simulator" / "canvas", ROOT / "simulator" / "app")
    strangers = [
        short(path)
        for path, tree in trees(SOURCES)
        if "pygame" in imported(tree) and not any(path.is_relative_to(home) for home in homes)
    ]
    assert strangers == []


def test_nobody_uses_global_random_state() -> None:
    guilty = [short(path) for path, tree in trees(SOURCES) if "random" in imported(tree) or named(tree) & GLOBAL_RANDOM]
    assert guilty == []


def test_nobody_runs_or_unpickles_data() -> None:
    guilty = [short(path) for path, tree in trees(SOURCES) if imported(tree) & PICKLES or named(tree) & UNSAFE]
    assert guilty == []
    assert [short(path) for path in SOURCES if "shell=True" in path.read_text(encoding="utf-8")] == []


def test_pages_are_written_by_templates() -> None:
    by_hand = [
        (path.name, node.value)
        for path, tree in trees(SOURCES)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and HTML.search(node.value)
    ]
    assert by_hand == []


def test_what_lies_beside_the_sources_is_shipped_with_them() -> None:
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shipped = setup["tool"]["setuptools"]["package-data"]
    left = [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and not path.name.startswith(".")
        if not any(fnmatch(path.relative_to(ROOT / package).as_posix(), pattern) for pattern in shipped[package])
    ]
    assert left == []


def test_rules_compile_through_one_decorator() -> None:
    """Networks may compile their own way; what decides a state may not."""
    homes = [
        ROOT / "worlds" / "kit" / name for name in ("kernel.py", "cache.py", "deferring.py", "sparing.py", "busy.py")
    ]
    rules = [path for path in SOURCES if not path.is_relative_to(ROOT / "agents") and path not in homes]
    assert [short(path) for path, tree in trees(rules) if "numba" in imported(tree)] == []


def kernels() -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    paths = [*WORLD_FILES, *sorted((ROOT / "tests" / "tiny").glob("*.py")), ROOT / "simulator" / "engine" / "driver.py"]
    found = [(f"{short(path)}:{node.name}", node) for path, tree in trees(paths) for node in functions(tree)]
    return [(name, node) for name, node in found if is_kernel(node)]


def test_kernels_use_only_exact_operations() -> None:
    problems = [f"{name}: {problem}" for name, node in kernels() for problem in inexact(node)]
    assert problems == []


def inexact(kernel: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """What differs between compiled and plain code, or between machines."""
    for node in ast.walk(kernel):
        if isinstance(node, ast.Pow | ast.MatMult):
            yield "** and @ differ: multiply, or use kit.maths.power"
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id in ("np", "numpy") and node.attr not in KERNEL_NUMPY:
                yield f"np.{node.attr} is not on the list of exact operations"
            elif node.value.id in ("math", "random"):
                yield f"{node.value.id}.{node.attr}: use worlds.kit"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in UNEQUAL_METHODS:
            yield f".{node.func.attr}() is not on the list of exact operations"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("sum", "pow", "divmod"):
            yield f"{node.func.id}() is not on the list of exact operations"


@pytest.mark.parametrize(
    "source",
    ["a ** 2", "a @ b", "np.hypot(a, b)", "np.sin(a)", "math.sqrt(a)", "a.sum()", "np.sum(a)", "sum(a)", "pow(a, 2)"],
)
def test_the_rule_for_kernels_bites(source: str) -> None:
    tree = ast.parse(f"@kernel\ndef rule(a, b):\n    return {source}")
    assert [problem for node in functions(tree) for problem in inexact(node)]


def test_all_but_kernels_is_annotated_in_worlds() -> None:
    bare = [
        f"{short(path)}:{node.name}"
        for path, tree in trees(WORLD_FILES)
        for node in functions(tree)
        if not is_kernel(node) and not _annotated(node)
    ]
    assert bare == []


def _annotated(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    arguments = function.args
    named = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        *filter(None, (arguments.vararg, arguments.kwarg)),
    ]
    return function.returns is not None and all(
        argument.annotation is not None or argument.arg in ("self", "cls") for argument in named
    )


def shipped_worlds() -> list[str]:
    import worlds

    return list(worlds.names())


@pytest.mark.parametrize("name", shipped_worlds())
def test_every_world_has_a_page(name: str) -> None:
    import worlds

    page = worlds.get(name).page
    missing = [heading for heading in HEADINGS if not re.search(rf"(?m)(^|\s{{2,}}){heading}\s", page)]
    assert missing == []


def test_the_catalogue_imports_nothing_heavy() -> None:
    assert loaded_by("import worlds; worlds.names()") & {"numba", "numpy", "torch", "pygame"} == set()


def test_packages_import_light() -> None:
    heavy = {"torch", "tianshou", "numba", "pygame", "matplotlib", "scipy", "pettingzoo"}
    assert loaded_by("import simulator, agents, worlds") & heavy == set()


def test_help_imports_nothing_heavy() -> None:
    source = "from simulator.app.cli import run\ntry: run(['play', '--help'])\nexcept SystemExit: pass"
    assert loaded_by(source) & {"torch", "tianshou", "numba", "pygame", "matplotlib", "scipy", "numpy"} == set()


def loaded_by(source: str) -> set[str]:
    """Top-level modules that a fresh interpreter holds after running `source`."""
    probe = f"{source}\nimport sys\nprint('|'.join(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.strip().splitlines()[-1].split("|")}


def test_the_packages_lie_in_one_folder() -> None:
    from simulator.__main__ import mixed_packages

    assert mixed_packages() is None


def test_a_foreign_package_of_the_same_name_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import simulator.__main__ as entry

    foreign = tmp_path / "agents" / "__init__.py"
    foreign.parent.mkdir()
    foreign.touch()
    find = importlib.util.find_spec

    def other(name: str) -> object:
        return importlib.util.spec_from_file_location(name, foreign) if name == "agents" else find(name)

    monkeypatch.setattr(entry, "find_spec", other)
    assert "'agents' comes from" in (entry.mixed_packages() or "")
