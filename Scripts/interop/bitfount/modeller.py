# SPDX-License-Identifier: Apache-2.0
"""A modeller out of the genuine `bitfount` package, as it comes from PyPI, against the sandbox and an agent.

Only what has nothing to do with the conversation is left out: the machine-learning half of the package is not imported (it
needs gigabytes of libraries and runs after a pod's answer), the addresses are the sandbox's, and the browser is a few lines
that log in at the sandbox's identity provider. Requests, encryption, signatures, proofs of identity and the reading of the
answers are the package's own. Prints one line of JSON: what the modeller made of the pod's answer.
"""

import argparse
import asyncio
import html.parser
import importlib.abc
import importlib.machinery
import importlib.util
import json
import logging
import os
import pathlib
import sys
import threading
import types
import urllib.parse

# The halves of the package that train models and read data; their place is taken by hollow modules.
HOLLOW = tuple(
    f"bitfount.{name}"
    for name in (
        "backends", "data", "metrics", "models", "transformations", "federated.aggregators", "federated.algorithms",
        "federated.model_reference", "federated.privacy",
    )
)
# Packages whose `__init__` would import those halves, but whose other modules are the real ones.
WITHOUT_INIT = ("bitfount", "bitfount.federated", "bitfount.federated.protocols")


class HollowModule(types.ModuleType):
    """A module in which every name is an empty class, so that annotations and base classes resolve."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if self.__name__ in WITHOUT_INIT and importlib.util.find_spec(f"{self.__name__}.{name}"):
            return importlib.import_module(f"{self.__name__}.{name}")
        body = {"__module__": self.__name__, "__class_getitem__": classmethod(lambda cls, _: cls)}
        value = type(name, (), body)
        setattr(self, name, value)
        return value


class HollowFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the hollow modules, and third-party ones that are not installed and that only the package itself asks for."""

    def __init__(self, root):
        self.root = root
        self.absent = set()

    def find_spec(self, name, path, target=None):
        if name in WITHOUT_INIT:
            spec = importlib.machinery.ModuleSpec(name, self, is_package=True)
            spec.submodule_search_locations = [str(self.root.joinpath(*name.split(".")))]
            return spec
        if name.startswith(HOLLOW):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        top = name.split(".")[0]
        if top == "bitfount":
            return None
        if top not in self.absent:
            if importlib.machinery.PathFinder.find_spec(top) is not None or not self.asked_by_package():
                return None
            self.absent.add(top)
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def asked_by_package(self):
        frame = sys._getframe(2)
        while frame is not None and "importlib" in frame.f_code.co_filename:
            frame = frame.f_back
        return frame is not None and str(self.root / "bitfount") in frame.f_code.co_filename

    def create_module(self, spec):
        return HollowModule(spec.name)

    def exec_module(self, module):
        pass


