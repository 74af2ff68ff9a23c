"""What an installed Pulumi SDK says of a resource type: inputs, outputs, types, what may change in place.

Read from the text of the one module that defines the class, never by importing it: importing a service's
package takes seconds, finding one class in its text takes milliseconds. The generated modules have one
fixed shape; a
class that doesn't have it is an `UnreadableType`, and a test reads every type there is.
"""

from __future__ import annotations

import importlib.util
import json
import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from threading import RLock

_SCALARS = {
    "_builtins.str": "str",
    "_builtins.int": "int",
    "_builtins.bool": "bool",
    "_builtins.float": "float",
}
_WRAPPED = re.compile(r"(?:pulumi\.Input|pulumi\.Output|Optional)\[(.*)\]$", re.DOTALL)
_GETTER = re.compile(r'@pulumi\.getter(?:\(name="([^"]+)"\))?\n')
_PROPERTY = re.compile(
    r"\n    def (\w+)\(self\) -> (pulumi\.(?:Input|Output)\[.*\]):\n(?:        \"\"\"\n\s*([^\n]*))?"
)
_ANSWERED = re.compile(r"\n    def (\w+)\(self\) -> ([^\n]+):\n")
_REGISTERED = re.compile(r'"fqn": "([\w.]+)",\s*"classes": \{\s*([^}]*)\}')
_CLASS = re.compile(r'"([\w-]+:[\w/]+:\w+)": "(\w+)"')
_ENUM_VALUE = re.compile(r'^    \w+ = "([^"]*)"', re.MULTILINE)
_INVOKED = re.compile(r"invoke\('([^']+)', __args__")
_ARGUMENT = re.compile(r"__args__\['(\w+)'\] = ")
_SECRETS = re.compile(r"additional_secret_outputs=\[([^\]]*)\]")
_IMPORT_ID = re.compile(r"\$ pulumi import \S+ \S+ \"?([^\"\n]*)\"?\n")


class UnknownType(LookupError):
    """The installed SDK has no such resource type."""


class UnreadableType(LookupError):
    """The class is there, and does not look like a generated one."""


@dataclass(frozen=True)
class Type:
    """`kind` is str, int, bool, float, any, list, map, object or enum; `of` the element of a list or map."""

    kind: str
    of: Type | None = None
    name: str = ""
    """The class of an object or enum."""


@dataclass(frozen=True)
class Property:
    """One input or output. `name` is the one on the wire (camelCase)."""

    name: str
    type: Type
    optional: bool
    updatable: bool
    """Its documentation begins with "(Updatable)"."""


@dataclass(frozen=True)
class ResourceType:
    """One resource type. `sdk` finds the nested objects, one at a time, when they are asked for."""

    token: str
    inputs: dict[str, Property]
    outputs: dict[str, Property]
    secret_outputs: frozenset[str]
    import_id: str
    """What to give `pulumi import`: `id`, or a pattern such as `n/{namespaceName}/b/{bucketName}`."""
    module: str = field(repr=False)
    sdk: Sdk = field(repr=False, compare=False)

    def object(self, name: str) -> dict[str, Property]:
        """The properties of a nested input class, by wire name."""
        return self.sdk.nested(self.module, name)

    def enum(self, name: str) -> tuple[str, ...]:
        """The values of an enumeration."""
        return self.sdk.enum(self.module, name)

    @cached_property
    def computed(self) -> frozenset[str]:
        """Outputs the service fills in: those that are no input, and optional inputs that always have a
        value."""
        return frozenset(
            name
            for name, output in self.outputs.items()
            if name not in self.inputs or (self.inputs[name].optional and not output.optional)
        )


@dataclass(frozen=True)
class DataSource:
    """What a data source answers with. A single nested object is a list of one there."""

    token: str
    answers: dict[str, Property]
    arguments: frozenset[str]
    """What it can be asked with, by wire name."""
    module: str = field(repr=False)
    sdk: Sdk = field(repr=False, compare=False)

    def object(self, name: str) -> dict[str, Property]:
        """The properties of a nested class, by wire name."""
        return self.sdk.nested(self.module, name, "outputs.py")


