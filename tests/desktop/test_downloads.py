"""Files for people to keep, under names that others gave them."""

from desktop.downloads import download


def test_a_name_ends_where_it_ends() -> None:
    placed = download('a"; filename="b.html\\.csv', b"").headers["Content-Disposition"]
    assert placed == (
        'attachment; filename="a_; filename=_b.html_.csv"; '
        "filename*=UTF-8''a%22%3B%20filename%3D%22b.html%5C.csv"
    )
