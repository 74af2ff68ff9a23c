"""What the engine starts: the components, served to programs in any language."""

import sys
from pathlib import Path

# The engine starts this folder by its path; the packages beside it are found from the checkout it is part of.
_CHECKOUT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(_CHECKOUT), str(_CHECKOUT / "policy_pack")]

from pulumi.provider import main  # noqa: E402 what is beside this folder is found only now

from component_package.package import ComponentPackage  # noqa: E402 same

if __name__ == "__main__":
    main(ComponentPackage(), sys.argv[1:])
