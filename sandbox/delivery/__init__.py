"""Everything that one service owes another, delivered: by the serving process, at least once, and durably.

    an object is put, a message published, a call detached, a batch full, a schedule or an alarm due
      └─► a row in the outbox (cloud.deliveries)
            └─► Engine claims it ─► may its source do this? ─► function, topic, stream, queue, bucket, file

| file | holds | add code here when |
|---|---|---|
| `engine.py` | claims, leases, threads | a delivery must survive something else |
| `attempt.py` | what one attempt needs, and how it may end | an attempt has another outcome |
| `destinations.py` | how each kind of destination is reached | there is a new destination |
| `principals.py` | whose right is asked for | there is a new source |
| `retries.py` | when a delivery is tried again | Oracle documents another schedule |
| `event_rules.py`, `detached.py`, … | what one source owes, and what follows | that source changes |

Does not know who invokes functions over REST; gets from there what runs one.
"""
