"""JSON and JSON lines as records, each with its line; a line that is no JSON is named and the rest read on."""

import json
from collections.abc import Iterator

from knowledge.parsing.columns import roles
from knowledge.parsing.ledger import Ledger
from knowledge.parsing.problems import refuse
from knowledge.parsing.questions import is_question


def read_records(text: str, ledger: Ledger) -> list[tuple[int, dict[str, object]]]:
    """The objects of a JSON or JSON lines text. Raises SourceError when nesting goes beyond what can be read."""
    try:
        return list(_records(text, ledger))
    except RecursionError as fault:
        raise refuse(ledger.source.path, "damaged", detail="nested too deeply") from fault


def _records(text: str, ledger: Ledger) -> Iterator[tuple[int, dict[str, object]]]:
    whole = _load(text)
    if isinstance(whole, dict) and _is_faq(whole):
        whole = [{"question": key, "answer": value} for key, value in whole.items()]
    while isinstance(whole, dict) and len(inner := [one for one in whole.values() if isinstance(one, dict)]) == 1:
        if not any(isinstance(one, list) for one in inner[0].values()):
            break
        whole = inner[0]  # {"code": 0, "data": {"list": […]}}
    if isinstance(whole, dict):
        lists = [value for value in whole.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        messages = any("speaker" in roles(key) for some in lists[:1] for key in some[0])  # then whole is a conversation
        wraps = lists and (len(lists) == len(whole) or not messages)
        whole = [item for some in lists for item in some] if wraps else [whole]
    if isinstance(whole, list):
        numbered = ((1, item) for item in whole)
    else:
        numbered = (
            (number, _load(line.strip().removesuffix(",")))
            for number, line in enumerate(text.split("\n"), 1)
            if line.strip()
        )
    for number, item in numbered:
        if isinstance(item, dict):
            yield number, item
        else:
            ledger.skip(number, "bad_record")


def _load(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _is_faq(record: dict[str, object]) -> bool:
    """Whether a single object is a FAQ by itself: {"怎么退款？": "打开订单", …}."""
    texts = len(record) > 1 and all(isinstance(value, str) for value in record.values())
    return texts and 2 * sum(map(is_question, record)) > len(record)
