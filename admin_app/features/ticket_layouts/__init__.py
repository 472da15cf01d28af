"""What a printed ticket looks like, designed on the paper itself."""
