"""The append-only record: who opened or tried what, and chained events of every feature but the engine (which owns
its instances' history). Nothing here is ever changed or deleted; a trigger refuses it."""
