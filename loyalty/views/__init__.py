"""What several metrics ask of a Dataset."""
