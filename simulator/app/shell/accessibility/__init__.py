"""What is seen as a tree of plain nodes, for screen readers: built only while somebody reads it."""
