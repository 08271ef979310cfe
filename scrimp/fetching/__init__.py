"""Many web pages in one call: fetched side by side and safely, turned into text, and only what matters shown.

`batch.Fetcher` is the one way in. From the address up: `addresses` (which may be reached), `urls` (what a URL really
names), `resolving` and `pinned` (one resolution, checked, and the connection to exactly that), `proxies`, `caching`,
`sending` (one request), `retrying`, `hops` (redirects), `robots`; `asking` puts these together. From the bytes on:
`kinds`, `charsets`, `rendering` with one module per kind, `page` (the item that is shown, of passages too).
"""
