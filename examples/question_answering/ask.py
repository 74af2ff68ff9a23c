"""Ask the API a question, as a client with a token does: `python ask.py URL TOKEN QUESTION`."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request


def main(url: str, token: str, question: str) -> int:
    """Print the answer; status 1 when there is none."""
    request = urllib.request.Request(  # noqa: S310 the gateway's own address
        f"{url}/ask",
        data=json.dumps({"question": question}).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 same
            print(answer.read().decode())
    except urllib.error.HTTPError as error:
        print(f"{error.code}: {error.read().decode()}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
