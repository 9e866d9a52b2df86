"""Exports of support chats become dialogues: tables and JSON records, whatever their columns are called."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from knowledge.parsing.columns import Columns, Role, header_columns, normal, roles
from knowledge.parsing.dates import read_moment
from knowledge.parsing.exchanges import Dialogue, Turn, enter_dialogues
from knowledge.parsing.grids import Grid, Row
from knowledge.parsing.ledger import Ledger
from knowledge.parsing.rows import skip_above
from knowledge.parsing.transcripts import read_turns, role_of

_ANY: frozenset[Role] = frozenset(("dialogue", "time", "resolved", "private", "handler"))
_MESSAGES: frozenset[Role] = _ANY | {"speaker", "message"}
_PAIRS: frozenset[Role] = _ANY | {"question", "answer", "updated"}
_WHOLE: frozenset[Role] = _ANY | {"message", "updated"}
_OPEN = re.compile(
    r"(?i)^(未|处理中|进行中|待处理|待跟进|跟进中|放弃|转接|挂起|超时|unresolved|unsolved|not.?(re)?solved|pending"
    r"|in.?progress|on.?hold|abandoned|escalated|(否|open|new|false|no|n|0)$)"
)
_YES = re.compile(r"(?i)^(是|true|yes|y|1)$")
_TYPES = (
    ("PHONE", re.compile(r"电话|手机|phone|mobile|tel")),
    ("EMAIL", re.compile(r"邮箱|mail")),
    ("ADDRESS", re.compile(r"地址|address")),
    ("ID_CARD", re.compile(r"身份证|idcard")),
    ("ORDER", re.compile(r"订单|order")),
    ("WECHAT", re.compile(r"微信|wechat")),
    ("BANK_CARD", re.compile(r"银行卡")),
    ("QQ", re.compile(r"^qq")),
    ("NAME", re.compile(r"")),
)


def looks_like_chat(cells: Sequence[str]) -> bool:
    """Whether a header row belongs to a table of messages."""
    found = header_columns(cells, _MESSAGES).by_role
    alone = not any("question" in roles(cell) for cell in cells)
    return {"speaker", "message"} <= found.keys() and (alone or bool({"dialogue", "time"} & found.keys()))


def holds_messages(records: Iterable[tuple[int, Mapping[str, object]]]) -> bool:
    """Whether records are conversations, each with its messages in it."""
    return any(not _is_message(record) and any(_messages(record)) for _, record in records)


def read_chat_table(grid: Grid, ledger: Ledger) -> None:
    """Read a table of messages, of question and answer pairs, or of whole conversations in a cell."""
    for at, row in enumerate(grid.rows[:10]):
        messages, pairs, whole = (header_columns(row.cells, wanted) for wanted in (_MESSAGES, _PAIRS, _WHOLE))
        body = grid.rows[at + 1 :]
        found = None
        if {"speaker", "message"} <= messages.by_role.keys():
            found = _from_messages(messages, body)
        elif {"question", "answer"} <= pairs.by_role.keys():
            found = _from_pairs(pairs, body)
        elif "message" in whole.by_role:
            found = [_from_cell(whole, line, ledger) for line in body]
        if found is not None:
            skip_above(grid.rows[:at], ledger)
            return enter_dialogues(found, ledger)
    for row in grid.rows:
        ledger.skip(row.line, "not_understood", count=1)
    return None


def _from_messages(columns: Columns, rows: Sequence[Row]) -> list[Dialogue]:
    """Messages by conversation, each in order of time; without a conversation column the whole table is one."""
    groups: dict[str, list[Row]] = {}
    name = ""
    for row in rows:
        name = columns.first("dialogue", row.cells) or name  # a merged cell, or a row cut short
        groups.setdefault(name, []).append(row)
    return [_assembled(columns, group) for group in groups.values()]


def _assembled(columns: Columns, rows: Sequence[Row]) -> Dialogue:
    turns = [_turn(columns, row, by_machine=_by_machine(columns, row)) for row in rows]
    if all(turn.time for turn in turns):
        turns.sort(key=lambda turn: turn.time or datetime.min)
    private = tuple(dict.fromkeys(pair for row in rows for pair in _private(columns, row)))
    return Dialogue(tuple(turns), _resolved([columns.first("resolved", row.cells) for row in rows]), private)


def _turn(columns: Columns, row: Row, *, by_machine: bool, begun: datetime | None = None) -> Turn:
    """The message in a row; without a time of its own it has that of its conversation, `begun`."""
    speaker = columns.first("speaker", row.cells)
    role = role_of(speaker)
    role = "machine" if by_machine and role != "customer" else role
    return Turn(role, columns.first("message", row.cells), row.line, speaker, _moment(columns, row) or begun)


def _by_machine(columns: Columns, row: Row) -> bool:
    """Whether a column says that no human answered: "机器人", or a yes under 是否机器人, or a no under 是否人工."""
    for header, cell in columns.named("handler", row.cells):
        value = cell.strip()
        asks_for_human = bool(re.search(r"(?i)人工|human", header))
        if role_of(value) == "machine" or (_YES.match(value) and not asks_for_human):
            return True
        if asks_for_human and value and _OPEN.match(value):
            return True
    return False


def _from_pairs(columns: Columns, rows: Sequence[Row]) -> list[Dialogue]:
    """A dialogue a row; where most rows hold one side only, they are messages."""
    pairs = [_from_pair(columns, row) for row in rows]
    if 2 * sum(all(turn.text for turn in pair.turns) for pair in pairs) >= len(pairs):
        return pairs
    groups: dict[str, list[Dialogue]] = {}
    for row, pair in zip(rows, pairs, strict=True):
        groups.setdefault(columns.first("dialogue", row.cells), []).append(pair)
    return [
        Dialogue(
            tuple(turn for pair in group for turn in pair.turns if turn.text),
            next((pair.resolved for pair in reversed(group) if pair.resolved is not None), None),
            tuple(private for pair in group for private in pair.private),
        )
        for group in groups.values()
    ]


def _from_pair(columns: Columns, row: Row) -> Dialogue:
    answerer = "machine" if _by_machine(columns, row) else "agent"
    turns = (("customer", columns.first("question", row.cells)), (answerer, columns.first("answer", row.cells)))
    said = tuple(Turn(role, text, row.line, "", _moment(columns, row)) for role, text in turns)
    return _dialogue(columns, row, said)


def _from_cell(columns: Columns, row: Row, ledger: Ledger) -> Dialogue:
    lines = [(row.line, line) for value in columns.values("message", row.cells) for line in value.split("\n")]
    turns, unread = read_turns(lines, _moment(columns, row))
    if unread:
        ledger.skip(row.line, "not_understood", rows=unread, count=unread)
    return _dialogue(columns, row, turns)


def _dialogue(columns: Columns, row: Row, turns: Sequence[Turn]) -> Dialogue:
    """A conversation of which one row says how it ended and who took part."""
    return Dialogue(tuple(turns), _resolved(columns.values("resolved", row.cells)), tuple(_private(columns, row)))


def _moment(columns: Columns, row: Row) -> datetime | None:
    return read_moment(columns.first("time", row.cells) or columns.first("updated", row.cells))


def _private(columns: Columns, row: Row) -> Iterable[tuple[str, str]]:
    for header, cell in columns.named("private", row.cells):
        if value := cell.strip():
            yield next(kind for kind, pattern in _TYPES if pattern.search(normal(header))), value


def _resolved(states: Iterable[str]) -> bool | None:
    """The last state that is given; None when nothing is said about it."""
    given = [state.strip() for state in states if state.strip()]
    return None if not given else not _OPEN.match(given[-1])


def read_chat_records(records: Iterable[tuple[int, Mapping[str, object]]], ledger: Ledger) -> None:
    """Read JSON objects: one a message, or one a conversation with its messages in a list."""
    found = list(records)
    if holds_messages(found):
        return enter_dialogues([_from_record(line, record) for line, record in found], ledger)
    flat = [(line, _flat(record)) for line, record in found]
    keys = list(dict.fromkeys(key for _, record in flat for key in record))
    rows = [Row(line, tuple(record.get(key, "") for key in keys)) for line, record in flat]
    return read_chat_table(Grid((Row(0, tuple(keys)), *rows)), ledger)


def _messages(value: object) -> Iterator[Mapping[str, object]]:
    """The messages in a record, however deep they lie, in their order."""
    if isinstance(value, dict) and _is_message(value):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _messages(inner)


def _is_message(record: Mapping[str, object]) -> bool:
    """Whether a record says who said what, one of the two by itself and not in a record of its own."""
    own = header_columns([key for key, value in record.items() if not isinstance(value, dict | list)], _MESSAGES)
    wanted: set[Role] = {"speaker", "message"}
    return bool(wanted & own.by_role.keys()) and wanted <= header_columns(list(_flat(record)), _MESSAGES).by_role.keys()


def _from_record(line: int, record: Mapping[str, object]) -> Dialogue:
    outer = _flat(record)
    columns = header_columns(list(outer), _WHOLE)
    row = Row(line, tuple(outer.values()))
    by_machine, begun = _by_machine(columns, row), _moment(columns, row)
    turns = []
    for said in map(_flat, _messages(record)):
        inner = header_columns(list(said), _MESSAGES)
        turns.append(_turn(inner, Row(line, tuple(said.values())), by_machine=by_machine, begun=begun))
    return _dialogue(columns, row, turns)


def _flat(record: Mapping[str, object]) -> dict[str, str]:
    """A record's own values and those of objects in it, so that {"customer": {"phone": …}} is known as private."""
    flat: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            inner = _flat({f"{key} {name}": one for name, one in value.items()})
            flat.update({name if roles(name) else name.removeprefix(f"{key} "): one for name, one in inner.items()})
        elif not isinstance(value, list):
            flat[key] = "" if value is None else str(value).strip()
    return flat
