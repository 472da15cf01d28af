"""New versions for terminals: releases that are kept, rollouts in waves, and what terminals say of them."""
