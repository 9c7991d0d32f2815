// SPDX-License-Identifier: Apache-2.0

public import Foundation
import HTTPTransport

/// The server's end of one connection. Calls block; they run on the connection's thread.
public final class ServerConnection {
    /// The socket.
    public let descriptor: Int32
    private let server: LoopbackServer
    private var unread = Data()

    init(_ descriptor: Int32, _ server: LoopbackServer) {
        self.descriptor = descriptor
        self.server = server
    }

    /// Reads a request with its body; `nil` if the peer has closed the connection.
    public func readRequest() throws -> ReceivedRequest? {
        guard var request = try readHead() else { return nil }
        var left = Int(request.headers["Content-Length"] ?? "0") ?? 0
        while left > 0 {
            let bytes = try readBody(atMost: left)
            guard !bytes.isEmpty else { return nil }
            request.body += bytes
            left -= bytes.count
        }
        note(request)
        return request
    }

    /// Puts a request into the server's record.
    public func note(_ request: ReceivedRequest) {
        server.update { $0.requests.append(request) }
    }

    /// So many bytes; throws if the peer closes the connection before.
    public func readExactly(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try readBody(atMost: count - bytes.count)
            guard !more.isEmpty else { throw SocketError() }
            bytes += more
        }
        return bytes
    }

    /// Reads a head and leaves the body alone; `nil` if the peer has closed the connection.
    public func readHead() throws -> ReceivedRequest? {
        let separator = Data("\r\n\r\n".utf8)
        while true {
            if let end = unread.range(of: separator) {
                let head = String(decoding: unread[..<end.lowerBound], as: UTF8.self)
                unread = Data(unread[end.upperBound...])
                return ReceivedRequest(head: head)
            }
            let bytes = try receive(65_536)
            guard !bytes.isEmpty else { return nil }
            unread += bytes
        }
    }

    /// Some bytes behind a head; empty if the peer has closed the connection.
    public func readBody(atMost count: Int) throws -> Data {
        guard unread.isEmpty else {
            let bytes = unread.prefix(count)
            unread = Data(unread.dropFirst(count))
            return Data(bytes)
        }
        return try receive(min(count, 1_048_576))
    }

    /// Waits until the peer closes the connection.
    public func waitForClose() throws {
        while try !receive(65_536).isEmpty {}
    }

    /// Sends a response.
    public func send(_ response: ScriptedResponse) throws {
        try send(response.bytes)
    }

    /// Sends a text as it is.
    public func send(_ text: String) throws {
        try send(Data(text.utf8))
    }

    /// Sends bytes as they are.
    public func send(_ data: Data) throws {
        var sent = 0
        try data.withUnsafeBytes { bytes in
            while sent < bytes.count {
                let result = Glibc.send(
                    descriptor,
                    bytes.baseAddress?.advanced(by: sent),
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
                guard result > 0 else { throw SocketError() }
                sent += result
            }
        }
    }

    /// Closes the connection with a reset instead of an orderly end, when the script ends.
    public func resetOnClose() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    }

    private func receive(_ count: Int) throws -> Data {
        var data = Data(count: count)
        let result = data.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        guard result >= 0 else { throw SocketError() }
        return data.prefix(result)
    }
}
