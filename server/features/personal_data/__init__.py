"""Personal data: found, shown in full, taken along, erased at once or after its time."""
