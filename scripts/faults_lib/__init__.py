"""What scripts/check-faults, scripts/mixed-load and scripts/faults-table are made of."""
