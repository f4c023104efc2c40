"""What goes out by mail, and in the demo the box that catches it."""
