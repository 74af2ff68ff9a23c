"""What a statement lets a workload do, in the parts that `workload` judges by."""
