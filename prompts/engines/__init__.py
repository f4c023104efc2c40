"""Speech engines behind one interface, one module for each foreign program or library."""
