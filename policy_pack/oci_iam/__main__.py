"""`python -m oci_iam` is the command `oci-iam`."""

import sys

from oci_iam.cli import main

if __name__ == "__main__":
    sys.exit(main())
