"""`hecon evidence` and `hecon atlas` in a folder of one small case."""

import openpyxl
import pytest

PUBLISHED = (
    "id,study,what,published,strategy,outcome,tolerance,tag,note\n"
    "gain,,QALYs gained,0.5,treatment - usual_care,qaly,10%,recalled,another country\n"
)


@pytest.fixture
def published(home):
    path = home / "models" / "demo" / "published.csv"
    path.write_text(PUBLISHED)
    return path


def test_evidence_as_tables_and_as_a_page(published, call):
    text = call("evidence").stdout
    assert "QALYs gained" in text
    assert "1 with a tolerance" in text
    page = call("evidence", "--markdown").stdout
    assert page.startswith("# Evidence: what was published, and what the models give\n")
    assert call("evidence", "demo", "--markdown", "--out", "e.md").stdout == "Wrote e.md\n"
    assert (published.parents[2] / "e.md").read_text() == page


def test_evidence_is_refused_where_it_cannot_be_told(published, refused):
    published.write_text(PUBLISHED.replace("treatment - ", "treatmnt - "))
    assert "published!E2 (gain): 'treatmnt' is not a known strategy; did you mean 'treatment'?" in refused("evidence")
    published.unlink()
    assert "demo has no models/demo/published.csv" in refused("evidence", "demo")


def test_the_atlas_is_a_page_and_a_workbook(published, call, edit):
    edit("inputs/demo/settings.csv", "name,value,note\n", "name,value,note\ngrade,rebuilt,\nopponent,Its price,\n")
    result = call("atlas", "--draws", "20", "--currency", "USD", "--price-year", "2021", "--discount", "0.03/0.015")
    assert result.exit_code == 0, result.output
    folder = published.parents[2] / "outputs" / "atlas"
    assert sorted(path.name for path in folder.iterdir()) == ["atlas.html", "atlas.xlsx"]
    page = (folder / "atlas.html").read_text()
    for words in ("demo: treatment v usual_care", "Its price", "3% and 1.5%", "QALYs gained", "data:image/png;base64,"):
        assert words in page, words
    assert "http:" not in page
    assert "https:" not in page
    book = openpyxl.load_workbook(folder / "atlas.xlsx")
    assert book.sheetnames[:3] == ["Summary", "Waterfall", "Horizons"]
    assert book["Summary"]["A5"].value == "demo: treatment v usual_care"


def test_the_short_table_is_printed_as_markdown(home, call):
    text = call("atlas", "--draws", "20", "--markdown").stdout
    assert text.startswith("| Comparison | Money | Extra upfront")
    assert "| [`demo`](models/demo/README.md): treatment v usual_care |" in text
    assert not (home / "outputs" / "atlas").exists()


def test_the_atlas_refuses_what_it_is_not_told(home, refused):
    assert "--draws 1 is no sample" in refused("atlas", "--draws", "1")
    assert "--discount '3%' is neither a rate" in refused("atlas", "--discount", "3%")
    assert "there is no case 'dmo'; did you mean 'demo'?" in refused("atlas", "dmo")


def test_the_atlas_as_one_page_with_controls(published, call, refused, home):
    result = call("atlas", "--page", "--draws", "20", "--currency", "USD", "--price-year", "2021")
    path = home / "outputs" / "atlas" / "atlas_page.html"
    assert result.stdout == f"Wrote {path}\n"
    text = path.read_text()
    for words in ("demo: treatment v usual_care", '"USD 2021"', '"EUR 2021"', "default-src 'none'", "QALYs gained"):
        assert words in text, words
    assert "http:" not in text
    assert [one.name for one in path.parent.iterdir()] == ["atlas_page.html"]
    assert call("atlas", "--page", "--draws", "0", "--out", "a.html").stdout == "Wrote a.html\n"
    assert "--page and --markdown are two outputs" in refused("atlas", "--page", "--markdown")
    assert "is a folder; with --page it is the file to write" in refused("atlas", "--page", "--out", ".")
