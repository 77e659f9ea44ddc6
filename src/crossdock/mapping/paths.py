"""Paths and conditions to closures; the only place where nodes are looked for."""

from __future__ import annotations

from collections.abc import Callable

from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Getter, Node, Syntax
from crossdock.mapping.conditions import compared, own_test, together
from crossdock.mapping.grammar import Atom, Both, Condition, Not, Path, Step
from crossdock.mapping.run import FEW, Find, FindAll, Locate, ReadText, Run, Spot, Test

Check = Callable[[Path], None]


class Paths:
    """Compiles paths for one syntax. What it raises is Rejected: the map's author must change the path."""

    def __init__(
        self, syntax: Syntax, deciding: Syntax | None = None, check: Check | None = None, *, keeping: bool = False
    ) -> None:
        """
        Args:
            deciding: addresses what conditions read, where that is to be told apart from what values read.
            check: refuses paths that lead nowhere, where the names there are is known.
            keeping: what stands at a path from the root is read once a document; not where every read is noted.
        """
        self._check = check
        self._keeping = keeping
        self._syntax = syntax
        self._deciding = syntax if deciding is None else deciding

    def checked(self, check: Check) -> Paths:
        """The same with paths refused that lead nowhere."""
        return Paths(self._syntax, self._deciding, check, keeping=self._keeping)

    def text(self, path: Path) -> ReadText:
        """The trimmed text at a path in the first node found; None where there is none."""
        return self._text(path, self._syntax)

    def _text(self, path: Path, syntax: Syntax) -> ReadText:
        if path.message:
            return _word(path.message)
        if self._check is not None:
            self._check(path)
        get = syntax.getter(path.field or "")
        if not path.steps and not path.up and not path.absolute:
            return _own(get)
        find = self.first(path)

        def read(node: Node, run: Run) -> str | None:
            found = find(node, run)
            return (get(found).strip() or None) if found is not None else None

        return _kept(read) if self._keeping and path.absolute and _is_steady(path) else read

    def own(self, path: Path) -> Getter | None:
        """The getter behind a path to a field of the current node, None for paths that lead elsewhere."""
        here = path.field is not None and not (path.message or path.steps or path.up or path.absolute)
        return self._syntax.getter(path.field or "") if here else None

    def locate(self, path: Path) -> Locate:
        """Where `text` reads, or would: the nearest node there is."""
        find, field = (None, "") if path.message else (self.first(path), path.field or "")

        def spot(node: Node, run: Run) -> Spot:
            found = find(node, run) if find is not None else None
            return Spot(found, field) if found is not None else self._nearest(path, node, run)

        return spot

    def _nearest(self, path: Path, node: Node, run: Run) -> Spot:
        """The last node on a path that is there, and the name of the first that is not."""
        if path.message:
            return Spot(node)
        start = node if not path.up and not path.absolute else _start(path)(node, run)
        if start is None:
            return Spot(node)
        for step in path.steps:
            below = self._first((step,))(start, run)
            if below is None:
                return Spot(start, missing=step.name)
            start = below
        return Spot(start, path.field or "")

    def first(self, path: Path) -> Find:
        """The first node at a path; its field is not looked at."""
        if path.message:
            raise Rejected(f"{path.text!r} is a word of the message, not a node")
        down = self._first(path.steps)
        if not path.up and not path.absolute:
            return down
        start = _start(path)

        def find(node: Node, run: Run) -> Node | None:
            above = start(node, run)
            return None if above is None else down(above, run)

        return find

    def all(self, path: Path) -> FindAll:
        """All nodes at a path, in document order.

        Raises:
            Rejected: the path names a field.
        """
        if path.field is not None or path.message:
            raise Rejected(f"{path.text!r} must name nodes: leave out the field")
        if self._check is not None:
            self._check(path)
        finds = [self._step(step) for step in path.steps]
        if len(finds) == 1 and not path.up and not path.absolute:
            return finds[0]
        start = _start(path)

        def find(node: Node, run: Run) -> list[Node]:
            above = start(node, run)
            found = [] if above is None else [above]
            for one in finds:
                found = [below for each in found for below in one(each, run)]
                run.spend(len(found))
            return found

        return find

    def test(self, condition: Condition) -> Test:
        """A condition as a predicate."""
        if isinstance(condition, Not):
            inner = self.test(condition.part)
            return lambda node, run: not inner(node, run)
        if isinstance(condition, Both):
            return together(condition.word, [self.test(part) for part in condition.parts])
        return self._atom(condition)

    def _atom(self, atom: Atom) -> Test:
        path = atom.path
        if path.field is not None and not (path.message or path.steps or path.up or path.absolute):
            test = own_test(self._deciding.getter(path.field), atom.operator, atom.values)
            if test is not None:
                if self._check is not None:
                    self._check(path)
                return test
        read = self._text(path, self._deciding)
        if not atom.operator:
            return lambda node, run: read(node, run) is not None
        if atom.operator == "in":
            values = frozenset(atom.values)
            return lambda node, run: (read(node, run) or "") in values
        (value,) = atom.values
        if atom.operator == "=":
            return lambda node, run: (read(node, run) or "") == value
        if atom.operator == "!=":
            return lambda node, run: (read(node, run) or "") != value
        return compared(read, atom.operator, value)

    def _first(self, steps: tuple[Step, ...]) -> Find:
        if not steps:
            return lambda node, run: node
        if len(steps) == 1:
            return self._only(steps[0])
        every, rest = self._step(steps[0]), self._first(steps[1:])

        def find(node: Node, run: Run) -> Node | None:
            for one in every(node, run):
                if (found := rest(one, run)) is not None:
                    return found
            return None

        return find

    def _only(self, step: Step) -> Find:
        qualifier = self._qualifier(step)
        if qualifier is not None:
            return _qualified(step.name, *qualifier)
        if step.tests or step.name == "*":
            every = self._step(step)

            def find(node: Node, run: Run) -> Node | None:
                found = every(node, run)
                return found[0] if found else None

            return find
        name = step.name

        def find_named(node: Node, run: Run) -> Node | None:
            if len(node.children) > FEW:
                group = run.named(node, name)
                return group[0] if group else None
            for child in node.children:
                if child.name == name:
                    return child
            return None

        return find_named

    def _qualifier(self, step: Step) -> tuple[Getter, frozenset[str]] | None:
        """`[01=ST]` and `[01 in ST|SF]`, by far the most frequent tests, as a getter and the values it may give."""
        atom = step.tests[0] if len(step.tests) == 1 and step.name != "*" else None
        if not isinstance(atom, Atom) or atom.operator not in ("=", "in"):
            return None
        path = atom.path
        if path.field is None or path.steps or path.up or path.absolute or path.message:
            return None
        if self._check is not None:
            self._check(path)
        return self._deciding.getter(path.field), frozenset(atom.values)

    def _step(self, step: Step) -> FindAll:
        find = _children(step.name)
        for one in step.tests:
            find = _picked(find, one) if isinstance(one, int) else _passing(find, self.test(one))
        return find


