"""Puts the context of RO-Crate 1.1, which the package `rocrate` ships, where rocrate-validator looks without a network.

Usage: seed-crate-cache.py CACHE
"""
import importlib.util
import pathlib
import sys

import requests
import requests_cache

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
# Found and not imported: what the package itself needs is not installed, as only this file of it is wanted.
SHIPPED = pathlib.Path(importlib.util.find_spec("rocrate").origin).parent / "data/ro-crate.jsonld"


class Shipped(requests.adapters.BaseAdapter):
    """Answers with the file instead of the network."""

    def send(self, request, **_):
        response = requests.Response()
        response.status_code, response.url, response.request = 200, request.url, request
        response.headers["Content-Type"] = "application/ld+json"
        response.raw = requests.packages.urllib3.HTTPResponse(
            body=SHIPPED.open("rb"), status=200, headers=dict(response.headers), preload_content=False
        )
        return response

    def close(self):
        pass


session = requests_cache.CachedSession(
    sys.argv[1], backend="sqlite", expire_after=-1, allowable_methods=("GET",), allowable_codes=(200, 302, 404)
)
session.mount("https://", Shipped())
assert session.get(CONTEXT).json()["@id"] == CONTEXT
