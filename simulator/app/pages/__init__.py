"""Pages of docs/ that are made from declarations, cards and reports, so that no figure is typed twice."""
