"""The error tree of the knowledge floor.

KnowledgeError        something about the knowledge stops the work; the message names thing, fault and remedy
├── SourceError       an editor's file: carries the Problem (file, line, remedy)
└── IndexFault        the index on disk: missing, damaged, locked, of another embedder
"""

from knowledge.types import Problem


class KnowledgeError(Exception):
    """The message is complete as it stands: thing, fault, remedy."""


class SourceError(KnowledgeError):
    """A file that cannot be read at all; parsers report rows as Problems instead."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(f"{problem.file}, line {problem.line}: {problem.message}; {problem.remedy}")


class IndexFault(KnowledgeError):
    """The index cannot be opened, written or switched."""
