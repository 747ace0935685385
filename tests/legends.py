"""Whether a figure's legend covers anything."""

from matplotlib.figure import Figure


def assert_legend_is_beside(figure: Figure) -> None:
    """The figure has one legend, within it, clear of its axes with all their words."""
    assert all(axes.get_legend() is None for axes in figure.axes)
    (legend,) = figure.legends
    figure.draw_without_rendering()
    place = legend.get_window_extent()
    assert not any(place.overlaps(axes.get_tightbbox()) for axes in figure.axes)
    assert figure.bbox.x0 <= place.x0 < place.x1 <= figure.bbox.x1
    assert figure.bbox.y0 <= place.y0 < place.y1 <= figure.bbox.y1
