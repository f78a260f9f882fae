"""The table of mechanics: all of them have a row, and what a row names is there."""

from cases.harness import CASES
from mechanics import PAGE, ROOT, SHOWN, data, written


def test_every_mechanic_has_a_row():
    assert [each["mechanic"] for each in data()] == list(SHOWN)
    assert len(SHOWN) == 105


def test_what_a_row_names_is_there():
    for name, shown in SHOWN.items():
        assert (ROOT / "docs" / "how-to" / f"{shown.page}.md").exists(), name
        for module in shown.modules.split():
            assert (ROOT / "docs" / "reference" / f"{module}.md").exists(), (name, module)
        assert set(shown.cases.split()) <= set(CASES), name


def test_the_page_is_what_the_command_makes():
    assert PAGE.read_text(encoding="utf-8") == written()
