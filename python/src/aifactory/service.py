"""A client of the Client Service's HTTP API, for one thread."""

from __future__ import annotations

import getpass
import hashlib
import http.client
import io
import json
import os
import ssl
import urllib.parse
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional

from . import records
from .errors import RunFileError, ServiceError
from .run import SUMMARY_SCHEMA, PathLike, RecordSource, Run, check_summary
from .table import Table

LARGEST_RESPONSE_BYTES = 256 << 20
TIMEOUT_SECONDS = 60.0


class Service:
    """A Client Service.

    :param url: ``http://HOST:8001``; by default the service of this user on this machine, found by its discovery file
    :param token: the service's token; it is sent to this service only, and never shown
    :param token_file: a file that contains the token
    :param certificate_sha256: the fingerprint of the service's certificate; without it, ``https`` is checked with the system's authorities
    """

    def __init__(
        self,
        url: Optional[str] = None,
        token: Optional[str] = None,
        token_file: Optional[PathLike] = None,
        certificate_sha256: Optional[str] = None,
        timeout_s: float = TIMEOUT_SECONDS,
    ) -> None:
        if url is None:
            found = _discovered()
            url, certificate_sha256 = found["url"], found.get("certificate_sha256")
            token_file = token_file if token_file is not None or token is not None else found.get("token_file")
        address = urllib.parse.urlsplit(url)
        if address.scheme not in ("http", "https") or not address.hostname or address.username is not None:
            raise ServiceError(f"invalid value for url: {url!r} (expected an address such as http://127.0.0.1:8001)")
        try:
            port = address.port
        except ValueError:
            raise ServiceError(f"invalid value for url: {url!r} (expected a port from 1 to 65535)") from None
        self.url = f"{address.scheme}://{address.netloc}"
        self._host = address.hostname
        self._port = port or (443 if address.scheme == "https" else 80)
        self._secure = address.scheme == "https"
        self._token = _read_token(token_file) if token is None and token_file is not None else token
        self._fingerprint = _fingerprint(certificate_sha256)
        self._timeout = timeout_s

    def __repr__(self) -> str:
        return f"Service({self.url!r})"

    def runs(self, limit: int = 100) -> List[Dict[str, Any]]:
        """The latest runs, newest first: id, group, state and times."""
        return list(self.get(f"/api/v1/runs?limit={limit}").get("runs") or [])

    def run(self, run: str) -> Run:
        """A finished run by its id."""
        name = urllib.parse.quote(run, safe="")
        result = self.get(f"/api/v1/runs/{name}/result")
        summary = result.get("summary")
        place = f"{self.url}: result of run {run}"
        if not isinstance(summary, dict) or summary.get("schema", SUMMARY_SCHEMA) != SUMMARY_SCHEMA:
            raise RunFileError(f"{place} is not of schema {SUMMARY_SCHEMA}")
        check_summary(summary, place)
        return Run(summary, result, _ServiceRecords(self, name))

    def get(self, path: str) -> Dict[str, Any]:
        """The JSON object of a route."""
        return self.request("GET", path)

    def request(self, method: str, path: str, body: Optional[Mapping[str, Any]] = None) -> Dict[str, Any]:
        """Send a request and return the JSON object of its response.

        :raises ServiceError: with the service's own message
        """
        content = self.read(method, path, body)
        try:
            parsed = json.loads(content) if content.strip() else {}
        except (ValueError, RecursionError) as e:
            raise ServiceError(f"{self.url}{path} did not respond with JSON: {e}; is it a Client Service?") from e
        if not isinstance(parsed, dict):
            raise ServiceError(f"{self.url}{path} did not respond with a JSON object; is it a Client Service?")
        return parsed

    def read(self, method: str, path: str, body: Optional[Mapping[str, Any]] = None) -> bytes:
        """Send a request and return the bytes of its response."""
        connection = self._connect()
        try:
            headers = {"Accept": "application/json"}
            if self._token:
                headers["Authorization"] = f"Bearer {self._token}"
            data = None
            if body is not None:
                data = json.dumps(body).encode()
                headers["Content-Type"] = "application/json"
            connection.request(method, path, body=data, headers=headers)
            response = connection.getresponse()
            content = response.read(LARGEST_RESPONSE_BYTES + 1)
        except (OSError, http.client.HTTPException) as e:
            raise ServiceError(f"{self.url} cannot be reached: {e}; is 'aifactory serve' running?") from e
        finally:
            connection.close()
        if len(content) > LARGEST_RESPONSE_BYTES:
            raise ServiceError(f"{self.url}{path} responded with more than {LARGEST_RESPONSE_BYTES} bytes")
        if response.status >= 400:
            raise ServiceError(f"{method} {self.url}{path}: {_detail(response.status, content)}", response.status)
        return content

    def _connect(self) -> http.client.HTTPConnection:
        if not self._secure:
            return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
        context = ssl.create_default_context()
        if self._fingerprint:
            # The fingerprint identifies the certificate; a self-signed one has no authority, and may have another name.
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout, context=context)
        if self._fingerprint:
            try:
                connection.connect()
            except OSError as e:
                raise ServiceError(f"{self.url} cannot be reached: {e}; is 'aifactory serve' running?") from e
            shown = hashlib.sha256(connection.sock.getpeercert(True) or b"").hexdigest()
            if shown != self._fingerprint:
                connection.close()
                raise ServiceError(f"{self.url} has another certificate (SHA-256 {shown}, expected {self._fingerprint}); the token was not sent")
        return connection


