"""A TLS server for tests: `tls_server.py CERTIFICATE KEY VERSION MODE`.

VERSION is the newest TLS version to speak: 1.1, 1.2 or 1.3.
MODE is `relay:PORT`, to pass what was decrypted to that port of 127.0.0.1 and back;
`h2:COUNT`, to speak HTTP/2, answer once COUNT requests of a connection are complete, and send each its body back;
`goodbye:COUNT`, the same, but with GOAWAY and the end of the connection behind the answers;
`hangup`, to close the connection in the middle of the handshake.

Prints the port, then one line for each connection: version of TLS and protocol that were agreed on.
Ends when its standard input does.
"""

import os
import socket
import ssl
import struct
import sys
import threading

VERSIONS = {"1.1": ssl.TLSVersion.TLSv1_1, "1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
END_STREAM, ACK, END_HEADERS = 1, 1, 4
STATUS_200 = b"\x88"  # HPACK's static entry 8


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def relay(client, port):
    upstream = socket.create_connection(("127.0.0.1", port))
    back = threading.Thread(target=pump, args=(upstream, client), daemon=True)
    back.start()
    pump(client, upstream)
    back.join()


def read_exactly(client, count):
    data = b""
    while len(data) < count:
        more = client.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def serve_http2(client, count, says_goodbye):
    read_exactly(client, 24)
    client.sendall(frame(SETTINGS, 0, 0))
    bodies, complete = {}, []
    while True:
        header = read_exactly(client, 9)
        length = struct.unpack(">I", b"\0" + header[:3])[0]
        kind, flags, stream = struct.unpack(">BBI", header[3:])
        payload = read_exactly(client, length)
        if kind == SETTINGS and not flags & ACK:
            client.sendall(frame(SETTINGS, ACK, 0))
        elif kind == PING and not flags & ACK:
            client.sendall(frame(PING, ACK, 0, payload))
        elif kind == RST_STREAM and stream in complete:
            complete.remove(stream)
        elif kind == HEADERS:
            bodies[stream] = b""
        elif kind == DATA:
            bodies[stream] += payload
            if payload:
                credit = struct.pack(">I", len(payload))
                client.sendall(frame(WINDOW_UPDATE, 0, 0, credit) + frame(WINDOW_UPDATE, 0, stream, credit))
        if kind in (HEADERS, DATA) and flags & END_STREAM:
            complete.append(stream)
            while len(complete) >= count:
                for stream in complete:
                    client.sendall(frame(HEADERS, END_HEADERS, stream, STATUS_200))
                    body = bodies.pop(stream)
                    pieces = [body[i : i + 16384] for i in range(0, len(body), 16384)] or [b""]
                    for number, piece in enumerate(pieces, 1):
                        client.sendall(frame(DATA, END_STREAM if number == len(pieces) else 0, stream, piece))
                complete = []
                if says_goodbye:
                    client.sendall(frame(GOAWAY, 0, 0, struct.pack(">II", stream, 0)))
                    client.unwrap().close()
                    return


def serve(connection, context, mode):
    name, _, argument = mode.partition(":")
    try:
        if name == "hangup":
            connection.recv(1)
            connection.close()
            return
        client = context.wrap_socket(connection, server_side=True)
        print(client.version(), client.selected_alpn_protocol(), flush=True)
        if name in ("h2", "goodbye"):
            serve_http2(client, int(argument), name == "goodbye")
        else:
            relay(client, int(argument))
    except (OSError, EOFError):
        pass  # the client's choice


def main():
    certificate, key, version, mode = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = VERSIONS[version]
    context.set_alpn_protocols(["h2", "http/1.1"] if mode.startswith(("h2", "goodbye")) else ["http/1.1"])
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(listener.getsockname()[1], flush=True)

    def accept():
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=serve, args=(connection, context, mode), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()
    os._exit(0)


main()
