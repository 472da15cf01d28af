"""Units, the people in them, and their Excel file."""
