"""A mail server and a web server on this machine that keep what they are told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

SENDER = "shield1367@agency.example"


class MailServer(ThreadingTCPServer):
    """As much of SMTP (RFC 5321) as a client needs to deliver; *refuses* answers every greeting with 554."""

    daemon_threads = True

    def __init__(self, *, refuses: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _MailHandler)
        self.refuses = refuses
        self.mails: list[tuple[list[str], EmailMessage]] = []

    @property
    def connection(self) -> str:
        """The value of ``AIRFLOW_CONN_…`` for it."""
        return json.dumps(
            {
                "conn_type": "smtp",
                "host": "127.0.0.1",
                "port": self.server_address[1],
                "extra": {"from_email": SENDER, "disable_ssl": True, "disable_tls": True, "timeout": 5},
            }
        )


class _MailHandler(StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("554 not here" if self.server.refuses else "220 ready")
        to: list[str] = []
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "RCPT":
                to.append(line.partition("<")[2].partition(">")[0])
            if verb == "DATA":
                self._say("354 go on")
                content = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.mails.append((to, message_from_bytes(content, policy=policy.default)))
            self._say("221 bye" if verb == "QUIT" else "250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class Hook(ThreadingHTTPServer):
    """A webhook that answers with *status* to everything."""

    daemon_threads = True

    def __init__(self, *, status: int = 200) -> None:
        super().__init__(("127.0.0.1", 0), _HookHandler)
        self.status = status
        self.posts: list[tuple[str, Any]] = []

    def connection(self, secret: str = "T1/B2/s3cr3t") -> str:
        """The value of ``AIRFLOW_CONN_…`` for it."""
        host = f"http://127.0.0.1:{self.server_address[1]}/services"
        return json.dumps({"conn_type": "http", "host": host, "password": secret})


class _HookHandler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((self.path, json.loads(content)))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def listening(*servers: MailServer | Hook) -> Iterator[None]:
    """Serve until left; then nobody listens there any more."""
    threads = [Thread(target=server.serve_forever, args=(0.02,), daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()
