"""`put_passages.py BUCKET`: puts passages.json into the bucket that questions are answered from, as whoever
~/.oci/config says."""

import sys
from pathlib import Path

import oci

PASSAGES = Path(__file__).with_name("passages.json")

storage = oci.object_storage.ObjectStorageClient(oci.config.from_file())
namespace = storage.get_namespace().data
storage.put_object(namespace, sys.argv[1], PASSAGES.name, PASSAGES.read_bytes())
