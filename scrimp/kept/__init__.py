"""Reading originals that may be larger than memory: by lines, by pattern, whole."""
