"""Pictures and videos of the hall: taken in, checked, kept by their content, served; and what was played of them."""
