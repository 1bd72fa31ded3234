from agensium.exports import svg


def test_bars_are_as_tall_as_their_share_of_the_tallest() -> None:
    drawing = svg.bars((10, 0, 5), "three bars", "shape-1")
    assert 'd="M0 100v-100h9v100h1h9h1v-50h9v50h1"' in drawing


def test_the_least_count_can_be_seen() -> None:
    assert f"v-{svg.LEAST_HEIGHT}h" in svg.bars((1_000_000, 1), "two bars", "shape-1")


def test_nothing_is_drawn_of_nothing() -> None:
    assert 'd="M0 100h9h1"' in svg.bars((0,), "no values", "shape-1")


def test_labels_are_escaped() -> None:
    assert "<script>" not in svg.bars((1,), "<script>", "shape-1")


def test_the_parts_of_a_meter_fill_it() -> None:
    drawing = svg.meter(invalid=0.25, missing=0.5)
    assert '<rect class="ok" x="0%" width="25%"' in drawing
    assert '<rect class="no" x="25%" width="25%"' in drawing
    assert '<rect class="na" x="50%" width="50%"' in drawing


def test_a_share_of_almost_nothing_can_be_seen() -> None:
    assert 'width="1%"' in svg.bar(0.00001)
    assert 'width="0%"' in svg.bar(0)