class _ServiceRecords(RecordSource):
    def __init__(self, service: Service, run: str) -> None:
        self._service = service
        self._run = run

    def read(self) -> Table:
        path = f"/api/v1/runs/{self._run}/records"
        return records.read_stream(io.BytesIO(self._service.read("GET", path)), self._service.url + path)


def data_directory() -> Path:
    """Where the Client Service of this user keeps its data, unless it is configured elsewhere."""
    configured = os.environ.get("AIFACTORY_DATA_DIR")
    if configured:
        return Path(configured)
    base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "aifactory"
    fallback = Path("/var/tmp") / f"aifactory-{getpass.getuser()}"  # where the home directory is on a network file system
    return fallback if not (base / "service.json").exists() and (fallback / "service.json").exists() else base


def _discovered() -> Dict[str, Any]:
    file = data_directory() / "service.json"
    remedy = "start one with 'aifactory serve', or name one: Service('http://HOST:8001')"
    try:
        if os.stat(file).st_uid != os.getuid():
            raise ServiceError(f"the discovery file {file} belongs to another user; {remedy}")
        found = json.loads(file.read_bytes())
        os.kill(int(found["process_id"]), 0)
        str(found["url"])
    except FileNotFoundError:
        raise ServiceError(f"no Client Service is running (no discovery file {file}); {remedy}") from None
    except ProcessLookupError:
        raise ServiceError(f"the Client Service of {file} has ended; {remedy}") from None
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise ServiceError(f"the discovery file {file} cannot be read: {e}; delete it, or name a service") from e
    return dict(found)


def _read_token(file: PathLike) -> str:
    try:
        return Path(file).read_text().strip()
    except OSError as e:
        raise ServiceError(f"token file {file} cannot be read: {e.strerror or e}") from e


def _fingerprint(text: Optional[str]) -> Optional[str]:
    if text is None:
        return None
    plain = text.replace(":", "").lower()
    if len(plain) != 64 or set(plain) - set("0123456789abcdef"):
        raise ServiceError(f"invalid value for certificate_sha256: {text!r} (expected 64 hexadecimal digits)")
    return plain


def _detail(status: int, content: bytes) -> str:
    try:
        detail = json.loads(content).get("detail")
    except (ValueError, AttributeError):
        detail = None
    return f"status {status}: {detail if isinstance(detail, str) else content[:300].decode(errors='replace')}"
