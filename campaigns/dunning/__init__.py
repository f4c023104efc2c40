"""A client's list of debtors, on its way from his file to the file with the results."""
