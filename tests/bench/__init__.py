"""The generator's speed, beside that of Apache Thrift on the same interfaces."""