class PageForm(html.parser.HTMLParser):
    """The action and the hidden fields of a page's form."""

    def __init__(self, text):
        super().__init__()
        self.action, self.fields = None, {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.action = attributes.get("action")
        elif tag == "input" and "name" in attributes:
            self.fields[attributes["name"]] = attributes.get("value", "")


class Browser:
    """Logs in as the modeller wherever the package sends its user."""

    def __init__(self, username):
        self.username = username

    def open(self, url, *_):
        # The package waits for its own callback, which this calls: so not on its thread.
        threading.Thread(target=self.visit, args=(url,), daemon=True).start()
        return True

    open_new_tab = open

    def visit(self, url):
        import requests

        parts = urllib.parse.urlsplit(url)
        if parts.path.endswith("/activate"):
            code = urllib.parse.parse_qs(parts.query)["user_code"][0]
            fields = {"user_code": code, "username": self.username, "answer": "approve"}
            requests.post(url.split("?")[0], data=fields, timeout=30).raise_for_status()
            return
        page = requests.get(f"{url}&login_hint={self.username}", timeout=30)
        page.raise_for_status()
        form = PageForm(page.text)
        if form.action:
            requests.post(form.action, data=form.fields, timeout=30).raise_for_status()


class Protocol:
    """What the package's modeller needs of a task: its serialised form, and somebody to carry on after an acceptance."""

    def __init__(self, table):
        self.table = table
        self.was_accepted = False

    def dump(self):
        algorithm = {"class_name": "bitfount.ColumnAverage", "field": "age", "table_name": self.table}
        return {"class_name": "bitfount.ResultsOnly", "algorithm": algorithm}

    def modeller(self, **_):
        self.was_accepted = True
        return self

    def initialise(self, **_):
        pass

    async def run(self, **_):
        # As one that waits for results: it is the pod's abort that has to end it.
        await asyncio.Event().wait()


class Refusals(logging.Handler):
    """What the package tells its user about refusals."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("hub", "message-service", "identity-provider", "client-id", "username", "target", "method"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()

    root = next(pathlib.Path(path) for path in sys.path if (pathlib.Path(path) / "bitfount").is_dir())
    sys.meta_path.insert(0, HollowFinder(root))
    os.environ["BITFOUNT_ENVIRONMENT"] = "dev"
    import webbrowser

    browser = Browser(options.username)
    webbrowser.open = webbrowser.open_new_tab = browser.open

    from bitfount.__version__ import __version__
    import bitfount.federated.modeller as package
    from bitfount.federated.exceptions import TaskAbortError
    from bitfount.federated.helper import _create_message_service
    from bitfount.federated.transport import modeller_transport
    from bitfount.federated.transport.config import MessageServiceConfig
    from bitfount.federated.transport.identity_verification import oidc
    from bitfount.hub import authentication_flow
    from bitfount.hub.helper import _create_bitfounthub

    # The package builds "https://" + domain; the sandbox speaks plain HTTP on loopback.
    domain = urllib.parse.urlsplit(options.identity_provider).netloc
    environment = types.SimpleNamespace(name="sandbox", auth_domain=domain, client_id=options.client_id)
    package._get_auth_environment = oidc._get_auth_environment = lambda: environment
    for handler, attribute in (
        (oidc._OIDCAuthFlowChallengeHandler, "_authorize_endpoint"),
        (oidc._OIDCDeviceCodeHandler, "_device_code_endpoint"),
    ):
        plain_http(handler, attribute)

    # It sends credentials to addresses that it knows only.
    authentication_flow._HUB_URLS.append(options.hub)

    refusals = Refusals()
    modeller_transport.logger.addHandler(refusals)
    address = urllib.parse.urlsplit(options.message_service)
    hub = _create_bitfounthub(username=options.username, url=options.hub)
    config = MessageServiceConfig(url=address.hostname, port=address.port, tls=False)
    protocol = Protocol(options.target.split("/")[1])
    arguments = {}
    if options.method == "saml":
        arguments["idp_url"] = f"{options.identity_provider}/samlp/{options.client_id}?SAMLRequest="
    modeller = package._Modeller(
        protocol=protocol,
        message_service=_create_message_service(hub.session, config),
        bitfounthub=hub,
        identity_verification_method=options.method,
        **arguments,
    )
    outcome = {"sdk": __version__, "method": options.method}
    try:
        asyncio.run(asyncio.wait_for(modeller.run_async([options.target], require_all_pods=False), 60))
        outcome["answer"] = "accepted" if protocol.was_accepted else "none"
    except TaskAbortError as error:
        outcome["answer"] = "accepted, then aborted"
        outcome["told"] = str(error)
    told = [line for line in refusals.lines if "rejection" in line]
    if told:
        outcome["answer"] = "rejected"
        outcome["told"] = told[-1]
    print(json.dumps(outcome))


def plain_http(handler, attribute):
    """Lets this class of the package use http:// where it would use https://."""
    original = handler.__init__

    def initialise(self, *arguments, **keywords):
        original(self, *arguments, **keywords)
        setattr(self, attribute, getattr(self, attribute).replace("https://", "http://", 1))

    handler.__init__ = initialise


if __name__ == "__main__":
    main()
