"""What leaves the app: files made from a Dataset or from results."""
