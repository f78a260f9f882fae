"""The page of names: all that are public stand there, each with a word, and it is what the command makes."""

import re

import loyalcore
from names import PAGE, written

#: What the text of a program is built again with, of the standard library.
FOREIGN = {"Fraction"}


def test_the_page_is_what_the_command_makes():
    assert PAGE.read_text(encoding="utf-8") == written()


def test_every_public_name_is_on_it_and_something_is_said_of_each():
    said = dict(re.findall(r"^`(\w+).*`\n: (.*)$", written(), re.MULTILINE))
    assert set(said) == set(loyalcore.__all__) - FOREIGN
    assert [name for name, text in said.items() if not text] == []
