"""Sends what no browser sends, octet by octet, and sees that the service answers, refuses or hangs up, and lives on.

    wire.py HOST PORT
"""
import socket
import sys

host, port = sys.argv[1], int(sys.argv[2])
failures = 0


def exchange(octets, seconds=5, half=False):
    """What comes back until the other side hangs up or says nothing for a while; `half` says that nothing more will be sent."""
    with socket.create_connection((host, port), timeout=seconds) as connection:
        try:
            connection.sendall(octets)
            if half:
                connection.shutdown(socket.SHUT_WR)
        except ConnectionError:
            return b""
        answer = b""
        try:
            while part := connection.recv(65536):
                answer += part
        except (TimeoutError, ConnectionError):
            pass
        return answer


def expect(holds, sentence, answer=b""):
    global failures
    print(f"  {'ok' if holds else 'FAILED'}: {sentence}")
    if not holds:
        failures += 1
        print("   ", answer[:300])


def status(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0


def statuses(answer):
    return [int(part.split(b" ", 2)[1]) for part in answer.split(b"\r\n") if part.startswith(b"HTTP/1.1 ")]


def request(line, *fields, body=b"", close=True):
    head = [line, *fields] + ([b"Connection: close"] if close else [])
    return b"\r\n".join(head) + b"\r\n\r\n" + body


host_field = b"Host: 127.0.0.1"

answer = exchange(request(b"GET /healthz HTTP/1.1", host_field))
expect(status(answer) == 200, "a plain request is answered", answer)

answer = exchange(request(b"GET /healthz HTTP/1.1", b"Host: evil.example"))
expect(status(answer) == 421, "a name that is not ours is turned away", answer)

answer = exchange(request(b"GET http://evil.example/healthz HTTP/1.1", host_field))
expect(status(answer) == 421, "and so is one in the target, whatever the field says", answer)

answer = exchange(request(b"GET /healthz HTTP/1.1", host_field, b"Host: evil.example"))
expect(status(answer) == 400, "two names are one too many", answer)

answer = exchange(request(b"POST /api/v1/runs HTTP/1.1", host_field, b"Content-Type: application/json",
                          b"Transfer-Encoding: xchunked", body=b"5\r\nabcde\r\n0\r\n\r\n"))
expect(status(answer) in (400, 501), "a transfer coding that nobody knows is the client's fault", answer)

answer = exchange(request(b"POST /api/v1/runs HTTP/1.1", host_field, b"Content-Type: application/json",
                          b"Content-Length: 100", body=b"{\"doma"), half=True)
expect(status(answer) in (0, 400), "and so is a body that is cut short", answer)

answer = exchange(request(b"POST /runs HTTP/1.1", host_field, b"Content-Length: 5", b"Transfer-Encoding: chunked",
                          body=b"0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
expect(statuses(answer).count(200) == 0, "two lengths are no way to smuggle a second request", answer)

answer = exchange(request(b"POST /runs HTTP/1.1", host_field, b"Content-Length: 4", b"Content-Length: 40",
                          body=b"0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
expect(statuses(answer).count(200) == 0, "and neither are two that differ", answer)

answer = exchange(request(b"GET /healthz HTTP/1.1", host_field, b"X-Long: " + b"a" * 100_000))
expect(status(answer) in (0, 400, 431), "a field without an end is not read to it", answer)

answer = exchange(request(b"GET /healthz HTTP/1.1", host_field, *[b"X-%d: a" % index for index in range(5000)]))
expect(status(answer) in (0, 400, 431), "nor are fields without number", answer)

answer = exchange(b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
expect(status(answer) in (0, 400, 414, 431), "nor an address without an end", answer)

body = b"domain=" + b"a" * 1_000_000
answer = exchange(request(b"POST /runs HTTP/1.1", host_field, b"Content-Type: application/x-www-form-urlencoded",
                          b"Content-Length: %d" % len(body), body=body))
expect(status(answer) in (0, 413), "nor a form without an end", answer)

for octets in (b"\x16\x03\x01\x02\x00\x01\x00", b"EHLO there\r\n", b"\x00" * 100, b"GET / HTTP/9.9\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"):
    answer = exchange(octets, seconds=2)
    expect(status(answer) in (0, 400, 405, 404, 421, 505), f"{octets[:12]!r} is no request", answer)

answer = exchange(request(b"GET /runs/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1", host_field))
expect(b"root:" not in answer and status(answer) == 404, "no file of the machine is served", answer)

answer = exchange(request(b"GET /%0d%0aSet-Cookie:%20a=b HTTP/1.1", host_field))
expect(b"\r\nSet-Cookie" not in answer, "no field is smuggled into an answer", answer)

answer = exchange(request(b"TRACE / HTTP/1.1", host_field))
expect(status(answer) in (404, 405), "TRACE echoes nothing", answer)

connections = [socket.create_connection((host, port), timeout=5) for _ in range(200)]
for connection in connections:
    connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
answer = exchange(request(b"GET /healthz HTTP/1.1", host_field))
expect(status(answer) == 200, "200 who never end their request keep nobody else out", answer)
for connection in connections:
    connection.close()

sys.exit(1 if failures else 0)
