import gc

# What a start loads stays: looking through it for garbage again and again would take a tenth of its time.
gc.disable()
from server.cli import main  # noqa: E402

gc.freeze()
gc.enable()

raise SystemExit(main())
