"""Every alert is something on every platform, and the docs say what."""

import pytest

from tests.components.cloud_tables import FILE, alert_rows, planted_rows, tables, within


def test_no_cell_is_empty() -> None:
    found = alert_rows()
    assert len(found) == 12
    assert [row[0] for row in found if not all(map(str.strip, row))] == []


@pytest.mark.parametrize("cloud", ["AWS", "Google Cloud", "Azure"])
def test_ten_mistakes_at_least_are_planted_in_each_cloud(cloud: str) -> None:
    mine = [row for row in planted_rows() if row[0] == cloud]
    assert len(mine) >= 10
    assert all(row[2] for row in mine)


def test_the_docs_have_the_tables_as_they_are() -> None:
    text = FILE.read_text()
    assert {name: within(text, name) for name in tables()} == tables()
