"""The web, server-rendered: for now the status page and the operator's probes."""
