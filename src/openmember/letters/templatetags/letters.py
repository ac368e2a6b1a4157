"""Filters of letters' templates (builtins there): values come as JSON holds them."""

from datetime import date

from django.template import Context, Library, Node, NodeList, TemplateSyntaxError
from django.template.base import Parser, Token

from openmember.letters.rules import marked
from openmember.ui import formats

register = Library()


@register.filter
def dollars(cents: int) -> str:
    """Write integer cents as dollars."""
    if isinstance(cents, bool) or not isinstance(cents, int):
        raise TypeError(f"dollars wants whole cents, not {type(cents).__name__}")
    return formats.dollars(cents)


@register.filter
def day(value: str, style: str = "long") -> str:
    """Write an ISO date as a date: long, short, weekday or month (`2026-11` will do for a month)."""
    text = f"{value}-01" if len(value) == len("2026-11") else value
    return formats.day(date.fromisoformat(text), style)


class _Element(Node):
    def __init__(self, name: str, words: NodeList) -> None:
        self._name, self._words = name, words

    def render(self, context: Context) -> str:
        return marked(self._name, str(self._words.render(context)))


@register.tag
def element(parser: Parser, token: Token) -> Node:
    """Mark words as one that a law asks of the letter: `{% element "reason" %}…{% endelement %}`.

    Elements stand beside one another, never within one another; a heading stays outside.
    """
    parts = token.split_contents()
    if len(parts) != 2:
        raise TemplateSyntaxError("element takes one name")
    words = parser.parse(("endelement",))
    parser.delete_first_token()
    return _Element(parts[1].strip("\"'"), words)
