"""What can be done, one module each: rights, row and fact in one transaction."""
