"""Brings a stack back after one of its processes died: nothing lost, nothing created twice.

    recover ── locks      the dead engine's locks; a living engine is left alone
        │
        ├── differences   state and store side by side: what differs, and what that means
        │
        └── settling      the exported state, changed until it says what the store says
              ├── adoption    a resource the state lacks: parent, provider, dependencies, secrets
              └── order       resources after what they depend on

Only `command` starts the engine; everything else works on an exported deployment and on records of the store.
"""

from sandbox.recovery.command import check_state, recover

__all__ = ["check_state", "recover"]
