"""Reports as one HTML page that needs nothing else."""

from gnnlab.reports.page.frame import Chapter, Section, page

__all__ = ["Chapter", "Section", "page"]
