"""``python -m tests.mutants``: changes the rules of consent one place at a time, and counts the changes a test notices.

A program of our own, because the one in the development lock leaves decorated functions as they are, and the last word
of a party is a property. Each mutant lives in memory only, in a process forked for it, which runs the tables of
tests/showcase/test_rules.py. What survives is printed with its place.
"""

import ast
import copy
import importlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import django
import pytest

MODULES = ("showcase.rules", "home.ages")
TESTS = "tests.showcase.test_rules"
ROOT = Path(__file__).resolve().parents[1]

COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd}
NAMES = {"all": "any", "any": "all", "min": "max", "max": "min"}


def of_compare(node: ast.Compare) -> Iterator[ast.AST]:
    for number, operator in enumerate(node.ops):
        for other in COMPARISONS.get(type(operator), ()):
            made = copy.deepcopy(node)
            made.ops[number] = other()
            yield made


def of_bool(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    yield from node.values


def of_unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand if isinstance(node.op, ast.Not) else ast.Constant(0)


def of_binary(node: ast.BinOp) -> Iterator[ast.AST]:
    if other := OPERATORS.get(type(node.op)):
        yield ast.BinOp(node.left, other(), node.right)


def of_constant(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
    elif isinstance(node.value, str):
        yield ast.Constant(f"{node.value}~")


def of_choice(node: ast.IfExp) -> Iterator[ast.AST]:
    yield node.body
    yield node.orelse


def of_call(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Name) and node.func.id in NAMES:
        yield ast.Call(ast.Name(NAMES[node.func.id], ast.Load()), node.args, node.keywords)
    for number in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, [one for at, one in enumerate(node.keywords) if at != number])


def of_comprehension(node: ast.comprehension) -> Iterator[ast.AST]:
    for number in range(len(node.ifs)):
        kept = [one for at, one in enumerate(node.ifs) if at != number]
        yield ast.comprehension(node.target, node.iter, kept, node.is_async)


def of_return(node: ast.Return) -> Iterator[ast.AST]:
    if node.value and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield ast.Return(ast.Constant(None))


def of_if(node: ast.If) -> Iterator[ast.AST]:
    yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
    yield ast.If(ast.Constant(value=False), node.body, node.orelse)


MUTATORS = {
    ast.Compare: of_compare,
    ast.BoolOp: of_bool,
    ast.UnaryOp: of_unary,
    ast.BinOp: of_binary,
    ast.Constant: of_constant,
    ast.IfExp: of_choice,
    ast.Call: of_call,
    ast.comprehension: of_comprehension,
    ast.Return: of_return,
    ast.If: of_if,
}


def places(node: ast.AST, path: tuple = ()) -> Iterator[tuple[tuple, ast.AST]]:
    """Every node that runs: not annotations, docstrings, decorators and assertions."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_comment"}:
            continue
        for number, one in enumerate(value) if isinstance(value, list) else [(None, value)]:
            words = isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
            if isinstance(one, ast.AST) and not words and not isinstance(one, ast.Assert | ast.Import | ast.ImportFrom):
                step = (*path, (name, number))
                yield step, one
                yield from places(one, step)


def replaced(tree: ast.Module, path: tuple, made: ast.AST) -> str:
    """The source with another node at a place."""
    changed = copy.deepcopy(tree)
    node: ast.AST = changed
    for name, number in path[:-1]:
        node = getattr(node, name) if number is None else getattr(node, name)[number]
    name, number = path[-1]
    if number is None:
        setattr(node, name, made)
    else:
        getattr(node, name)[number] = made
    return ast.unparse(ast.fix_missing_locations(changed))


def mutants(module: str) -> Iterator[tuple[str, str]]:
    """The place and the source of each mutant of a module."""
    file = ROOT / (module.replace(".", "/") + ".py")
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for path, node in places(tree):
        for made in MUTATORS.get(type(node), lambda _node: ())(node):
            line = getattr(node, "lineno", None) or getattr(getattr(node, "target", None), "lineno", 0)
            change = f"{ast.unparse(node)}  →  {ast.unparse(ast.fix_missing_locations(made))}"
            yield f"{file.relative_to(ROOT)}:{line}  {' '.join(change.split())}", replaced(tree, path, made)


def is_killed(module: str, source: str) -> bool:
    """Whether the tests fail on a mutant, in a process of its own; one that never ends counts as killed."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
    code = 1
    try:
        signal.alarm(60)
        exec(compile(source, module, "exec"), importlib.import_module(module).__dict__)  # noqa: S102 - our own source
        run_tables()
        code = 0
    finally:
        os._exit(code)


def run_tables() -> None:
    """Call every test with every row of its table: they are pure, and pytest would take a second each time."""
    for name, test in vars(importlib.import_module(TESTS)).items():
        if name.startswith("test_"):
            marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
            for row in rows(*marks[0].args) if marks else [{}]:
                test(**row)


def rows(names: str | tuple[str, ...], values: list) -> Iterator[dict]:
    """The arguments of a table, row by row."""
    for one in values:
        yield {names: one} if isinstance(names, str) else dict(zip(names, one, strict=True))


def main() -> int:
    """Print what survived and the score; 1 when the unchanged rules fail already."""
    assert pytest, "loaded once, before any fork"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    django.setup()
    for module in MODULES:
        if is_killed(module, (ROOT / (module.replace(".", "/") + ".py")).read_text(encoding="utf-8")):
            print(f"The tests fail without any change to {module}.")  # noqa: T201 - what it is run for
            return 1
    begun = time.perf_counter()
    every = [(module, *one) for module in MODULES for one in mutants(module)]
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        killed = list(workers.map(lambda one: is_killed(one[0], one[2]), every))
    for (_module, place, _source), gone in zip(every, killed, strict=True):
        if not gone:
            print(f"survived: {place}")  # noqa: T201 - what it is run for
    seconds = time.perf_counter() - begun
    print(f"{sum(killed)} of {len(every)} mutants killed in {seconds:.0f} s")  # noqa: T201 - what it is run for
    return 0


if __name__ == "__main__":
    sys.exit(main())
