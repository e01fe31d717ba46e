"""The blob stores: in memory, in files below a folder, in a bucket of an S3 service."""