def _is_steady(path: Path) -> bool:
    """Whether a path from the root leads to the same node whoever asks: its conditions look at nothing but fields."""
    tests = (one for step in path.steps for one in step.tests)
    return all(isinstance(one, int) or (isinstance(one, Atom) and not one.path.message) for one in tests)


def _kept(read: ReadText) -> ReadText:
    key = object()

    def once(node: Node, run: Run) -> str | None:
        kept = run.kept
        if key not in kept:
            kept[key] = read(node, run)
        return kept[key]

    return once


def _qualified(name: str, get: Getter, values: frozenset[str]) -> Find:
    def find(node: Node, run: Run) -> Node | None:
        children = node.children
        if len(children) <= FEW:
            for one in children:
                if one.name == name and get(one).strip() in values:
                    return one
            return None
        found = run.named(node, name)
        if len(found) > FEW:
            run.spend(len(found))
        for one in found:
            if get(one).strip() in values:
                return one
        return None

    return find


def _own(get: Getter) -> ReadText:
    def read(node: Node, run: Run) -> str | None:
        return get(node).strip() or None

    return read


def _word(name: str) -> ReadText:
    return lambda node, run: run.word(name).strip() or None


def _start(path: Path) -> Find:
    if path.absolute:
        return lambda node, run: run.document.root
    up = path.up

    def climb(node: Node, run: Run) -> Node | None:
        above: Node | None = node
        for _ in range(up):
            above = run.parent(above) if above is not None else None
        return above

    return climb


def _children(name: str) -> FindAll:
    if name == "*":
        return lambda node, run: node.children
    return lambda node, run: run.named(node, name)


def _passing(find: FindAll, test: Test) -> FindAll:
    def every(node: Node, run: Run) -> list[Node]:
        found = find(node, run)
        if len(found) > FEW:
            run.spend(len(found))
        return [one for one in found if test(one, run)]

    return every


def _picked(find: FindAll, position: int) -> FindAll:
    index = position - 1 if position > 0 else position

    def every(node: Node, run: Run) -> list[Node]:
        found = find(node, run)
        return [found[index]] if -len(found) <= index < len(found) else []

    return every