class Sdk:
    """An installed SDK package, such as `pulumi_oci`. Safe to use from several threads."""

    def __init__(self, package: str) -> None:
        found = importlib.util.find_spec(package)
        if found is None or found.origin is None:
            raise ImportError(f"the package {package} is not installed in this environment")
        self.root = Path(found.origin).parent
        self.package = package
        self.version: str = json.loads((self.root / "pulumi-plugin.json").read_text())["version"]
        self._lock = RLock()
        self._types: dict[str, ResourceType] = {}
        self._nested: dict[tuple[str, str], dict[str, Property]] = {}
        self._data_sources: dict[str, DataSource] = {}

    @cached_property
    def tokens(self) -> dict[str, tuple[str, str]]:
        """Every resource type: token -> (Python module, class)."""
        text = (self.root / "__init__.py").read_text()
        return {
            token: (module, name)
            for module, classes in _REGISTERED.findall(text)
            for token, name in _CLASS.findall(classes)
        }

    def provider_inputs(self) -> frozenset[str]:
        """The configuration keys of the provider itself."""
        return frozenset(_properties(_class_text((self.root / "provider.py").read_text(), "ProviderArgs")))

    def resource(self, token: str) -> ResourceType:
        """What the SDK says of a type; UnknownType if it isn't one."""
        known = self._types.get(token)
        if known is not None:
            return known
        with self._lock:
            if token not in self._types:
                self._types[token] = self._read(token)
            return self._types[token]

    def _read(self, token: str) -> ResourceType:
        if token not in self.tokens:
            raise UnknownType(token)
        module, name = self.tokens[token]
        text = self._file_of(token, module, name).read_text()
        # A nested class may have taken the name already: the arguments are then called ...InitArgs.
        arguments = _class_text(text, f"{name}InitArgs") or _class_text(text, f"{name}Args")
        inputs = _properties(arguments)
        outputs = _properties(_class_text(text, name))
        if not outputs:
            raise UnreadableType(f"{token}: {module} has no class {name} with outputs")
        secrets = _SECRETS.search(text)
        import_id = _IMPORT_ID.search(text)
        return ResourceType(
            token,
            inputs,
            outputs,
            frozenset(re.findall(r'"(\w+)"', secrets[1])) if secrets else frozenset(),
            import_id[1] if import_id else "id",
            module,
            self,
        )

    def _file_of(self, token: str, module: str, name: str) -> Path:
        folder = self.root.joinpath(*module.split(".")[1:])
        likely = folder / f"{_snake(token.split(':')[1].rpartition('/')[2])}.py"
        mark = f'@pulumi.type_token("{token}")\nclass {name}('
        for path in (likely, folder / f"{_snake(name)}.py", *sorted(folder.glob("*.py"))):
            if path.exists() and mark in path.read_text():
                return path
        raise UnreadableType(f"{token}: no module of {module} defines {name}")

    def nested(self, module: str, name: str, file: str = "_inputs.py") -> dict[str, Property]:
        """The properties of an input class of a module, or of a class of what is answered (`outputs.py`)."""
        with self._lock:
            key = (module, name)
            if key not in self._nested:
                text = _class_text(_read_large(self.root.joinpath(*module.split(".")[1:], file)), name)
                self._nested[key] = _properties(text, _PROPERTY if file == "_inputs.py" else _ANSWERED)
            return self._nested[key]

    def answered(self, module: str) -> dict[str, str]:
        """The text of every class of what a module answers with, by name, for whoever needs all."""
        path = self.root.joinpath(*module.split(".")[1:], "outputs.py")
        parts = path.read_text().split("\nclass ")[1:] if path.exists() else []
        return {part[: re.search(r"\W", part).start()]: f"\nclass {part}" for part in parts}  # type: ignore[union-attr]

    @cached_property
    def _modules(self) -> dict[str, str]:
        """The Python module of each service, by its name in type tokens."""
        return {token.split(":")[1].partition("/")[0]: module for token, (module, _) in self.tokens.items()}

    @cached_property
    def look_ups(self) -> tuple[str, ...]:
        """The tokens of all data sources that are read here."""
        found = []
        for path in sorted(self.root.glob("*/get_*.py")):
            token = _INVOKED.search(path.read_text())
            found += [token[1]] if token else []
        return tuple(sorted(set(found)))

    def data_source(self, token: str) -> DataSource:
        """What the SDK says of a data source; UnknownType if it isn't one."""
        with self._lock:
            if token not in self._data_sources:
                self._data_sources[token] = self._read_data_source(token)
            return self._data_sources[token]

    def _read_data_source(self, token: str) -> DataSource:
        service, _, name = token.partition(":")[2].partition(":")[0].partition("/")
        # A service with data sources alone is a module of its own name.
        module = self._modules.get(service) or f"{self.package}.{service.lower()}"
        path = self.root.joinpath(*module.split(".")[1:], f"{_snake(name)}.py")
        text = path.read_text() if path.exists() else ""
        result = re.search(rf"invoke\('{re.escape(token)}', __args__, opts=opts, typ=(\w+)\)", text)
        if result is None:
            raise UnknownType(token)
        answers = _properties(_class_text(text, result[1]), _ANSWERED)
        return DataSource(token, answers, frozenset(_ARGUMENT.findall(text)), module, self)

    def enum(self, module: str, name: str) -> tuple[str, ...]:
        """The values of an enumeration of a module."""
        path = self.root.joinpath(*module.split(".")[1:], "_enums.py")
        return tuple(_ENUM_VALUE.findall(_class_text(path.read_text(), name)))


@lru_cache(maxsize=4)
def _read_large(path: Path) -> str:
    return path.read_text()


def _class_text(text: str, name: str) -> str:
    """The text of one class: from its head to the next line that is not indented."""
    start = max(text.find(f"\nclass {name}:\n"), text.find(f"\nclass {name}("))
    if start < 0:
        return ""
    end = re.compile(r"\n(?=[^\s#)])").search(text, start + 1)
    return text[start : end.start() if end else len(text)]


def _properties(text: str, pattern: re.Pattern[str] = _PROPERTY) -> dict[str, Property]:
    found = {}
    for chunk in text.split("    @_builtins.property\n")[1:]:
        getter, definition = _GETTER.search(chunk), pattern.search("\n" + chunk)
        if getter is None or definition is None:
            continue
        python, annotation, document = (*definition.groups(), "")[:3]
        name = getter[1] or python
        found[name] = Property(
            name,
            _type(annotation),
            "Optional[" in annotation[: annotation.find("[") + 10],
            (document or "").startswith("(Updatable)"),
        )
    return found


def answered_properties(text: str) -> dict[str, Property]:
    """The properties that a class of `outputs.py` has, by its text."""
    return _properties(text, _ANSWERED)


def _type(text: str) -> Type:
    text = text.strip()
    while wrapped := _WRAPPED.match(text):
        text = wrapped[1].strip()
    if text in _SCALARS:
        return Type(_SCALARS[text])
    if text.startswith("Sequence["):
        return Type("list", _type(text[len("Sequence[") : -1]))
    if text.startswith("Mapping[str,"):
        return Type("map", _type(text[len("Mapping[str,") : -1]))
    if text.startswith("'"):
        name = text.strip("'").rpartition(".")[2]
        return Type("object" if name.endswith("Args") or "outputs." in text else "enum", name=name)
    return Type("any")


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
