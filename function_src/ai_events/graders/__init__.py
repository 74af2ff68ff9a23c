"""One module per kind of result. A grader takes the result's JSON object and gives its findings and errors.

    anomalies  this project's own schema, and OCI Anomaly Detection
    language   OCI Language: sentiment, and what only names things (entities, key phrases, classes)
    speech     OCI Speech: transcriptions
    document   OCI Document Understanding, and Vision's older analysis of documents
    vision     OCI Vision: images, videos and streams

A grader reads what it grades strictly and ignores everything else. `ai_events.results` has the table of them.
"""
