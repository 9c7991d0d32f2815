// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// An HTTP server on a raw loopback socket whose every answer is scripted: the Access Manager and the identity provider
/// of the tests.
final class ScriptedService: Sendable {
    struct Request: Sendable {
        /// Method and target, such as `POST /api/access?idp=cli`.
        let line: String
        let body: Data

        /// The body as a JSON object.
        var json: [String: any Sendable] {
            (try? JSONSerialization.jsonObject(with: body)) as? [String: any Sendable] ?? [:]
        }

        /// The fields of a form body.
        var form: [String: String] {
            var components = URLComponents()
            components.percentEncodedQuery = String(decoding: body, as: UTF8.self)
            let items = components.queryItems ?? []
            return Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
        }
    }

    enum Answer: Sendable {
        case response(status: Int, body: String)
        /// Closes the connection without an answer.
        case drop
        /// Never answers, and keeps the connection open until the client closes it.
        case silence

        static func code(_ code: String) -> Answer { .response(status: 200, body: #"{"code": "\#(code)"}"#) }
    }

    private struct State {
        var requests: [Request] = []
        var watchers: [(wanted: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    struct SocketError: Error {}

    let url: URL
    private let listener: Int32
    private let state = Mutex(State())

    /// Starts a server that gives each request what the script returns; the number counts requests from 0.
    init(_ script: @escaping @Sendable (Request, Int) -> Answer) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, size) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, pointer, &size) == 0
            }
        }
        guard isListening, let url = URL(string: "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))") else {
            throw SocketError()
        }
        self.url = url
        self.listener = listener
        Thread { [weak self] in
            while case let descriptor = accept(listener, nil, nil), descriptor >= 0 {
                Thread { [weak self] in
                    Self.serve(descriptor) { request in
                        guard let self else { return .drop }
                        return script(request, self.record(request))
                    }
                    close(descriptor)
                }.start()
            }
            close(listener)
        }.start()
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// Every request so far, in order.
    var requests: [Request] { state.withLock(\.requests) }

    /// Waits until this many requests have come.
    func waitForRequests(_ count: Int) async {
        await withCheckedContinuation { continuation in
            state.withLock { $0.watchers.append((count, continuation)) }
            wakeWatchers()
        }
    }

    /// The number of the request.
    private func record(_ request: Request) -> Int {
        let number = state.withLock { state in
            state.requests.append(request)
            return state.requests.count - 1
        }
        wakeWatchers()
        return number
    }

    private func wakeWatchers() {
        let satisfied = state.withLock { state in
            let count = state.requests.count
            let satisfied = state.watchers.filter { $0.wanted <= count }
            state.watchers.removeAll { $0.wanted <= count }
            return satisfied
        }
        for watcher in satisfied { watcher.continuation.resume() }
    }

    private static func serve(_ descriptor: Int32, _ answer: (Request) -> Answer) {
        var unread = Data()
        while let request = read(descriptor, &unread) {
            switch answer(request) {
            case .response(let status, let body):
                write(
                    descriptor,
                    "HTTP/1.1 \(status) Scripted\r\nContent-Type: application/json\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
                )
            case .drop:
                return
            case .silence:
                while receive(descriptor) != nil {}
                return
            }
        }
    }

    private static func read(_ descriptor: Int32, _ unread: inout Data) -> Request? {
        while true {
            if let separator = unread.firstRange(of: Data("\r\n\r\n".utf8)) {
                let head = String(decoding: unread[..<separator.lowerBound], as: UTF8.self)
                let lines = head.components(separatedBy: "\r\n")
                let length =
                    lines.first { $0.lowercased().hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces)) } ?? 0
                let body = unread[separator.upperBound...]
                if body.count >= length {
                    unread = Data(body.dropFirst(length))
                    let line = (lines.first ?? "").replacingOccurrences(of: " HTTP/1.1", with: "")
                    return Request(line: line, body: Data(body.prefix(length)))
                }
            }
            guard let bytes = receive(descriptor) else { return nil }
            unread += bytes
        }
    }

    private static func receive(_ descriptor: Int32) -> Data? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Data(buffer[..<count]) : nil
    }

    private static func write(_ descriptor: Int32, _ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
