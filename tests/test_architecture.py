"""The walls and measures that no other tool checks."""

import ast
from graphlib import TopologicalSorter

import grimp
import pytest
from radon.complexity import cc_visit
from radon.visitors import Function

from tests.conftest import ROOT

APPS = ("cms", "api", "showcase", "programs", "home")
OURS = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def named(path):
    return str(path.relative_to(ROOT))


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def test_no_file_is_longer_than_four_hundred_lines():
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in OURS + TESTS}

    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_no_function_is_longer_than_fifty_lines():
    functions = {
        f"{named(path)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in OURS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert {name: length for name, length in functions.items() if length > 50} == {}


def test_no_function_is_more_complex_than_ten():
    """As radon counts, which counts loops and conditions inside comprehensions too."""
    found = {
        f"{named(path)}:{block.lineno} {block.fullname}": block.complexity
        for path in OURS
        for block in cc_visit(path.read_text(encoding="utf-8"))
        if isinstance(block, Function)
    }

    assert {name: complexity for name, complexity in found.items() if complexity > 10} == {}


def test_no_module_imports_itself_by_a_detour():
    graph = grimp.build_graph(*APPS, cache_dir=None)

    order = TopologicalSorter({module: graph.find_modules_directly_imported_by(module) for module in graph.modules})

    order.prepare()  # raises CycleError with the modules of a cycle


@pytest.mark.parametrize("app", ["home", "programs", "showcase", "cms"])
def test_only_api_speaks_rest_and_http(app):
    foreign = {
        f"{named(path)} {module}"
        for path in OURS
        if path.is_relative_to(ROOT / app)
        for node in ast.walk(tree(path))
        for module in imported(node)
        if module.partition(".")[0] in {"rest_framework", "requests", "requests_hardened", "urllib3"}
    }

    assert foreign == set()


def imported(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def test_what_is_public_is_asked_of_the_rule_only():
    """Wagtail's own ``live()`` and ``public()`` know nothing of expiry: the rule is in home/visibility.py."""
    calls = [
        f"{named(path)}:{node.lineno}"
        for path in OURS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"live", "public", "not_live", "not_public"}
    ]

    assert calls == []
