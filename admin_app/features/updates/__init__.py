"""New versions for terminals: what there is, bringing one to terminals wave by wave, and stopping that."""
