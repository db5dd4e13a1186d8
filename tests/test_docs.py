"""README.md names everything one can set, run or visit: what it leaves out fails here. Clients stay short."""

import ast
import re

import pytest
from django.core.management import get_commands
from django.urls import get_resolver

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
OURS = [path for app in ("cms", "api", "showcase", "programs", "home") for path in (ROOT / app).rglob("*.py")]
# Addresses nobody types: they stand in pages and documents.
INNER = {"/_util", "/documents", "/media"}


def environment_variables():
    """Every name read by ``env.…("NAME")`` or ``os.environ``."""
    names = set()
    for path in OURS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                read = ast.unparse(node.func)
                if read.startswith("env.") or read in {"os.environ.get", "os.getenv"}:
                    names |= {arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)}
            elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
                names |= {node.slice.value} if isinstance(node.slice, ast.Constant) else set()
    return sorted(names)


@pytest.mark.parametrize("name", environment_variables())
def test_every_setting_stands_in_the_readme(name):
    assert f"`{name}`" in README


def test_no_setting_in_the_readme_is_invented():
    rows = re.findall(r"^\| (`[A-Z].*?) \|", README, flags=re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([A-Z_0-9]+)`", row)}

    assert named - set(environment_variables()) == set()


@pytest.mark.parametrize(
    "command",
    sorted(name for name, app in get_commands().items() if app in {"cms", "api", "showcase", "programs", "home"}),
)
def test_every_command_stands_in_the_readme(command):
    assert f"`manage.py {command}`" in README


@pytest.mark.parametrize(
    "target", re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
)
def test_every_make_target_stands_in_the_readme_and_has_a_help_line(target):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert f"make {target}" in README
    assert re.search(rf"^{target}:.*## \w", makefile, flags=re.MULTILINE)


def prefixes():
    """The first part of every address of cms/urls.py, the pages' own and those below /cms/ left out."""
    patterns = get_resolver("cms.urls").url_patterns
    flat = [inner for one in patterns for inner in (one.url_patterns if _is_language_prefix(one) else [one])]
    texts = {str(one.pattern).lstrip("^") for one in flat}
    return sorted({f"/{text.partition('/')[0]}" for text in texts if text} - INNER)


def _is_language_prefix(one):
    return type(one.pattern).__name__ == "LocalePrefixPattern"


@pytest.mark.parametrize("prefix", prefixes())
def test_every_public_address_stands_in_the_readme(prefix):
    assert re.search(rf"`{prefix}[/`]", README)


@pytest.mark.parametrize("client", ["mirror.py", "mirror.mjs"])
def test_a_client_in_the_docs_is_short_enough_to_be_read(client):
    text = (ROOT / "docs" / "clients" / client).read_text(encoding="utf-8")

    assert len(text.splitlines()) <= 60
    assert max(len(line) for line in text.splitlines()) <= 120
