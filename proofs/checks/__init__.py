"""The checks of an uploaded file. Their list is in order.py, apart from here, so that the web process can read
kinds and limits without loading the decoders, which belong into the worker."""
