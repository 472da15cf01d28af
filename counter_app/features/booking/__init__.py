"""What was sent in advance by the person in hand, who booked."""
