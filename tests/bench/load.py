"""Two ways to ask one address as often as it answers: wrk where installed, else threads of our own."""

import re
import shutil
import socket
import subprocess
import threading
import time

CONNECTIONS = 16


class UnexpectedAnswerError(Exception):
    """The server answered something else than the status expected, or not at all."""


def requests_per_second(port: int, path: str, seconds: float, headers: dict[str, str], status: int) -> float:
    """Ask for a path on loopback for some seconds over kept-alive connections.

    Raises:
        UnexpectedAnswerError: when an answer has another status.
    """
    first = _ask(socket.create_connection(("127.0.0.1", port), timeout=5), _request(path, headers))
    if first != status:
        raise UnexpectedAnswerError(path, first)
    load = _wrk if shutil.which("wrk") else _threads
    load(port, path, 0.5, headers)
    return load(port, path, seconds, headers)


def _wrk(port: int, path: str, seconds: float, headers: dict[str, str]) -> float:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    said = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    if "Non-2xx or 3xx" in said:
        raise UnexpectedAnswerError(path, said)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1))


def _threads(port: int, path: str, seconds: float, headers: dict[str, str]) -> float:
    request, counts = _request(path, headers), []
    until = time.perf_counter() + seconds

    def run():
        count = 0
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            while time.perf_counter() < until:
                _ask(connection, request)
                count += 1
        counts.append(count)

    threads = [threading.Thread(target=run) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _request(path: str, headers: dict[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _ask(connection: socket.socket, request: bytes) -> int:
    """Send a request, read the whole answer, return its status."""
    connection.sendall(request)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _more(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    left = int(length.group(1)) - len(body) if length else 0
    while left > 0:
        left -= len(_more(connection))
    return int(head.split()[1])


def _more(connection: socket.socket) -> bytes:
    if chunk := connection.recv(262_144):
        return chunk
    raise UnexpectedAnswerError("the server closed the connection")
