"""The grammar of devices/contracts/src/plate.ts, read from that file so that there is one truth."""

import re
from pathlib import Path

_source = Path(__file__).resolve().parents[3] / "devices/contracts/src/plate.ts"
_rule = re.compile(
    r"type: '(\w+)',\s*text: (?:new RegExp\(`(.*?)`\)|/(.*?)/),\s*colours: \[(.*?)\]", re.DOTALL
)


def grammar() -> dict[str, tuple[re.Pattern, tuple[str, ...]]]:
    """Each plate type's pattern and the colours it may stand on. ValueError if none is found."""
    source = _source.read_text(encoding="utf8")
    names = dict(re.findall(r"^(?:export )?const (\w+) = ['`](.*?)['`]$", source, re.MULTILINE))
    rules = {}
    for plate_type, template, plain, colours in _rule.findall(source):
        pattern = re.compile(_filled(template or plain, names))
        rules[plate_type] = (pattern, tuple(re.findall(r"\w+", colours)))
    if not rules:
        raise ValueError(f"grammar: no rule found in {_source}; was its form changed?")
    return rules


def _filled(pattern: str, names: dict[str, str]) -> str:
    """Puts the named strings into a template until none is left."""
    while "${" in pattern:
        pattern = re.sub(r"\$\{(\w+)\}", lambda found: names[found[1]], pattern)
    return pattern
